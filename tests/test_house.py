"""The rules of the house: what lies where, who may know whom, and what the project says of itself."""

import ast
import fnmatch
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import model
from tests.serving import ROOT

TOP = {
    "app.py", "pages", "model", "sample_data", "tests", "docs",
    "requirements.txt", "requirements-dev.txt", "pyproject.toml",
    "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE",
}  # fmt: skip

# The model's floors, from the ground up. A module knows its own floor and those below, never one above.
FLOORS = [
    {"errors", "lazily", "progress", "version", "levers", "assumptions", "outcomes", "relations"},
    {
        "queueing", "transient", "_compiled", "_kernels", "_erlang", "_transient", "_months", "_people", "_weekview",
    },
    {"scenario", "parameters", "receipt"},
    {
        "adoption", "demand", "people", "service", "satisfaction", "economics",
        "calendar", "months", "sums", "deferred", "network", "sparse", "quadrature", "tables", "lookup", "_week",
        "byhour", "surface", "_surface",
    },
    {"calibrate", "batch", "effects", "chain", "fitted", "results", "weekview", "engine"},
    {
        "sobol", "spline", "fit", "refit", "uncertainty", "sensitivity", "learning", "explain", "paired", "compare",
        "drift", "optimise", "restore", "search", "descent", "space", "mixes", "events", "referee", "warm", "workers",
        "aside", "letters", "roadmap", "hiring", "needs", "timing",
    },
    {"intake", "links", "store", "report"},
]  # fmt: skip
QUEUE = FLOORS[1]
ROOMS = FLOORS[-1]
DOORS = {"", "__main__", "cli_compare", "cli_measure", "cli_frontier", "cli_stress", "cli_export"}
"""`import model` and `python -m model` open every room, on use."""

PROJECT = sorted(path for folder in ("model", "pages", "sample_data") for path in (ROOT / folder).rglob("*.py"))
PROJECT = [ROOT / "app.py", *PROJECT]
PUBLIC = {
    "ArgumentError", "Baseline", "CalendarEntry", "Channel", "IntakeError", "LinkError", "Outcome", "Scenario",
    "ScenarioError", "StoreError",
    "TrileverError", "assumption_table", "attribute", "best_order", "cash_flow", "draws", "evaluate", "evaluate_many",
    "flips", "hiring_plan", "lever_table", "odds",
    "outcome_table", "path_ranges", "ranges", "sample", "stress", "try_suggestion",
    "evppi", "target_odds", "tornado", "best_mix", "restore_targets", "frontier", "next_spend",
}  # fmt: skip
TAKEN_BY_STREAMLIT = {"uvloop"}
"""What Streamlit looks for and uses by itself."""
RUN_BY_NAME = {
    "pytest-xdist", "pytest-timeout", "pytest-rerunfailures", "ruff", "mypy", "pandas-stubs", "scipy-stubs",
}  # fmt: skip
"""Commands, what pytest takes up by itself, and types."""
PEERS = {"pyworkforce"}
"""What a benchmark measures us beside; whoever runs it installs it."""
COMMANDS = [
    "pip install -r requirements.txt && streamlit run app.py",
    "pip install -r requirements-dev.txt && pytest",
]


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), shown(path))


def name_of(path: Path) -> str:
    """`model/intake/file.py` -> `model.intake.file`."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """All modules that a file imports when it runs, in functions too; what only a type checker reads is left out."""
    tree = parsed(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{shown(path)}: imports are written in full"
            assert node.module is not None
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in OURS else node.module


OURS = {name_of(path) for path in PROJECT}
KNOWS = {name_of(path): sorted({name for name in imports(path) if name in OURS}) for path in PROJECT}
ARROWS = [(who, whom) for who, known in KNOWS.items() for whom in known]


def room(module: str) -> str:
    """`model.intake.file` -> `intake`; "" is the model's own front door."""
    return module.split(".")[1] if "." in module else ""


def floor(module: str) -> int:
    return next(number for number, floor in enumerate(FLOORS) if room(module) in floor)


def test_the_top_level_is_the_agreed_one() -> None:
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text().split()]
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert {name for name in names if not any(fnmatch.fnmatch(name, line) for line in ignored)} == TOP


def test_every_module_of_the_model_has_its_floor() -> None:
    assert {room(name) for name in OURS if name.split(".")[0] == "model"} - DOORS <= set().union(*FLOORS)


@pytest.mark.parametrize("who, whom", [arrow for arrow in ARROWS if arrow[0].startswith("model.")])
def test_the_model_knows_only_what_lies_below(who: str, whom: str) -> None:
    if room(who) in DOORS:
        return
    assert whom != "model", f"{who} imports the front door; name the module"
    assert whom.startswith("model.") and floor(whom) <= floor(who), f"{who} knows {whom}, which lies above"


