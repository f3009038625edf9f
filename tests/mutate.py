"""Does a wrong formula fail a test? One small fault at a time, in a copy of the project.

    python -m tests.mutate [N] [SEED] [--file model/demand.py]

makes N faults (4 unless said) in each relation file: a sign flipped, + for -, * for /, a constant changed, arguments
swapped, a term dropped, min for max, < for >. Each runs the tests of that file and is killed where one fails. Survivors
are printed with their line: a missing test, or a fault that makes no difference. Exit code 1 where any survive.
"""

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
# What the whole chain does beyond the even companies by hand: shapes, sharing, following the work, paths and draws.
WHOLE = [
    "tests/test_by_hand.py",
    "tests/test_engine.py",
    "-k",
    "by_hand or conserved or day_zero or neutral_assumptions or headline or adds_up or few_points or follows"
    " or falls_no_faster or spreadsheet or published_figures or flexible",
]
# What those do not look at, asked only where they pass.
BESIDE = ["tests/test_calendar.py", "tests/test_roadmap.py", "tests/test_shortcuts.py"]
TESTS = {
    "adoption": ["tests/test_adoption.py"],
    "demand": ["tests/test_demand.py"],
    "people": ["tests/test_people.py"],
    "_people": ["tests/test_people.py"],
    "_weekview": ["tests/test_weekview.py"],
    "weekview": ["tests/test_weekview.py", "tests/test_engine.py", "tests/test_shortcuts.py"],
    "service": ["tests/test_service.py"],
    "satisfaction": ["tests/test_satisfaction.py"],
    "economics": ["tests/test_economics.py"],
    "network": ["tests/test_network.py", "tests/test_lookup.py"],
    "deferred": ["tests/test_deferred.py"],
    "batch": WHOLE,
    "effects": WHOLE,
    "chain": WHOLE,
    "results": WHOLE,
    "fitted": WHOLE,
    "quadrature": ["tests/test_quadrature.py"],
    "sparse": ["tests/test_quadrature.py"],
    "calibrate": ["tests/test_calibrate.py", "tests/test_by_hand.py", *BESIDE],
}
LEFT_BEHIND = shutil.ignore_patterns(".*", "__pycache__", "docs", "sample_data.zip", "test-results")
SECONDS = 400
"""A fault that makes a loop endless is killed by the clock."""


@dataclass(frozen=True)
class Fault:
    """Source text from `start` to `end` (line, column in bytes) replaced by `text`."""

    what: str
    start: tuple[int, int]
    end: tuple[int, int]
    text: str

    def applied(self, source: bytes) -> bytes:
        lines = source.splitlines(keepends=True)
        places = [sum(map(len, lines[: line - 1])) + column for line, column in (self.start, self.end)]
        return source[: places[0]] + self.text.encode() + source[places[1] :]


SWAPS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
TURNS: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.Gt, ast.GtE: ast.Lt}
EXTREMES = {"minimum": "maximum", "maximum": "minimum", "min": "max", "max": "min"}
QUIET = (ast.Assert, ast.Raise, ast.JoinedStr, ast.arguments, ast.AnnAssign, ast.Import, ast.ImportFrom)
"""What is not a formula: checks, words, signatures."""


