"""What went wrong in a database, in words. Never its own text: it may hold passwords, paths, figures."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from model.errors import StoreError

AGAIN = "What is on screen stays. Try again in a moment."
_KEPT = "What is on screen stays, and can be saved when this is mended; a link that holds everything works meanwhile."
BUSY = ("The store is busy: others are saving at this moment.", AGAIN)
FULL = (
    "The store's disk is full, so nothing was saved.",
    f"Ask the one who runs this installation to make room. {_KEPT}",
)
READ_ONLY = (
    "The store can be read but not written, so nothing was saved.",
    f"Ask the one who runs this installation to allow writing. {_KEPT}",
)
UNREACHABLE = ("The store cannot be reached.", f"Ask the one who runs this installation whether it is up. {_KEPT}")
DAMAGED = (
    "The store's file is damaged, or is no store.",
    f"Ask the one who runs this installation for a copy. {_KEPT}",
)
REFUSED = ("The store does not let this program in.", f"Ask the one who runs this installation. {_KEPT}")
FAILED = ("The store could not do this.", f"Ask the one who runs this installation. {_KEPT}")

# Result codes of SQLite, primary part: https://sqlite.org/rescode.html
_SQLITE = {
    "BUSY": BUSY, "LOCKED": BUSY, "PROTOCOL": BUSY, "FULL": FULL, "READONLY": READ_ONLY, "CANTOPEN": UNREACHABLE,
    "IOERR": UNREACHABLE, "CORRUPT": DAMAGED, "NOTADB": DAMAGED, "PERM": REFUSED, "AUTH": REFUSED,
}  # fmt: skip
# SQLSTATE of PostgreSQL, by its class or whole: https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES = {
    "53100": FULL, "25006": READ_ONLY, "42501": READ_ONLY, "55P03": BUSY, "57014": BUSY, "53300": BUSY, "40": BUSY,
    "08": UNREACHABLE, "42P01": UNREACHABLE, "57P": UNREACHABLE, "53": UNREACHABLE, "3D": UNREACHABLE, "28": REFUSED,
    "XX": DAMAGED,
}  # fmt: skip


def is_busy(fault: DBAPIError | PoolTimeout) -> bool:
    """Whether the same may work a moment later."""
    return _kind(fault) is BUSY


def is_lost(fault: DBAPIError | PoolTimeout) -> bool:
    """Whether the connection broke, so that a fresh one may work."""
    return isinstance(fault, DBAPIError) and fault.connection_invalidated


def worded(fault: DBAPIError | PoolTimeout) -> StoreError:
    """The fault in the user's words."""
    return StoreError(*_kind(fault))


def _kind(fault: DBAPIError | PoolTimeout) -> tuple[str, str]:
    if isinstance(fault, PoolTimeout):
        return BUSY
    name = getattr(fault.orig, "sqlite_errorname", None)
    if name:
        return _SQLITE.get(name.split("_")[1], FAILED)
    state = getattr(fault.orig, "sqlstate", None)
    if state:
        return next((_POSTGRES[state[:n]] for n in (5, 3, 2) if state[:n] in _POSTGRES), FAILED)
    # The driver could not even ask: no server, no such host, or the line went dead.
    return UNREACHABLE if fault.connection_invalidated or "Operational" in type(fault).__name__ else FAILED
