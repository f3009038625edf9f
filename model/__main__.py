"""The command line: the same engine as on screen. `python -m model --help` says what there is.

A user's mistake ends with a message, a hint and exit code 2; heavy parts are imported by the command that needs them.
"""

import argparse
import difflib
import json
import math
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from model import cli_export, cli_frontier, cli_measure, cli_stress
from model.assumptions import ASSUMPTIONS
from model.errors import ScenarioError, TrileverError
from model.outcomes import OUTCOMES
from model.progress import on_terminal
from model.scenario import CONDITIONS, Baseline, Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

SAMPLES = ("retail", "bank", "software")
MEASURED = {
    "arrivals": "contacts", "handle_time_s": "handle time", "patience_s": "patience", "asa": "average wait",
    "service_level": "answered in time", "abandonment": "gave up waiting", "fcr": "solved first time", "csat": "CSAT",
}  # fmt: skip
TARGETS = ("csat", "budget", "target_s", "target_share")
_FORM_OF_A_LINK = re.compile(r"https?://\S+|[A-Za-z0-9_-]{40}[A-Za-z0-9_\s-]*")
"""What a file holds that is a link or a token rather than JSON: nothing else, and far more than a word."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 2 a mistake in what was asked."""
    arguments = _parser().parse_args(argv)
    try:
        _refuse_empty(arguments)
        arguments.run(arguments)
    except TrileverError as error:
        print(_encodable(f"{error.message}\n{error.hint}".strip(), sys.stderr), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Cancelled; nothing was kept.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


# What is asked for


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m model", description="What levers do to cost, speed and CSAT; by default, the sample retailer.",
        formatter_class=lambda prog: argparse.HelpFormatter(prog, max_help_position=32),
    )  # fmt: skip
    parser.set_defaults(run=evaluate, data=[], scenario=None, sample=None, set=[], rule=None, month=None, json=False)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    company = argparse.ArgumentParser(add_help=False)
    company.add_argument("--data", nargs="+", default=[], metavar="FILE",
                         help="exports of one company, or the JSON file that `measure -o` wrote")  # fmt: skip
    company.add_argument("--sample", choices=SAMPLES, help="a sample company; retail where nothing else is given")
    what_if = argparse.ArgumentParser(add_help=False, parents=[company])
    what_if.add_argument("--scenario", metavar="FILE|TOKEN",
                         help="a scenario file, a link or its token, or a file that holds one")  # fmt: skip
    what_if.add_argument("--set", nargs="+", action="extend", default=[], metavar="KEY=VALUE",
                         help="a lever, condition, target or assumption: schedule_flex=0.4 demand=110%%")  # fmt: skip
    what_if.add_argument("--rule", choices=("as_set", "follow_work"), help="whether staffing follows the work")
    what_if.add_argument("--month", type=int, metavar="N", help="the month whose yearly run rate is shown, 1 to 36")
    as_json = argparse.ArgumentParser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="JSON in place of a table")

    def command(name: str, run: Any, text: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, parents=parents)
        made.set_defaults(run=run)
        return made

    command("evaluate", evaluate, "Outcomes of a scenario against doing nothing.", what_if, as_json)
    command("levers", levers, "What can be moved, and what it costs.", company, as_json)
    command("assumptions", assumptions, "Every assumption with its range, grade and source.", as_json)
    command("outcomes", outcomes, "What a scenario is judged by.", as_json)
    measuring = command("measure", measure, "A company's baseline from its exports.", as_json)
    measuring.add_argument("files", nargs="*", metavar="FILE", help="exports of calls, tickets, ratings, rota or wages")
    measuring.add_argument("--table", nargs=2, metavar=("URL", "TABLE"),
                           help="a table where it lies: a postgresql:// address (PGPASSWORD holds the password), a "
                                "DuckDB file, or a folder of Parquet files and a pattern of their names")  # fmt: skip
    measuring.add_argument("--column", action="append", default=[], metavar="ROLE=COLUMN",
                           help="with --table: which column is what, such as wait=queue_seconds")  # fmt: skip
    measuring.add_argument("--name", help="the company's name")
    measuring.add_argument("-o", "--output", metavar="FILE", help="write the baseline as JSON, for --data")
    cli_measure.options(measuring)
    comparing = command("compare", compare, "Scenarios side by side, and how sure their differences are.", as_json)
    comparing.add_argument("scenarios", nargs="+", metavar="FILE|TOKEN",
                           help="scenario files, links or tokens; those of one name are told apart by their files' "
                                "names, or by letters")  # fmt: skip
    stressing = command("stress", stress, "What events do to a scenario, and how soon they are over.", what_if, as_json)
    cli_stress.options(stressing)
    cli_frontier.options(command("frontier", frontier, "The least cost for each CSAT.", what_if, as_json))
    text = "A scenario as a JSON file, as the token of a link, or as a deck, workbook, brief or chart."
    exporting = command("export", export, text, what_if)
    exporting.add_argument("--name", help="what the scenario is called from now on")
    exporting.add_argument("--token", action="store_true", help="the token, with the outcomes as seen now")
    exporting.add_argument("-o", "--output", metavar="FILE", help="write the JSON or token to this file, beside --to")
    cli_export.options(exporting)
    return parser


