"""The command line: the same figures as the engine, in tables or JSON, and mistakes told in two lines."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import model
from model import links
from model.__main__ import SAMPLES, main
from model.assumptions import ASSUMPTIONS
from model.outcomes import OUTCOMES
from model.scenario import Baseline, Channel, Scenario
from tests.own_files import calls

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def baseline() -> Baseline:
    """One phone queue, open by day."""
    arrivals = [40.0 if 16 <= cell % 48 < 40 else 0.0 for cell in range(336)]
    agents = [9.0 if 16 <= cell % 48 < 40 else 0.0 for cell in range(336)]
    phone = Channel(name="phone", arrivals=tuple(arrivals), agents=tuple(agents), handle_time_s=330, abandonment=0.06)
    return Baseline(name="Small company", channels=(phone,))


@pytest.fixture(scope="module")
def files(baseline: Baseline, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A baseline, a scenario and some files that are neither."""
    folder = tmp_path_factory.mktemp("cli")
    scenario = Scenario(name="Flexible", baseline=baseline, levers={"schedule_flex": 0.4}, month=6)
    contents = {"baseline": baseline.model_dump_json(), "scenario": scenario.model_dump_json(),
                "other": '{"a": 1}', "text": "hello", "list": "[1]"}  # fmt: skip
    for name, text in contents.items():
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return {name: str(folder / f"{name}.json") for name in contents} | {"folder": str(folder)}


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command prints; it must end well and say nothing on the error stream."""
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_evaluate_prints_every_outcome_today_doing_nothing_and_the_difference(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed(capsys, "evaluate", "--data", files["baseline"], "--set", "schedule_flex=40%").splitlines()
    assert "Small company" in lines[0] and "month 12" in lines[0]
    assert lines[1].split() == ["today", "doing", "nothing", "this", "difference"]
    assert [line[:25].strip() for line in lines[2 : 2 + len(OUTCOMES)]] == [row.label for row in OUTCOMES.values()]
    cost = lines[2].split()
    assert cost[:3] == ["Cost", "a", "year"] and cost[-1].startswith("+$")


def test_evaluate_as_json_gives_the_engines_own_figures(
    files: dict[str, str], capsys: pytest.CaptureFixture[str], baseline: Baseline
) -> None:
    arguments = ["--set", "schedule_flex=0.4", "demand=1.1", "--set", "csat=0.9", "contained_work=0.8"]
    text = printed(capsys, "evaluate", "--data", files["baseline"], *arguments, "--rule", "follow_work", "--month", "6",
                   "--json")  # fmt: skip
    scenario = Scenario(
        baseline=baseline, levers={"schedule_flex": 0.4}, conditions={"demand": 1.1}, targets={"csat": 0.9},
        assumptions={"contained_work": 0.8}, staffing_rule="follow_work", month=6,
    )  # fmt: skip
    out = model.evaluate(scenario)
    told = json.loads(text)
    assert told["month"] == 6
    for part in ("headline", "reference", "difference", "today"):
        figures = getattr(out, part)
        assert told[part] == {k: v if abs(v) < float("inf") else None for k, v in figures.items()}


def test_a_scenario_file_a_token_and_a_link_give_the_same_figures(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    token = printed(capsys, "export", "--scenario", files["scenario"], "--token").strip()
    link = f"http://127.0.0.1:8501/explore?s={token}"
    told = [printed(capsys, "evaluate", "--json", "--scenario", source) for source in (files["scenario"], token, link)]
    assert told[0] == told[1] == told[2]
    assert links.open(token).seen["fte"] == pytest.approx(json.loads(told[0])["headline"]["fte"], rel=1e-5)


def test_a_file_that_holds_a_token_or_a_link_is_as_good_as_a_scenario_file(
    files: dict[str, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path, of_link, wrapped = tmp_path / "token.txt", tmp_path / "link.txt", tmp_path / "mail.txt"
    assert printed(capsys, "export", "--scenario", files["scenario"], "--token", "-o", str(path)) == ""
    token = path.read_text(encoding="utf-8").strip()
    of_link.write_text(f"http://127.0.0.1:8501/explore?s={token}\n", encoding="utf-8-sig")
    wrapped.write_text(f"{token[:70]}\r\n{token[70:]}\r\n", encoding="utf-8")
    told = printed(capsys, "evaluate", "--json", "--scenario", files["scenario"])
    for source in (path, of_link, wrapped):
        assert printed(capsys, "evaluate", "--json", "--scenario", str(source)) == told
    both = json.loads(printed(capsys, "compare", files["scenario"], str(path), "--json"))
    assert both[0]["headline"] == both[1]["headline"]


def test_a_file_that_holds_neither_is_none_of_ours(
    files: dict[str, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (foreign := tmp_path / "foreign.json").write_bytes('{"name": "Żółć"}'.encode("latin2"))
    for path in (files["text"], str(foreign)):
        assert main(["evaluate", "--scenario", path]) == 2
        assert "is not a JSON file of ours" in capsys.readouterr().err
    (short := tmp_path / "short.txt").write_text("AgADWruhTILt2UtqBFEIBdANiVx9fhfT-99GBq9okhCo6klIqh04ceBE")
    assert main(["evaluate", "--scenario", str(short)]) == 2
    assert "cut short" in capsys.readouterr().err


def test_an_exported_scenario_can_be_given_its_name(
    files: dict[str, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = printed(capsys, "export", "--scenario", files["scenario"], "--name", "Later shifts")
    assert Scenario.model_validate_json(text).name == "Later shifts"
    token = printed(capsys, "export", "--scenario", files["scenario"], "--name", "Later shifts", "--token").strip()
    assert links.decode(token).name == "Later shifts"
    assert main(["export", "--scenario", files["scenario"], "--name", "x" * 121]) == 2
    assert "name" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["evaluate", "--scenario", ""], "--scenario is empty"), (["evaluate", "--data", ""], "--data is empty"),
        (["evaluate", "--set", ""], "--set is empty"), (["export", "-o", ""], "--output is empty"),
        (["export", "--to", ""], "--to is empty"), (["export", "--name", ""], "--name is empty"),
        (["compare", ""], "file or token is empty"), (["measure", ""], "name of a file is empty"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_a_variable_of_the_shell_that_is_not_set_is_not_taken_for_nothing_given(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(arguments)
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert words in err and len(err.strip().splitlines()) == 2


def test_how_sure_beyond_what_can_be_asked_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["frontier", "--sure", "2"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said == ["How sure cannot be 200 %: it must lie between 50 and 99 %.", "80 %, or 0.8, is usual."]


def test_of_the_curve_one_row_is_beside_the_points_and_says_so(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["frontier", "--data", files["baseline"], "--points", "3"]
    head, columns, *rows = printed(capsys, *asked).splitlines()
    records = json.loads(printed(capsys, *asked, "--json"))
    marked = [row.endswith("CSAT of doing nothing") for row in rows]
    assert marked == [record["keeps_csat"] for record in records]
    assert sum(marked) == 1 and len(rows) <= 3 + 1


def test_what_is_set_adds_to_the_scenario_given(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "export", "--scenario", files["scenario"], "--set", "qa_coverage=10%")
    scenario = Scenario.model_validate_json(text)
    assert scenario.levers == {"schedule_flex": 0.4, "qa_coverage": 0.1}
    assert scenario.month == 6


def test_an_exported_file_is_the_same_scenario(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(files["folder"]) / "exported.json"
    assert printed(capsys, "export", "--scenario", files["scenario"], "-o", str(path)) == ""
    assert json.loads(path.read_text()) == json.loads(Path(files["scenario"]).read_text())


def test_compare_shows_the_levers_that_differ_and_all_outcomes(
    files: dict[str, str], capsys: pytest.CaptureFixture[str], baseline: Baseline
) -> None:
    token = links.encode(Scenario(name="Reviewed", baseline=baseline, levers={"qa_coverage": 0.1}))
    text = printed(capsys, "compare", files["scenario"], token)
    assert "Flexible" in text and "Reviewed" in text
    assert "schedule_flex" in text and "qa_coverage" in text
    assert "shrinkage" not in text
    assert all(row.label in text for row in OUTCOMES.values())
    told = json.loads(printed(capsys, "compare", files["scenario"], token, "--json"))
    assert [one["scenario"] for one in told] == ["Flexible", "Reviewed"]
    assert told[1]["levers"]["qa_coverage"] == 0.1


def test_levers_lists_what_a_company_can_move(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "levers", "--data", files["baseline"])
    assert "staffing.phone" in text and "schedule_flex" in text
    assert "chat_concurrency" not in text  # a company without chat


def test_assumptions_and_outcomes_list_every_key(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "assumptions")
    assert all(key in text for key in ASSUMPTIONS)
    assert {row["key"] for row in json.loads(printed(capsys, "outcomes", "--json"))} == set(OUTCOMES)


def test_measure_says_what_a_file_says(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = os.environ.get("TRILEVER_REAL_FILES")
    if not folder:
        pytest.skip("TRILEVER_REAL_FILES does not name the folder of real files")
    path = tmp_path / "bank.json"
    text = printed(
        capsys, "measure", str(Path(folder) / "bank_calls_first_half.txt"), "--name", "Bank", "-o", str(path)
    )
    assert "Bank" in text and "gave up waiting" in text and "11.5 %" in text
    assert Baseline.model_validate_json(path.read_text(encoding="utf-8")).name == "Bank"
    assert "staffing.phone" in printed(capsys, "levers", "--data", str(path))


def test_measure_as_json_carries_the_fit_beside_the_baseline(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (path := tmp_path / "calls.csv").write_bytes(calls())
    told = json.loads(printed(capsys, "measure", str(path), "--json"))
    (fit,) = told["fit"]
    assert Baseline.model_validate(told["baseline"]).channels[0].name == fit["channel"] == "phone"
    assert fit["verdict"] in ("good", "fair", "poor") and fit["fitted_days"] + fit["tested_days"] > 8
    speeds = fit["speeds"]["asa"]
    assert speeds["actual"] > 0 and speeds["within_days"] <= speeds["days"] == fit["tested_days"]
    text = printed(capsys, "measure", str(path))
    assert all(line in text for line in fit["lines"])


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_company_can_be_evaluated(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Cost a year" in printed(capsys, "evaluate", "--sample", name)


def test_without_arguments_the_retail_sample_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys) == printed(capsys, "evaluate") == printed(capsys, "evaluate", "--sample", "retail")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--data", "{baseline}", "--set", "schedule_flx=1"], "schedule_flex"),
        (["--data", "{baseline}", "--set", "staffing.fax=3"], "staffing.phone"),
        (["--data", "{baseline}", "--set", "schedule_flex=much"], "schedule_flex=much"),
        (["--data", "{baseline}", "--set", "schedule_flex"], "schedule_flex="),
        (["--data", "{baseline}", "--set", "shrinkage=0.95"], "outside 0.02 to 0.8"),
        (["--data", "{baseline}", "--set", "demand=50"], "outside 0.1 to 5"),
        (["--data", "{baseline}", "--set", "schedule_flex=nan"], "finite"),
        (["--data", "{baseline}", "--month", "40"], "month"),
        (["--data", "{baseline}", "--sample", "bank"], "--data and --sample"),
        (["--data", "nowhere.csv"], "nowhere.csv"),
        (["--data", "nowhere.json"], "nowhere.json"),
        (["--data", "{text}"], "not a JSON file of ours"),
        (["--data", "{other}"], "Baseline"),
        (["--data", "{list}"], "Baseline"),
        (["--scenario", "{baseline}"], "Scenario"),
        (["--scenario", "nowhere.json"], "nowhere.json"),
        (["--scenario", "hello"], "cut short"),
        (["--scenario", "https://example.org/explore?scenario=abc"], "saved elsewhere"),
    ],
    ids=lambda value: " ".join(value[2:] or value) if isinstance(value, list) else "",
)
def test_a_mistake_is_told_with_a_hint_and_exit_code_2(
    arguments: list[str], words: str, files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["evaluate", *(files.get(a.strip("{}"), a) for a in arguments)])
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.strip().splitlines()) == 2  # what is wrong, and what to do


def test_an_output_that_cannot_be_written_is_told(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--scenario", files["scenario"], "-o", files["folder"]]) == 2
    assert "cannot be written" in capsys.readouterr().err


def run(*arguments: str, encoding: str = "utf-8") -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    return subprocess.run([sys.executable, "-m", "model", *arguments], cwd=ROOT, env=environment, capture_output=True)


def test_the_module_runs_and_a_mistake_shows_no_traceback(files: dict[str, str]) -> None:
    good = run("evaluate", "--scenario", files["scenario"], "--json")
    assert (good.returncode, good.stderr) == (0, b"")
    assert set(json.loads(good.stdout)["headline"]) == set(OUTCOMES)
    bad = run("evaluate", "--scenario", "AQAB")
    assert (bad.returncode, bad.stdout) == (2, b"")
    assert b"Traceback" not in bad.stderr and b"link" in bad.stderr


def test_a_terminal_without_unicode_still_shows_minus_signs(files: dict[str, str]) -> None:
    done = run("evaluate", "--scenario", files["scenario"], encoding="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b" -" in done.stdout and b"?" not in done.stdout


def test_help_needs_nothing_heavy() -> None:
    code = "import sys; from model.__main__ import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    code += "print({'numba', 'streamlit', 'altair', 'ibis'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"
