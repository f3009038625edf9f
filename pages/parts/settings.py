"""What the one who runs an installation sets: in the environment, else in `.streamlit/secrets.toml`."""

import os

import streamlit as st


def setting(variable: str, section: str, name: str) -> str:
    """The environment's variable, else `name` in the section of the secrets, else empty."""
    named = os.environ.get(variable, "").strip()
    if named:
        return named
    try:
        return str(st.secrets[section][name]).strip()
    except (KeyError, FileNotFoundError):
        return ""