def _refuse_empty(arguments: argparse.Namespace) -> None:
    """ScenarioError where an argument is empty, as a shell's variable that is not set is: not the same as not given."""
    for name, value in vars(arguments).items():
        if value == "" or (isinstance(value, list) and "" in value):
            what = {"files": "The name of a file", "scenarios": "A scenario's file or token"}.get(name, f"--{name}")
            raise ScenarioError(f"{what} is empty.", "Is a variable of the shell not set? Fill it in, or leave it out.")


def _scenario(arguments: argparse.Namespace) -> Scenario:
    """The scenario of the arguments: a file's or token's or a company's with nothing moved, then what is set."""
    given = [name for name in ("data", "sample", "scenario") if getattr(arguments, name)]
    if len(given) > 1:
        raise ScenarioError(f"Both --{given[0]} and --{given[1]} are given.", "A scenario has one company: give one.")
    scenario = _opened(arguments.scenario) if arguments.scenario else Scenario(baseline=_baseline(arguments))
    parts: dict[str, dict[str, float]] = {
        "levers": dict(scenario.levers), "conditions": dict(scenario.conditions),
        "targets": dict(scenario.targets), "assumptions": dict(scenario.assumptions),
    }  # fmt: skip
    for text in arguments.set:
        key, equals, value = text.partition("=")
        parts[_part_of(key, scenario.baseline)][key] = _number(value, text if equals else f"{text}=")
    fields: dict[str, Any] = {name: getattr(scenario, name) for name in Scenario.model_fields} | parts
    if arguments.rule:
        fields["staffing_rule"] = arguments.rule
    if arguments.month is not None:
        fields["month"] = arguments.month
    return Scenario(**fields)


def _baseline(arguments: argparse.Namespace) -> Baseline:
    if not arguments.data:
        import model

        return model.sample(arguments.sample or "retail")
    if len(arguments.data) == 1 and arguments.data[0].endswith(".json"):
        return Baseline.model_validate(_json_of(Path(arguments.data[0])))
    return _measured(arguments.data)


def _measured(files: Sequence[str]) -> Baseline:
    from model import intake

    return intake.measure_files(files, progress=on_terminal, name="My company")


def _opened(text: str) -> Scenario:
    """The scenario of a file, a link or a token; a file holds a scenario, or a link or a token."""
    if os.path.isfile(text):
        content = _text_of(Path(text)).strip()
        if _FORM_OF_A_LINK.fullmatch(content):
            return _decoded(content)
        return Scenario.model_validate(_json_of(Path(text)))
    if text.endswith(".json"):
        raise ScenarioError(f"There is no file {text}.", "Check the path; `export -o` writes scenario files.")
    return _decoded(text)


def _decoded(text: str) -> Scenario:
    """The scenario of a link or a token."""
    from model import links

    query = parse_qs(urlsplit(text).query)
    if "scenario" in query:
        hint = "Open it in the browser, or ask for a link that carries the scenario itself."
        raise ScenarioError("This link names a scenario saved elsewhere.", hint)
    return links.decode(query["s"][0] if "s" in query else text)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ScenarioError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    except UnicodeError as error:
        raise _not_ours(path) from error