def test_rooms_do_not_know_each_other() -> None:
    between = {(room(a), room(b)) for a, b in ARROWS if room(a) in ROOMS and room(b) in ROOMS and room(a) != room(b)}
    assert between == set()


def test_the_queue_knows_errors_and_its_own_files_only() -> None:
    known = {room(whom) for who, whom in ARROWS if room(who) in QUEUE and who.startswith("model.")}
    assert known <= QUEUE | {"errors"}


def test_pages_know_parts_and_the_model_and_nobody_knows_pages() -> None:
    for who, whom in ARROWS:
        if whom.startswith("pages"):
            assert whom.startswith("pages.parts"), f"{who} imports the page {whom}"
            assert who == "app" or who.startswith("pages."), f"{who} knows {whom}"


@pytest.mark.parametrize("path", [path for path in PROJECT if path.is_relative_to(ROOT / "model")], ids=shown)
def test_the_model_never_knows_streamlit(path: Path) -> None:
    assert not [name for name in imports(path) if name.split(".")[0] == "streamlit"]


def test_there_are_no_circles() -> None:
    open_, closed = list[str](), set[str]()

    def visit(module: str) -> None:
        assert module not in open_, " -> ".join([*open_[open_.index(module) :], module])
        if module in closed:
            return
        open_.append(module)
        for known in KNOWS[module]:
            visit(known)
        closed.add(open_.pop())

    for module in KNOWS:
        visit(module)


