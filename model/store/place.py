"""Where the store is, unless told otherwise."""

import os
from pathlib import Path

VARIABLE = "TRILEVER_STORE"


def default_url() -> str:
    """The URL in the environment variable TRILEVER_STORE, else a file in the user's own data folder."""
    named = os.environ.get(VARIABLE, "").strip()
    return named or f"sqlite:///{default_file()}"


def default_file() -> Path:
    """`trilever.db` in the folder that this system has for a user's data."""
    from platformdirs import user_data_path

    return user_data_path("trilever", appauthor=False) / "trilever.db"
