"""The one way kernels are compiled: typed, cached, without the GIL, IEEE division, no reordering of sums."""

import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import config, njit

from model._kernels import FOLDER

F = TypeVar("F", bound=Callable[..., Any])
_lock = threading.Lock()
"""numba looks at its setting twice: of two threads, one would find the other's, and keep a kernel anywhere."""


def compiled(signature: str | None = None) -> Callable[[F], F]:
    """Compile at import for one signature, without one at the first call; from the cache after the first time."""

    def decorate(function: F) -> F:
        settings = cast(Any, config)
        with _lock:
            before = settings.CACHE_DIR
            settings.CACHE_DIR = FOLDER or before
            try:
                return cast(F, njit(signature, cache=FOLDER is not None, nogil=True, error_model="numpy")(function))
            finally:
                settings.CACHE_DIR = before

    return decorate
