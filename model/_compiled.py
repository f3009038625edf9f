"""The one way kernels are compiled: typed, cached, without the GIL, IEEE division, no reordering of sums."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import config, njit

F = TypeVar("F", bound=Callable[..., Any])


def _cache_folder() -> str | None:
    """A folder named by the text of all shared kernels, or None where nothing can be written.

    numba notices a change of the file a kernel stands in, but not of a kernel that it calls from another file: it would
    go on with the old numbers. So kernels that other files call stand in `model/_*.py`, and a change there compiles all
    anew.
    """
    here = Path(__file__).parent
    text = b"".join(path.read_bytes() for path in sorted(here.glob("_[a-z]*.py")))
    name = "kernels-" + hashlib.sha256(text).hexdigest()[:16]
    for base in (os.environ.get("NUMBA_CACHE_DIR"), here / "__pycache__", Path.home() / ".cache" / "trilever"):
        if base:
            try:
                folder = Path(base) / name
                folder.mkdir(parents=True, exist_ok=True)
            except OSError:
                continue
            if os.access(folder, os.W_OK):
                return str(folder)
    return None


_FOLDER = _cache_folder()


def compiled(signature: str | None = None) -> Callable[[F], F]:
    """Compile at import for one signature, without one at the first call; from the cache after the first time."""

    def decorate(function: F) -> F:
        settings = cast(Any, config)
        before = settings.CACHE_DIR
        settings.CACHE_DIR = _FOLDER or before
        try:
            return cast(F, njit(signature, cache=_FOLDER is not None, nogil=True, error_model="numpy")(function))
        finally:
            settings.CACHE_DIR = before

    return decorate
