"""Scenarios kept and found: a SQLite file by default, PostgreSQL by one URL.

    from model import store
    s = store.connect("sqlite:///trilever.db")
    key = s.save(scenario)          # a version: it never changes
    s.get(key) == scenario
    s.list()                        # entries, newest first

A scenario is a name over its versions. The key of a version cannot be guessed: who has it may open it.
"""

from typing import TYPE_CHECKING

from model.errors import StoreError
from model.store.place import default_url
from model.store.records import Entry, Seen

if TYPE_CHECKING:
    from model.store.store import Store

__all__ = ["Entry", "Seen", "Store", "StoreError", "connect", "default_url"]


def connect(url: str = "") -> "Store":
    """The store at a URL, its schema brought up to date; without one, `default_url()`.

    `sqlite:///relative.db`, `sqlite:////absolute.db`, `sqlite://` (in memory) or
    `postgresql://user:password@host/database`. StoreError where it cannot be reached or used.
    """
    from model.store.store import Store

    return Store(url or default_url())


def __getattr__(name: str) -> object:
    """`Store` on first use: its library is not needed before."""
    if name == "Store":
        from model.store.store import Store

        return Store
    raise AttributeError(f"module 'model.store' has no attribute {name!r}")
