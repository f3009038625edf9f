"""Mutated files against `intake.read` and `intake.measure`: `python -m tests.fuzz_files 10000 [seed]`.

Each must become a file (with or without trouble told) or an IntakeError with a message and a hint, within 10 s and
within MEMORY of what the process held before. Prints what was said how often; ends with 1 where anything else happened.
"""

import gzip
import io
import random
import resource
import sys
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from model import intake
from model.errors import IntakeError
from tests.dialects import written
from tests.own_files import calls

SLOWEST_S = 10.0
MEMORY = 1_500 * 2**20
PART = 500
"""Files after which a long run says how far it is."""
FORMULAS = (b"=1+1", b'=HYPERLINK("http://x";"y")', b"+cmd|' /C calc'!A0", b"@SUM(A1)", b"-2+3", b"=IMPORTXML(1)")
KINDS = (
    "cut", "flipped", "spliced", "giant cell", "many columns", "bomb", "formulas", "control", "quotes", "repeated",
    "noise", "workbook", "unicode", "numbers", "separators",
)  # fmt: skip
NASTY = (
    b"1e999", b"-0", b"99999999999999999999999", b"0x10", b"1e-400", b"inf", b"nan", b"31/02/2024", b"99:99:99",
    b"24:00:00", b"-00:00:01", b"1/1/0001", b"9999-12-31 23:59:59", b"45352.99999999999", b"\xe2\x88\x925",
    b"1,2,3.4.5",    b"00/00/00", b"%", b"12%%", b"1.2e3,4", b"\xc2\xa0", b"\xe2\x80\xae123",
    b"2024-03-10T02:30:00+99:99",
)  # fmt: skip


BOMBS = ("gz", "zip", "nested", "xlsx", "many", "lying")


@lru_cache(maxsize=64)
def bomb(kind: str, size: int) -> tuple[bytes, str]:
    """Archives that are small packed and huge unpacked (`size` times 16 MB), or lie about it."""
    zeros = b"0," * (2**20 * 8)
    if kind == "gz":
        return gzip.compress(zeros, 1) * size, "bomb.csv.gz"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        if kind == "nested":
            archive.writestr("a.gz", gzip.compress(gzip.compress(gzip.compress(zeros, 1), 1), 1))
        elif kind == "many":
            for i in range(size):
                archive.writestr(f"{i}.csv", b"a,b\n1,2\n")
        else:
            if kind == "xlsx":
                archive.writestr("[Content_Types].xml", b"<Types/>")
                archive.writestr("xl/workbook.xml", b"<workbook/>")
                archive.writestr("xl/sharedStrings.xml", zeros)
            with archive.open("data.csv", "w", force_zip64=True) as member:
                for _ in range(size):
                    member.write(zeros)
    data = bytearray(buffer.getvalue())
    if kind == "lying":
        at = data.rfind(b"PK\x01\x02") + 24
        data[at : at + 4] = (1000).to_bytes(4, "little")
    return bytes(data), "bomb.xlsx" if kind == "xlsx" else "bomb.zip"


def mutated(kind: str, rng: random.Random, good: list[tuple[bytes, str]]) -> tuple[bytes, str]:
    """One file of a kind of damage."""
    data, name = rng.choice(good)
    at = rng.randrange(len(data))
    if kind == "cut":
        return data[:at], name
    if kind == "flipped":
        body = bytearray(data)
        for _ in range(rng.choice((1, 5, 60))):
            body[rng.randrange(len(body))] = rng.randrange(256)
        return bytes(body), name
    if kind == "spliced":
        other, _ = rng.choice(good)
        return data[:at] + other[rng.randrange(len(other)) :], name
    plain = rng.choice([d for d, n in good if n.endswith(".csv")])
    lines = plain.split(b"\n")
    row = rng.randrange(len(lines))
    if kind == "giant cell":
        lines[row] = rng.choice((b"", b'"')) + rng.choice((b"x", b"9", b"\n", b"=")) * rng.choice((70_000, 2_000_000))
    elif kind == "many columns":
        lines[rng.choice((0, row))] = b",".join(b"c%d" % i for i in range(rng.choice((600, 10_000))))
    elif kind == "bomb":
        return bomb(rng.choice(BOMBS), rng.choice((1, 5, 30)))
    elif kind == "formulas":
        lines = [line.replace(rng.choice((b",", b"1", b"0")), rng.choice((b",", b"")) + rng.choice(FORMULAS), 2)
                 for line in lines]  # fmt: skip
    elif kind == "control":
        lines[row] = bytes(rng.randrange(32) for _ in range(rng.choice((1, 40, 400)))) + lines[row]
    elif kind == "quotes":
        lines[row] = lines[row].replace(b",", rng.choice((b'"', b'","', b'""', b"'", b'\\"')), rng.randrange(1, 4))
    elif kind == "repeated":
        lines = lines[: rng.randrange(1, 4)] * rng.randrange(1, 400)
    elif kind == "noise":
        return rng.randbytes(rng.randrange(0, 5000)), rng.choice(("a.csv", "a.xlsx", "a.gz", "a.zip"))
    elif kind == "workbook":
        return _workbook_part(rng, good), "mutated.xlsx"
    elif kind == "unicode":
        lines[row] = rng.choice(("\u202e", "\ufeff", "\U0001f600", "\u0000", "\ud7ff", "é" * 999)).encode() + lines[row]
    elif kind == "numbers":
        lines = [_some_cells(line, rng) for line in lines]
    else:
        lines = [line.replace(b",", rng.choice((b";", b"\t", b"|", b",,", b" ")), 3) for line in lines]
    return b"\n".join(lines), name