def faults(source: str) -> list[Fault]:
    """Every fault that can be made in a file's formulas."""
    found: list[Fault] = []

    def put(node: ast.AST, new: ast.AST, what: str) -> None:
        assert isinstance(node, ast.expr) and node.end_lineno is not None and node.end_col_offset is not None
        span = ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
        found.append(Fault(f"{what}: {ast.unparse(node)}", *span, f"({ast.unparse(new)})"))

    def visit(node: ast.AST) -> None:
        if isinstance(node, QUIET):
            return
        for new, what in changed(node):
            put(node, new, what)
        for name, value in ast.iter_fields(node):
            # Indices are looked up, not reckoned; decorators and types are not run.
            if name in ("slice", "decorator_list", "returns"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    visit(child)

    visit(ast.parse(source))
    return found


def changed(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """A node's faults, each with its name."""
    new = copy.deepcopy(node)
    if isinstance(new, ast.BinOp) and type(new.op) in SWAPS:
        yield new.left, "a term dropped"
        new = copy.deepcopy(new)
        new.op = SWAPS[type(new.op)]()
        yield new, "an operator swapped"
    elif isinstance(new, ast.UnaryOp) and isinstance(new.op, ast.USub):
        yield new.operand, "a sign flipped"
    elif isinstance(new, ast.Constant) and type(new.value) in (int, float) and not 0 < abs(new.value) < 1e-6:
        # Smaller ones only keep divisions and logarithms defined.
        more = new.value * 1.25 or 0.25 if isinstance(new.value, float) else new.value + 1
        yield ast.Constant(more), "a constant changed"
    elif isinstance(new, ast.Compare) and len(new.ops) == 1 and type(new.ops[0]) in TURNS:
        new.ops = [TURNS[type(new.ops[0])]()]
        yield new, "a comparison turned"
    elif isinstance(new, ast.Call):
        called = new.func.attr if isinstance(new.func, ast.Attribute) else getattr(new.func, "id", "")
        if called in EXTREMES and len(new.args) == 2:
            if isinstance(new.func, ast.Attribute):
                new.func.attr = EXTREMES[called]
            else:
                new.func = ast.Name(EXTREMES[called])
            yield new, "an extreme swapped"
        elif (
            len(new.args) >= 2
            and not any(isinstance(a, ast.Starred) for a in new.args)
            and called not in ("range", "isinstance")
        ):
            new.args[0], new.args[1] = new.args[1], new.args[0]
            yield new, "arguments swapped"


def killed(copy_: Path, tests: list[str]) -> bool:
    """Whether the tests fail in the copy; told apart from tests that could not be run at all."""
    if tests is WHOLE:
        return killed(copy_, [*WHOLE]) or killed(copy_, BESIDE)
    environment = os.environ | {"PYTHONPATH": str(copy_), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n0", "--no-header", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(command, cwd=copy_, env=environment, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return True
    if done.returncode in (3, 5):  # pytest itself broke, or found no tests; a crash of compiled code is a kill
        raise RuntimeError(done.stdout + done.stderr)
    return done.returncode != 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("number", nargs="?", type=int, default=4, help="faults a file")
    parser.add_argument("seed", nargs="?", type=int, default=1)
    parser.add_argument("--file", action="append", help="model/demand.py; may be given again")
    given = parser.parse_args()
    names = [Path(f).stem for f in given.file] if given.file else list(TESTS)
    total = survived = 0
    with tempfile.TemporaryDirectory(prefix="faults_") as folder:
        there = Path(folder) / "project"
        shutil.copytree(ROOT, there, ignore=LEFT_BEHIND)
        for name in names:
            path, tests = there / "model" / f"{name}.py", TESTS[name]
            source = path.read_bytes()
            if killed(there, tests):
                print(f"{name}: its tests fail without any fault", flush=True)
                return 2
            every = faults(source.decode())
            chosen = random.Random(f"{given.seed} {name}").sample(every, min(given.number, len(every)))
            begun, alive = time.perf_counter(), list[str]()
            for fault in chosen:
                path.write_bytes(fault.applied(source))
                if not killed(there, tests):
                    alive.append(f"    line {fault.start[0]}, {fault.what} -> {fault.text}")
            path.write_bytes(source)
            total, survived = total + len(chosen), survived + len(alive)
            took = time.perf_counter() - begun
            print(
                f"{name:14}{len(chosen):4} of {len(every)} faults, {len(chosen) - len(alive)} killed, {took:.0f} s",
                flush=True,
            )
            print("\n".join(alive), end="\n" if alive else "", flush=True)
    print(f"{total} faults, {total - survived} killed, {survived} survived")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
