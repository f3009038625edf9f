"""A large file of contacts to a baseline, beside what pandas takes to read it: time and memory in one run.

    python -m tests.benchmarks.bench_intake 5000000

Each side runs in a process of its own, twice, in turns; the better run counts. The file is made first and not kept.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

START = np.datetime64("2023-01-02T00:00:00", "s")


def contacts(rows: int, seed: int = 1, days: int = 364) -> dict[str, Any]:
    """Columns of a year of calls, chats and e-mails as a contact system exports them, in order of time."""
    rng = np.random.default_rng(seed)
    clock = ((8 + rng.beta(2, 2.5, rows) * 12) * 3600).astype(np.int64)
    moment = np.sort(START + (rng.integers(0, days, rows) * 86_400 + clock).astype("timedelta64[s]"))
    gone = rng.random(rows) < 0.08
    rated = ~gone & (rng.random(rows) < 0.15)

    def word(*choices: str, p: list[float]) -> Any:
        return np.array(choices)[rng.choice(len(choices), rows, p=p)]

    def numbered(prefix: str, most: int, missing: Any = None) -> Any:
        texts = np.array([f"{prefix}{number:04d}" for number in range(most)])[rng.integers(0, most, rows)]
        return pa.array(texts, mask=missing)

    return {
        "Call ID": np.arange(rows) + 10**9,
        "Start time": moment,
        "Channel": word("Phone", "Chat", "E-mail", p=[0.7, 0.2, 0.1]),
        "Queue": word("Sales", "Billing", "Support", p=[0.3, 0.3, 0.4]),
        "Agent": numbered("Ada Lovelace ", 400, gone),
        "Customer ID": numbered("Zaphod-", max(rows // 3, 2)),
        "Queue time (s)": np.round(rng.exponential(40, rows), 1),
        "Handle time (s)": pa.array(np.round(rng.exponential(300, rows) + 1, 1), mask=gone),
        "Outcome": np.where(gone, "Abandoned", "Answered"),
        "Transferred": word("Yes", "No", p=[0.12, 0.88]),
        "Resolved": word("Yes", "No", p=[0.8, 0.2]),
        "CSAT": pa.array(rng.integers(1, 6, rows), mask=~rated),
    }


def make(path: Path, rows: int) -> None:
    """Write such a file as CSV."""
    columns = contacts(rows)
    columns["Start time"] = np.char.replace(np.datetime_as_string(columns["Start time"]), "T", " ")
    options = pacsv.WriteOptions(quoting_style="none")
    pacsv.write_csv(pa.table(columns), path, options)


def pandas_side(path: str) -> None:
    import pandas as pd

    pd.read_csv(path, engine="pyarrow")


def our_side(path: str) -> None:
    from model import intake

    intake.measure(intake.big(path))


def again(path: str) -> None:
    """A second measuring of the same bytes."""
    from model import intake

    intake.measure_files([path])


SIDES = {"pandas": pandas_side, "ours": our_side, "again": again}


def timed(side: str, path: str, warm: str) -> None:
    """Run one side, its libraries loaded by a small file first; print wall and processor seconds and peak memory."""
    SIDES[side](warm)
    wall, processor = time.perf_counter(), time.process_time()
    SIDES[side](path)
    found = {"wall": time.perf_counter() - wall, "processor": time.process_time() - processor}
    print(json.dumps(found | {"peak": peak()}))


def peak() -> int:
    """Most memory of this process, in bytes; `getrusage` would begin with that of the process that started it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def run(side: str, path: Path, warm: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.bench_intake", "--side", side, str(path), str(warm)]
    out = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(out.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="?", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--side", nargs=3, metavar=("SIDE", "FILE", "WARM"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side:
        timed(*arguments.side)
        return
    with tempfile.TemporaryDirectory() as folder:
        path, warm = Path(folder) / "calls.csv", Path(folder) / "warm.csv"
        make(path, arguments.rows)
        make(warm, 5_000)
        size = path.stat().st_size
        print(f"{arguments.rows:,} contacts, {size / 1e6:,.0f} MB")
        best: dict[str, dict[str, float]] = {}
        for _ in range(arguments.runs):
            for side in ("pandas", "ours"):
                found = run(side, path, warm)
                print(f"  {side:7} {found['wall']:6.1f} s, processor {found['processor']:6.1f} s, "
                      f"peak {found['peak'] / 1e6:,.0f} MB ({found['peak'] / size:.2f} x the file)")  # fmt: skip
                kept = best.get(side, found)
                best[side] = {key: min(kept[key], found[key]) for key in found}
        for key, what in (("wall", "time"), ("processor", "processor time")):
            print(f"{what}: {best['ours'][key] / best['pandas'][key]:.2f} x pandas.read_csv(engine='pyarrow')")
        print(f"memory: {best['ours']['peak'] / size:.2f} x the file's size")


if __name__ == "__main__":
    main()
