"""`python -m model measure`: files or a table to a baseline, what was found in them, how far to trust it."""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from model.errors import ScenarioError
from model.progress import Progress
from model.scenario import Baseline

VERSION = "report, fit, refit, recipe 3"


def options(parser: argparse.ArgumentParser) -> None:
    """What `measure` takes besides files and tables."""
    parser.add_argument("--recipe", metavar="FILE", help="measure as before: columns, units, channels and filters of "
                        "a recipe saved on My data or by --save-recipe")  # fmt: skip
    parser.add_argument("--save-recipe", metavar="FILE", help="save how these files were understood, for the next ones")
    parser.add_argument("--refit", action="store_true",
                        help="let the files' ratings replace the assumptions on what moves satisfaction")  # fmt: skip


def of_files(
    arguments: argparse.Namespace, progress: Progress, write: Callable[[str, str], None]
) -> tuple[Baseline, Any]:
    """The baseline of files, and what to say beside it."""
    from model import intake

    if not arguments.files:
        raise ScenarioError("There is nothing to measure.", "Give files, or --table URL TABLE.")
    recipe = intake.load_recipe(arguments.recipe) if arguments.recipe else intake.Recipe()

    def beside(found: Any, sources: Sequence[Any]) -> Mapping[str, Any]:
        return told(found, sources, recipe)

    baseline, said = intake.measured_files(
        arguments.files, beside, VERSION, recipes=recipe.files, progress=progress, name=arguments.name or "My company",
        **recipe.wishes,
    )  # fmt: skip
    if arguments.save_recipe:
        write(arguments.save_recipe, said["recipe"].rstrip("\n"))
    if arguments.refit and said["ranges"]:
        own = {key: tuple(values) for key, values in said["ranges"].items()}
        baseline = baseline.model_copy(update={"assumptions": {**baseline.assumptions, **own}})
    return baseline, said


def of_table(arguments: argparse.Namespace, progress: Progress) -> tuple[Baseline, Any]:
    """The baseline of a table, measured where it lies, and what to say beside it."""
    from model import intake

    if arguments.files:
        raise ScenarioError("Both files and --table are given.", "Measure one of them at a time.")
    if arguments.save_recipe or arguments.refit:
        raise ScenarioError("A table where it lies has no recipe and no refit.", "Give its columns by --column.")
    recipe = intake.load_recipe(arguments.recipe) if arguments.recipe else intake.Recipe()
    url, table = arguments.table
    roles = {role: column for role, _, column in (text.partition("=") for text in arguments.column)}
    source = intake.warehouse(url, table, roles, progress=progress)
    found = intake.measurement(source, name=arguments.name or "My company", **recipe.wishes)
    return found.baseline, {**told(found, [], recipe), "report": report_of([source])}


def told(found: Any, sources: Sequence[Any], recipe: Any) -> dict[str, Any]:
    """Plain data on a measurement: each channel's fit, disagreements, the refit's sentences and ranges, the recipe."""
    from model import intake

    files = [each.sample if isinstance(each, intake.Big) else each for each in sources]
    learned = intake.learned(*files)
    own = intake.recipe_of(
        files, channels=recipe.channels, filters=recipe.filters, target_s=recipe.target_s,
        target_share=recipe.target_share, repeat_days=recipe.repeat_days,
    )  # fmt: skip
    strange = recipe.strange(files) if recipe.files else []
    return {
        "report": report_of(sources), "fit": [fit_of(one) for one in intake.held_back(found)],
        "conflicts": [f"{one.text} ({one.count:,})" if one.count else one.text for one in found.conflicts]
        + [f"The recipe does not know the columns of {name}: they were guessed" for name in strange],
        "refit": refit_lines(learned), "ranges": {k: list(v) for k, v in (learned.ranges if learned else {}).items()},
        "recipe": own.text(),
    }  # fmt: skip


DONE = {"dropped": "left out", "repaired": "repaired", "kept": "kept"}


def report_of(sources: Sequence[Any]) -> list[dict[str, Any]]:
    """What was wrong in each source, how often, where first and what was done, the most frequent first; then what was
    guessed since nothing in it decides."""
    out: list[dict[str, Any]] = []
    for each in sources:
        out += [
            {"file": each.name, "text": one.text, "count": one.count, "first_rows": list(one.rows),
             "done": DONE[one.done]}
            for one in sorted(each.problems, key=lambda one: -one.count)
        ]  # fmt: skip
        for setting in each.undecided:
            value = setting.options.get(setting.value, setting.value)
            out.append({"file": each.name, "text": f"{setting.label} {value}: nothing in the file decides it",
                        "count": 0, "first_rows": [], "done": "guessed"})  # fmt: skip
    return out


def report_lines(report: Sequence[Mapping[str, Any]]) -> list[str]:
    """The report, a line each."""
    lines = []
    for one in report:
        rows = f"; first in rows {', '.join(map(str, one['first_rows']))}" if one["first_rows"] else ""
        count = f"{one['count']:,} " if one["count"] else ""
        lines.append(f"{one['file']}: {one['text']} ({count}{one['done']}{rows})")
    return lines


def fit_of(one: Any) -> dict[str, Any]:
    """How well the model explains a channel's days: figures (s, shares) and the sentences on them; without a verdict
    where `reason` says why there is none."""
    out: dict[str, Any] = {"channel": one.channel, "title": one.title, "verdict": None, "reason": one.reason}
    if one.fit is not None:
        fit = one.fit
        speeds = {
            each.key: {**{name: _short(getattr(each, name)) for name in ("actual", "modelled", "gap")},
                       "within_days": each.within, "days": each.days, "verdict": each.verdict}
            for each in fit.speeds
        }  # fmt: skip
        out |= {
            "verdict": fit.verdict, "fitted_days": fit.fitted_days, "tested_days": fit.tested_days,
            "left_out": fit.left_out, "efficiency": _short(fit.efficiency), "speeds": speeds,
        }  # fmt: skip
    return {**out, "lines": fit_lines(one)}


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def fit_lines(one: Any) -> list[str]:
    """How well the model explains a channel's days."""
    from model.report import fit_chart

    if one.fit is None:
        return [f"{one.title}: {one.reason}"]
    said = [f"{one.title}: {fit_chart.finding(one.fit)}.", *fit_chart.lines(one.fit), fit_chart.method(one.fit)]
    return [*said, *(f"Warning: {text}" for text in fit_chart.warnings(one.fit)), *fit_chart.remarks(one.fit)]


def refit_lines(learned: Any) -> list[str]:
    """What the ratings say of each driver of satisfaction."""
    from model.report import refit_words

    if learned is None:
        return []
    return [refit_words.finding(learned), *refit_words.lines(learned), *refit_words.caution(learned)]


def as_json(baseline: Baseline, said: Mapping[str, Any]) -> str:
    """The baseline and everything beside it, for a program."""
    beside = {key: said[key] for key in ("report", "fit", "conflicts", "refit")}
    return json.dumps({"baseline": baseline.model_dump(mode="json"), **beside}, indent=1, ensure_ascii=False)


def say(said: Mapping[str, Any], out: Callable[[str], None]) -> None:
    """Everything beside the figures."""
    fit = [line for one in said["fit"] for line in one["lines"]]
    report = report_lines(said["report"])
    for title, lines in (("What was found in the files", report), ("Where files disagree, and what is left out",
                         said["conflicts"]), ("How well the model explains it", fit),
                         ("What your ratings say", said["refit"])):  # fmt: skip
        if lines:
            out(f"\n{title}")
            for line in lines:
                out(f"  {line}")