def _json_of(path: Path) -> Any:
    try:
        return json.loads(_text_of(path))
    except (ValueError, RecursionError) as error:
        raise _not_ours(path) from error


def _not_ours(path: Path) -> ScenarioError:
    hint = "`export -o` writes scenario files, `measure -o` baselines."
    return ScenarioError(f"{path} is not a JSON file of ours.", hint)


def _part_of(key: str, baseline: Baseline) -> str:
    """Which part of a scenario a key belongs to."""
    family = key.partition(".")[0]
    if key in baseline.levers:
        return "levers"
    if family in CONDITIONS:
        return "conditions"
    if family in TARGETS:
        return "targets"
    if key in ASSUMPTIONS:
        return "assumptions"
    near = difflib.get_close_matches(key, [*baseline.levers, *CONDITIONS, *TARGETS, *ASSUMPTIONS], 3, 0.5)
    hint = f"Near it: {', '.join(near)}." if near else "`levers` and `assumptions` list what there is."
    raise ScenarioError(f"There is no lever, condition, target or assumption {key!r}.", hint)


def _number(value: str, text: str) -> float:
    """A number; with % a hundredth."""
    bare = value.strip().removesuffix("%")
    try:
        number = float(bare)
    except ValueError as error:
        raise ScenarioError(f"{text!r} does not set a number.", "Write it like schedule_flex=0.4 or =40%.") from error
    return number / 100 if bare != value.strip() else number


# The commands


def evaluate(arguments: argparse.Namespace) -> None:
    """Outcomes of one scenario: today, doing nothing, this, difference."""
    import model
    from model import needs
    from model.report import numbers, words

    out = model.evaluate(_scenario(arguments))
    scenario = out.scenario
    if arguments.json:
        _print_json({
            "scenario": scenario.name, "company": scenario.baseline.name, "month": scenario.month,
            "headline": out.headline, "reference": out.reference, "difference": out.difference, "today": out.today,
            "missed": [need.outcome for need in needs.missed(out)], "notes": out.notes,
        })  # fmt: skip
        return
    _say(f"{scenario.name}: {scenario.baseline.name}, {_moment(scenario)}")
    money = scenario.baseline.currency
    rows = [
        (row.label, *(numbers.number(key, figures[key], money) for figures in (out.today, out.reference, out.headline)),
         numbers.step(key, out.difference[key], money))
        for key, row in OUTCOMES.items()
    ]  # fmt: skip
    _table(("", "today", "doing nothing", "this", "difference"), rows)
    if missed := words.targets_text(out):
        _say(f"Target missed: {missed}")
    for note in out.notes:
        _say(f"Note: {note}")


def compare(arguments: argparse.Namespace) -> None:
    """Scenarios in columns: the levers that differ, every outcome, how sure the differences to the first are."""
    import model
    from model import cli_compare
    from model.compare import told_apart
    from model.report.grammar import opening

    scenarios = [_opened(text) for text in arguments.scenarios]
    scenarios = told_apart(scenarios, [cli_export.file_name(text) for text in arguments.scenarios])
    outs = model.evaluate_many(scenarios)
    if arguments.json:
        _print_json(cli_compare.as_json(outs))
        return
    _say(opening("; ".join(dict.fromkeys(_moment(out.scenario) for out in outs))))
    _table(("", *(out.scenario.name for out in outs)), cli_compare.rows(outs))
    for other in outs[1:]:
        for line in cli_compare.said(outs[0], other):
            _say(line)


def levers(arguments: argparse.Namespace) -> None:
    """The lever table of a company."""
    import model

    table = model.lever_table(_baseline(arguments))
    _frame(table, arguments, ("key", "label", "unit", "today", "low", "high", "price_text"))


def assumptions(arguments: argparse.Namespace) -> None:
    """The assumption table."""
    import model

    _frame(model.assumption_table(), arguments, ("key", "label", "low", "mode", "high", "unit", "grade", "source"))


def outcomes(arguments: argparse.Namespace) -> None:
    """The outcome table."""
    import model

    _frame(model.outcome_table(), arguments, ("key", "label", "unit", "better", "text"))