def test_the_model_imports_with_four_libraries_alone() -> None:
    """numpy, scipy, pandas and pydantic with what they need; every other installed library refuses to be imported."""
    allowed = set[str]()

    def allow(distribution: str) -> None:
        key = re.sub(r"[-_.]+", "-", distribution).lower()
        if key in allowed:
            return
        allowed.add(key)
        for line in importlib.metadata.requires(key) or []:
            if "extra ==" not in line and "sys_platform" not in line and "python_version" not in line:
                allow(re.split(r"[^A-Za-z0-9._-]", line)[0])

    for library in ("numpy", "scipy", "pandas", "pydantic"):
        allow(library)
    installed = importlib.metadata.packages_distributions()
    normal = {top: {re.sub(r"[-_.]+", "-", dist).lower() for dist in dists} for top, dists in installed.items()}
    refused = sorted(top for top, dists in normal.items() if not dists & allowed)
    assert {"numba", "streamlit", "altair", "pyarrow"} <= set(refused)
    program = f"""
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {set(refused)!r}:
            raise ModuleNotFoundError(f"{{name}} is not among the four", name=name)
sys.meta_path.insert(0, Refuse())
import model
print(model.Scenario.__name__)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout.strip()) == (0, "Scenario"), done.stderr


OUTCOMES_HELD = {"headline", "reference", "difference", "monthly", "reference_monthly", "channels"}
"""What an outcome holds its numbers in."""


def sums_of_outcomes(tree: ast.Module) -> list[str]:
    """Sums, differences and the like of numbers that are taken out of an outcome, also by a name given to it before."""

    def last(node: ast.expr) -> str:
        return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""

    def parts(node: ast.expr) -> list[ast.expr]:
        return node.elts if isinstance(node, ast.Tuple) else [node]

    held = set(OUTCOMES_HELD)
    for node in ast.walk(tree):
        for target in node.targets if isinstance(node, ast.Assign) else []:
            pairs = zip(parts(target), parts(node.value), strict=False)
            held |= {last(one) for one, value in pairs if last(value) in OUTCOMES_HELD}
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp)
        and any(isinstance(part, ast.Subscript) and last(part.value) in held for part in ast.walk(node))
    ]


@pytest.mark.parametrize("path", sorted((ROOT / "pages").rglob("*.py")), ids=shown)
def test_pages_do_no_sums_on_outcomes(path: Path) -> None:
    assert not sums_of_outcomes(parsed(path)), "the model or its report says such a sentence; `compare.gap` has it"


@pytest.mark.parametrize("line", ["a.headline['csat'] - b['csat']", "now = out.headline\n1 - now['csat']",
                                  "here, there = one.headline, one.reference\nfloat(there['csat']) / 2"])  # fmt: skip
def test_a_sum_on_an_outcome_is_seen(line: str) -> None:
    assert sums_of_outcomes(ast.parse(line))


@pytest.mark.parametrize("path", [*PROJECT, *sorted((ROOT / "tests").rglob("*.py"))], ids=shown)
def test_no_file_is_two_rooms(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    page = path.parent == ROOT / "pages"
    assert lines <= (120 if page else 500)


@pytest.mark.parametrize("path", PROJECT, ids=shown)
def test_nothing_from_a_user_is_run_unpickled_or_shown_as_html(path: Path) -> None:
    found = list(imports(path))
    assert not {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"} & {n.split(".")[0] for n in found}
    # What goes between the server and processes that it begins itself: nothing of it comes from anywhere else.
    between = any(name.startswith(("multiprocessing.reduction", "multiprocessing.connection")) for name in found)
    assert not between or shown(path) in ("model/letters.py", "model/workers.py", "model/aside.py")
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            named = {word.arg for word in node.keywords if ast.unparse(word.value) != "False"}
            assert called not in {"eval", "exec", "compile", "__import__", "st.html", "os.system", "pd.read_pickle"}
            assert not named & {"unsafe_allow_html", "unsafe_allow_javascript", "allow_pickle", "shell"}


def test_public_names_are_these() -> None:
    assert set(model.__all__) == PUBLIC
    for name in PUBLIC:
        assert getattr(model, name) is not None


def pinned(file: str) -> dict[str, str]:
    """Library -> version; fails on a line without an exact version or without its reason."""
    lines = [line for line in (ROOT / file).read_text().splitlines() if line and not line.startswith(("#", "-r "))]
    form = r"([A-Za-z0-9_.-]+)(?:\[[a-z,]+\])?==(\S+)(?: ; sys_platform != \"win32\")?\s+# \S.{10,}"
    found = [re.fullmatch(form, line) for line in lines]
    assert all(found), [line for line, match in zip(lines, found, strict=True) if not match]
    return {match[1].lower(): match[2] for match in found if match}


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_each_with_its_reason(file: str) -> None:
    for name, version in pinned(file).items():
        assert importlib.metadata.version(name) == version


def test_what_the_code_imports_is_required_and_nothing_else() -> None:
    libraries = {
        name.split(".")[0] for path in PROJECT if path.parent.name != "sample_data" for name in imports(path)
    } - set(sys.stdlib_module_names)
    libraries -= {"app", "model", "pages"}
    homes = importlib.metadata.packages_distributions()
    required = set(pinned("requirements.txt")) - TAKEN_BY_STREAMLIT
    assert {homes[name][0].lower() for name in libraries} == required


def test_what_the_tests_import_is_required_and_nothing_else() -> None:
    libraries = {name.split(".")[0] for path in (ROOT / "tests").rglob("*.py") for name in imports(path)}
    libraries -= {*sys.stdlib_module_names, *PEERS, "app", "model", "pages", "tests", "sample_data"}
    homes = importlib.metadata.packages_distributions()
    imported = {homes[name][0].lower() for name in libraries}
    ours, more = set(pinned("requirements.txt")), set(pinned("requirements-dev.txt"))
    assert imported <= ours | more
    assert more <= imported | RUN_BY_NAME


def test_the_two_commands_of_the_readme_are_the_ones_that_are_run() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    run = (ROOT / ".ci" / "run").read_text()
    for command in COMMANDS:
        assert command in readme.splitlines()
        for step in command.split(" && "):
            assert step in run, f"CI does not run: {step}"
    assert COMMANDS[1] in run
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_docs_name_every_setting() -> None:
    docs = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md"))
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    settings = {f"{section}.{key}" for section, keys in config.items() if section != "theme" for key in keys}
    code = "".join(path.read_text() for path in [*PROJECT, *(ROOT / "tests").rglob("*.py"), ROOT / ".ci" / "run"])
    settings |= set(re.findall(r"\bTRILEVER_[A-Z_]+[A-Z]\b", code))
    assert {name for name in settings if f"`{name}`" not in docs} == set()


def test_no_file_names_a_place_on_one_machine() -> None:
    places = [str(place) + "/" for place in (ROOT, Path.home()) if len(place.parts) > 1]
    texts = [path for path in ROOT.rglob("*") if path.suffix in {".py", ".md", ".toml", ".txt", ".json", ".cff"}]
    texts = [path for path in texts if not any(part.startswith(".") for part in path.relative_to(ROOT).parts[:1])]
    for path in [*texts, ROOT / ".ci" / "run", ROOT / ".streamlit" / "config.toml"]:
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not [place for place in places if place in text], shown(path)


def test_browser_tests_share_steps_and_do_not_take_them_from_each_other() -> None:
    """A test module that is imported runs its fixtures and constants too, and a step changed for one breaks another."""
    taken = [
        shown(path)
        for path in (ROOT / "tests" / "browser").glob("*.py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and re.match(r"tests\.browser\.(test_|conftest)", node.module or "")
    ]
    assert taken == []


def test_the_chart_of_turns_is_drawn_in_one_place() -> None:
    drawn = [shown(path) for path in PROJECT if "turns_spec(is_dark" in path.read_text(encoding="utf-8")]
    assert drawn == ["pages/parts/turning.py"]
