"""`export --to FILE`: a deck, a workbook, a brief or charts of a scenario, as on screen."""

import argparse
import datetime
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from model.compare import told_apart
from model.errors import ScenarioError
from model.progress import on_terminal
from model.scenario import Scenario

if TYPE_CHECKING:
    from model.report.chart_files import Picture
    from model.report.story import Story

ENDINGS = {
    ".pptx": "a board deck", ".xlsx": "a workbook", ".pdf": "a one-page brief", ".svg": "a chart", ".png": "a chart",
    ".zip": "all charts",
}  # fmt: skip


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes beside the scenario."""
    known = ", ".join(f"*{ending} {what}" for ending, what in ENDINGS.items())
    parser.add_argument("--to", metavar="FILE", help=f"make what the file's ending says: {known}")
    parser.add_argument("--chart", metavar="NAME", help="which chart; a name that is none lists them")
    parser.add_argument("--beside", nargs="+", default=[], metavar="FILE|TOKEN", help="further scenarios to compare")
    parser.add_argument("--link", metavar="URL", help="the link to print on it")


def make(arguments: argparse.Namespace, scenario: Scenario, opened: Callable[[str], Scenario]) -> None:
    """Write the file that is asked for; `opened` reads a scenario of a file, a link or a token."""
    to = Path(arguments.to)
    ending = to.suffix.lower()
    if ending not in ENDINGS:
        known = ", ".join(f"{end} ({what})" for end, what in ENDINGS.items())
        raise ScenarioError(f"{to.name} has no ending that says what to make.", f"There are: {known}.")
    others = [opened(text) for text in arguments.beside]
    files = ["", *(file_name(text) for text in arguments.beside)]
    others = told_apart([scenario, *others], files, kept=1)[1:]
    if any(other.baseline != scenario.baseline for other in others):
        raise ScenarioError(
            "A scenario beside it stands on another company.", "Compare scenarios of one company, or rerun it first."
        )
    content = _content(ending, arguments, scenario, others)
    try:
        to.write_bytes(content)
    except OSError as error:
        raise ScenarioError(f"{to} cannot be written: {error.strerror}.", "Choose another place.") from error


def refuse_alone(arguments: argparse.Namespace) -> None:
    """ScenarioError where something is asked for that only `--to` can make."""
    for name in ("chart", "beside", "link"):
        if getattr(arguments, name):
            raise ScenarioError(f"--{name} is given without --to.", "Add --to FILE: it says what to make.")


def file_name(text: str) -> str:
    """What a scenario's file is called, without folder and ending; empty where it is a link or a token."""
    return Path(text).stem if os.path.isfile(text) else ""


def _content(ending: str, arguments: argparse.Namespace, scenario: Scenario, others: list[Scenario]) -> bytes:
    from model.report import chart_files, numbers, story

    given = str(arguments.scenario or "")
    today = datetime.date.today()
    link = arguments.link or (given if given.startswith(("http://", "https://")) else "")
    stamp = story.Stamp(link, numbers.day(today))
    told = story.tell(scenario, others, stamp, asked=ending in (".pptx", ".pdf"), progress=on_terminal)
    match ending:
        case ".pptx":
            from model.report.deck import deck

            return deck(told)
        case ".xlsx":
            from model.report.workbook import workbook

            return workbook(told)
        case ".pdf":
            from model.report.brief import brief

            return brief(told)
        case ".zip":
            return chart_files.archive(told)
    drawn = chart_files.svg(_picture(told, arguments.chart), 900, note=chart_files.note(told))
    return drawn.encode() if ending == ".svg" else chart_files.png(drawn)


def _picture(told: "Story", name: str | None) -> "Picture":
    """The chart of that name; the first of the page where none is named."""
    from model.report import chart_files

    found = {picture.name: picture for picture in chart_files.pictures(told)}
    if name is None:
        return next(iter(found.values()))
    if name not in found:
        raise ScenarioError(f"There is no chart {name!r}.", f"There are: {', '.join(found)}.")
    return found[name]
