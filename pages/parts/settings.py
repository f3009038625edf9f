"""What the one who runs an installation sets: in the environment, else in `.streamlit/secrets.toml`."""

import os
from collections.abc import Mapping
from typing import Any

import streamlit as st


def setting(variable: str, section: str, name: str) -> str:
    """The environment's variable, else `name` in the section of the secrets, else empty."""
    return given(variable) or str(secrets(section).get(name, "")).strip()


def is_off(variable: str, section: str, name: str) -> bool:
    """Whether a setting is `off`, in any case."""
    return setting(variable, section, name).lower() == "off"


def given(variable: str) -> str:
    """The environment's variable; empty where there is none."""
    return os.environ.get(variable, "").strip()


def secrets(section: str) -> Mapping[str, Any]:
    """A section of the secrets; empty where there is none."""
    try:
        found: Mapping[str, Any] = st.secrets[section]
    except (KeyError, FileNotFoundError):
        return {}
    return found