def measure(arguments: argparse.Namespace) -> None:
    """A company's baseline from its files."""
    if arguments.table:
        baseline, beside = cli_measure.of_table(arguments, on_terminal)
    else:
        baseline, beside = cli_measure.of_files(arguments, on_terminal, _write)
    if arguments.output:
        _write(arguments.output, baseline.model_dump_json(indent=1))
    if arguments.json:
        _say(cli_measure.as_json(baseline, beside))
        return
    _say(f"{baseline.name}{f', {baseline.period}' if baseline.period else ''}")
    rows = []
    for channel in baseline.channels:
        figures = {"arrivals": f"{channel.weekly_arrivals:,.0f} a week"}
        for field in ("handle_time_s", "patience_s", "asa"):
            if (value := getattr(channel, field)) is not None:
                figures[field] = f"{value:,.0f} s"
        for field in ("service_level", "abandonment", "fcr", "csat"):
            if (value := getattr(channel, field)) is not None:
                figures[field] = f"{100 * value:.1f} %"
        for field, text in figures.items():
            rows.append((channel.title, MEASURED[field], text, channel.grades.get(field, "assumed")))
    _table(("queue", "figure", "value", "evidence"), rows)
    cli_measure.say(beside, _say)


def export(arguments: argparse.Namespace) -> None:
    """A scenario as JSON or token, or as something for a meeting."""
    scenario = _scenario(arguments)
    if arguments.name is not None:
        scenario = scenario.model_copy(update={"name": arguments.name})
    if arguments.to:
        cli_export.make(arguments, scenario, _opened)
        if not (arguments.token or arguments.output):
            return
    else:
        cli_export.refuse_alone(arguments)
    if arguments.token:
        import model
        from model import links

        text = links.encode(scenario, seen=model.evaluate(scenario).headline)
    else:
        text = scenario.model_dump_json(indent=1)
    if arguments.output:
        _write(arguments.output, text)
    else:
        _say(text)


def stress(arguments: argparse.Namespace) -> None:
    """Events against the scenario and doing nothing."""
    cli_stress.run(_scenario(arguments), arguments, _table, _print_json, _say)


def frontier(arguments: argparse.Namespace) -> None:
    """The best mixes of cost and CSAT."""
    cli_frontier.run(_scenario(arguments), arguments, _table, _print_json, _say)


# How it is said


def _moment(scenario: Scenario) -> str:
    return f"a year at the pace of month {scenario.month}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Aligned columns: the first to the left, the others to the right."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines:
        cells = [line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))]
        _say("  ".join(cells).rstrip())


def _frame(table: "DataFrame", arguments: argparse.Namespace, columns: Sequence[str]) -> None:
    """A table of the model: some of its columns as text, all of them as JSON."""
    flat = table if "key" in table.columns else table.rename_axis("key").reset_index()
    if arguments.json:
        _print_json(json.loads(flat.to_json(orient="records")))
        return
    if "shown" in flat.columns:
        flat = flat[flat["shown"]]
    cells = [[_cell(v) for v in record] for record in flat[list(columns)].itertuples(index=False)]
    widths = [max(len(line[i]) for line in [list(columns), *cells]) for i in range(len(columns))]
    numbers = [all(isinstance(v, int | float) for v in flat[c]) for c in columns]
    for line in [[c.replace("_text", "") for c in columns], *cells]:
        parts = [c.rjust(w) if n else c.ljust(w) for c, w, n in zip(line, widths, numbers, strict=True)]
        _say("  ".join(parts).rstrip())


def _cell(value: object) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def _print_json(value: object) -> None:
    _say(json.dumps(_finite(value), indent=1, ensure_ascii=False))


def _finite(value: object) -> object:
    """The same with null for what JSON has no number for."""
    if isinstance(value, Mapping):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _write(path: str, text: str) -> None:
    try:
        Path(path).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise ScenarioError(f"{path} cannot be written: {error.strerror}.", "Choose another place.") from error


def _say(text: str) -> None:
    print(_encodable(text, sys.stdout))


def _encodable(text: str, stream: Any) -> str:
    """Text as this terminal can show it; a minus sign must never become a question mark."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.replace("\u2212", "-").encode(encoding, "replace").decode(encoding)
    return text


if __name__ == "__main__":
    sys.exit(main())
