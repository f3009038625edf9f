"""Where compiled kernels are kept. Apart from what compiles them, which takes a moment to load."""

import hashlib
import os
from pathlib import Path


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


FOLDER = _cache_folder()
HAS_KERNELS = FOLDER is not None and any(Path(FOLDER).rglob("*.nbi"))
"""Whether an earlier process on this computer left some for this one."""
