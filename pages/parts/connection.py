"""The one connection to this installation's store: of all sessions, and of the thread that writes what they leave."""

import threading

from model import store
from model.store.place import VARIABLE
from pages.parts import settings

_changing = threading.Lock()
_at: str = ""
_shelf: "store.Store | None" = None


def shelf() -> "store.Store":
    """The store; StoreError where it cannot be reached, and whoever asks next tries again."""
    global _at, _shelf
    url = settings.setting(VARIABLE, "store", "url")
    with _changing:  # two who ask at once would each open one of their own
        if _shelf is None or url != _at:
            opened = store.connect(url)
            if _shelf is not None:
                _shelf.close()
            _at, _shelf = url, opened
        return _shelf


def close() -> None:
    """Let go of the store; whoever asks next opens it anew."""
    global _shelf
    with _changing:
        if _shelf is not None:
            _shelf.close()
        _shelf = None