def _some_cells(line: bytes, rng: random.Random) -> bytes:
    cells = line.split(b",")
    cells[rng.randrange(len(cells))] = rng.choice(NASTY)
    return b",".join(cells)


def _workbook_part(rng: random.Random, good: list[tuple[bytes, str]]) -> bytes:
    """A workbook one of whose parts is damaged, taken out, or made to point far away."""
    data = rng.choice([d for d, n in good if n.endswith(".xlsx")])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        victim = rng.choice(old.namelist())
        for name in old.namelist():
            body = bytearray(old.read(name))
            if name == victim:
                way = rng.choice(("drop", "flip", "cut", "far", "entity", "wide"))
                if way == "drop":
                    continue
                if way == "flip":
                    for _ in range(rng.choice((1, 10))):
                        body[rng.randrange(len(body))] = rng.randrange(256)
                elif way == "cut":
                    body = body[: rng.randrange(len(body))]
                elif way == "far":
                    body = body.replace(b'r="A2"', b'r="XFD1048576"', 1).replace(b'r="2"', b'r="1048576"', 1)
                elif way == "entity":
                    body = bytearray(b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>') + body
                else:
                    body = body.replace(b'r="B', b'r="XF')
            new.writestr(name, bytes(body))
    return out.getvalue()


def files(count: int, seed: int) -> Iterator[tuple[str, bytes, str]]:
    """(kind, bytes, name) of each mutated file."""
    rng = random.Random(seed)
    good = [(one.data, one.name) for one in map(written, range(40))]
    good += [(calls(weeks=1), "calls.csv")]
    for i in range(count):
        kind = KINDS[i % len(KINDS)]
        try:
            data, name = mutated(kind, rng, good)
        except (zipfile.BadZipFile, zlib.error):
            continue
        yield kind, data, name


def run(count: int, seed: int = 1) -> tuple[Counter[str], list[str], float]:
    """(what came of the files, faults, the slowest in seconds of processor time)."""
    told: Counter[str] = Counter()
    faults: list[str] = []
    slowest = 0.0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    for number, (kind, data, name) in enumerate(files(count, seed)):
        if number and number % PART == 0:
            print(f"{number:,} of {count:,} files, {len(faults)} faults, {slowest:.1f} s", file=sys.stderr, flush=True)
        began = time.process_time()
        try:
            file = intake.read(data, name)
            told[f"{kind}: {'trouble told' if file.trouble else 'read'}"] += 1
            intake.measure(file)
        except IntakeError as error:
            told[f"{kind}: refused"] += 1
            if not (error.message and error.hint and len(error.message) < 400):
                faults.append(f"{number} {kind}: {error!r}")
        except Exception as fault:  # anything else is what is looked for
            faults.append(f"{number} {kind}: {type(fault).__name__}: {str(fault)[:200]}")
        took = time.process_time() - began
        slowest = max(slowest, took)
        if took > SLOWEST_S:
            faults.append(f"{number} {kind}: {took:.1f} s")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
    if grown > MEMORY:
        faults.append(f"memory grew by {grown / 2**20:,.0f} MB")
    return told, faults, slowest


def main(arguments: list[str]) -> int:
    count, seed = int(arguments[0]) if arguments else 300, int(arguments[1]) if len(arguments) > 1 else 1
    told, faults, slowest = run(count, seed)
    for what, often in sorted(told.items()):
        print(f"{what:32}{often:7,}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count:,} files, {len(faults)} faults, slowest {slowest:.1f} s, most memory of the process {peak:,.0f} MB")
    for fault in faults[:40]:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
