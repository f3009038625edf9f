"""What a user brings as bytes: plain, or packed as .gz or as .zip of one file. Never unpacked beyond a limit."""

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from model.errors import IntakeError
from model.progress import Progress

STEP = 4 * 2**20
PIECE = 64 * 2**10
NESTED = 3
"""A packed file within a packed file within a packed file: more is nobody's export."""
MEMBERS = 10_000
WORKBOOK = "xl/workbook.xml"
_OTHER = (
    (b"\xd0\xcf\x11\xe0", "It is an old Excel workbook, or one with a password.",
     "In Excel choose Save as, Excel workbook (.xlsx) without a password, or CSV UTF-8."),
    (b"%PDF", "It is a PDF.", "Export the report as CSV or Excel instead."),
    (b"PAR1", "It is a Parquet file.", "Export it as CSV."),
    (b"SQLite format 3", "It is a database.", "Export the table as CSV."),
    (b"7z\xbc\xaf\x27\x1c", "It is a 7z archive.", "Unpack it first, or pack it as .zip or .gz."),
    (b"Rar!", "It is a RAR archive.", "Unpack it first, or pack it as .zip or .gz."),
    (b"BZh", "It is a bzip2 archive.", "Unpack it first, or pack it as .zip or .gz."),
    (b"\xfd7zXZ", "It is an xz archive.", "Unpack it first, or pack it as .zip or .gz."),
    (b"(\xb5/\xfd", "It is a zstd archive.", "Unpack it first, or pack it as .zip or .gz."),
    (b"\x89PNG", "It is a picture.", "Export the report as CSV or Excel instead."),
    (b"\xff\xd8\xff", "It is a picture.", "Export the report as CSV or Excel instead."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Brought:
    """A file's own bytes, unpacked; `workbook` where it is an XLSX."""

    data: bytes
    name: str
    workbook: bool


def brought(source: Any, name: str | None, limit: int, progress: Progress) -> Brought:
    """The bytes behind a path, bytes or a file object.

    Raises
    ------
    IntakeError
        Missing, empty, larger than `limit` (packed or unpacked), damaged, locked, several files, or no kind of table.
    """
    data, name = _bytes(source, name, limit)
    for _ in range(NESTED):
        if data[:2] == b"\x1f\x8b":
            data = _gunzipped(data, name, limit, progress)
        elif data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
            inner = _unzipped(data, name, limit, progress)
            if inner is None:
                return Brought(data, name, True)
            data, name = inner
        else:
            break
    else:
        raise IntakeError(f"{name} is packed more than {NESTED} times.", "Unpack it first.")
    for magic, what, hint in _OTHER:
        if data.startswith(magic):
            raise IntakeError(f"{name} is not a text file. {what}", hint)
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise IntakeError(f"{name} is empty.", "Export it again, with its header row.")
    return Brought(data, name, False)


def too_large(name: str, limit: int, unpacked: bool = False) -> IntakeError:
    """The one way to say that a file is over the limit."""
    is_ = "unpacked is larger" if unpacked else "is larger"
    return IntakeError(
        f"{name} {is_} than {limit / 2**20:,.0f} MB.",
        "Export a shorter period or fewer columns; eight weeks are plenty.",
    )


def _bytes(source: Any, name: str | None, limit: int) -> tuple[bytes, str]:
    try:
        if isinstance(source, bytes | bytearray | memoryview):
            data = bytes(source)
        elif isinstance(source, str | Path):
            path = Path(source)
            name = name or path.name
            if path.stat().st_size > limit:
                raise too_large(name, limit)
            data = path.read_bytes()
        elif hasattr(source, "read"):
            name = name or Path(str(getattr(source, "name", "") or "file")).name
            if hasattr(source, "seek"):
                source.seek(0)
            data = source.read(limit + 1)
            data = data.encode() if isinstance(data, str) else bytes(data)
        else:
            raise IntakeError("This is not a file.", "Give a path, bytes or an open file.")
    except (OSError, ValueError) as fault:
        raise IntakeError(f"{name or 'The file'} cannot be opened.", "Check that it exists and can be read.") from fault
    name = name or "The file"
    if len(data) > limit:
        raise too_large(name, limit)
    if not data:
        raise IntakeError(f"{name} is empty.", "Export it again, with its header row.")
    return data, name


def _gunzipped(data: bytes, name: str, limit: int, progress: Progress) -> bytes:
    out, at, members = bytearray(), 0, 0
    try:
        # Files packed day by day and joined hold several members; what is behind the last one is padding.
        while data[at : at + 2] == b"\x1f\x8b":
            members += 1
            if members > MEMBERS:
                raise IntakeError(f"{name} holds more than {MEMBERS:,} packed pieces.", "Pack it again as one.")
            packed = zlib.decompressobj(16 + zlib.MAX_WBITS)
            while not packed.eof:
                piece = packed.unconsumed_tail
                if not piece:
                    piece = data[at : at + PIECE]
                    at += len(piece)
                out += packed.decompress(piece, STEP) if piece else packed.flush()
                if len(out) > limit:
                    raise too_large(name, limit, unpacked=True)
                if not piece and not packed.eof:
                    raise IntakeError(f"{name} is cut short.", "Copy or export it again.")
                progress(at / len(data), "Unpacking")
            at -= len(packed.unused_data)
    except zlib.error as fault:
        raise IntakeError(f"{name} is damaged: it cannot be unpacked.", "Copy or export it again.") from fault
    return bytes(out)


def _unzipped(data: bytes, name: str, limit: int, progress: Progress) -> tuple[bytes, str] | None:
    """The one file of an archive, and its name; None where the archive is an Excel workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MEMBERS:
                raise IntakeError(f"{name} holds {len(members):,} files.", "Upload the export itself.")
            names = {member.filename for member in members}
            if WORKBOOK in names:
                return None
            if "xl/workbook.bin" in names or "content.xml" in names:
                raise IntakeError(f"{name} is a workbook of another kind.", "Save it as .xlsx or as CSV UTF-8.")
            files = [m for m in members if not m.is_dir() and not _hidden(m.filename)]
            if len(files) != 1:
                count = f"{len(files):,} files" if files else "no file"
                raise IntakeError(f"{name} holds {count}.", "Pack one file alone, or upload the files themselves.")
            (member,) = files
            if member.flag_bits & 1:
                raise IntakeError(f"{name} is locked by a password.", "Pack it without one.")
            if member.file_size > limit:
                raise too_large(name, limit, unpacked=True)
            out = bytearray()
            with archive.open(member) as opened:
                while piece := opened.read(STEP):
                    out += piece
                    if len(out) > limit:
                        raise too_large(name, limit, unpacked=True)
                    progress(len(out) / max(member.file_size, 1), "Unpacking")
            return bytes(out), PurePosixPath(member.filename).name or name
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as fault:
        raise IntakeError(f"{name} is damaged: it cannot be unpacked.", "Copy or export it again.") from fault


def _hidden(path: str) -> bool:
    """What a Mac adds to an archive by itself."""
    return path.startswith("__MACOSX/") or PurePosixPath(path).name.startswith(".")
