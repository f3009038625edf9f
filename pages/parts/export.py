"""Into the meeting: deck, workbook, brief and charts of what is on screen, each made when it is asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from model.engine import Same
from model.report import story
from model.scenario import Scenario
from model.store import exchange
from model.store.records import now as this_moment
from pages.parts import addresses, compare_choice, errors, lengths, library_save, library_store, share, state
from pages.parts.plain import plain

OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that can be made: its name, what it is, its ending, and what makes it of a story."""

    name: str
    about: str
    icon: str
    ending: str
    mime: str
    make: Callable[[story.Story], bytes]
    asked: bool


def _deck(told: story.Story) -> bytes:
    from model.report.deck import deck

    return deck(told)


def _workbook(told: story.Story) -> bytes:
    from model.report.workbook import workbook

    return workbook(told)


def _brief(told: story.Story) -> bytes:
    from model.report.brief import brief

    return brief(told)


def _charts(told: story.Story) -> bytes:
    from model.report.chart_files import archive

    return archive(told)


KINDS = (
    Kind("Board deck", "Slides with tables and charts (PowerPoint)", "slideshow", "pptx",
         f"{OFFICE}presentationml.presentation", _deck, True),
    Kind("One-page brief", "An A4 page to print or send (PDF)", "description", "pdf", "application/pdf", _brief, True),
    Kind("Workbook", "Levers, outcomes, months, ledger, assumptions; live formulas (Excel)", "table_view", "xlsx",
         f"{OFFICE}spreadsheetml.sheet", _workbook, False),
    Kind("Charts", "Every picture as PNG and SVG (zip)", "image", "zip", "application/zip", _charts, False),
)  # fmt: skip


def box() -> None:
    """The Export button; what can be made is shown when the box is opened, and made when it is clicked."""
    popover = st.popover("Export", type="tertiary", key="export_button", on_change="rerun")
    if not popover.open:
        return
    with popover, st.container(key="export", width=300), errors.told():
        now, beside, stamp = named(), others(), _stamp()
        st.page_link("pages/present.py", label="Present", icon=":material/present_to_all:", width="stretch",
                     help="Full page, large type; arrow keys turn the slides")  # fmt: skip
        stem = exchange.file_name(now.name)
        for kind in KINDS:
            # Made when it is clicked: the button shows that it is at work until the file comes.
            st.download_button(
                kind.name, partial(_made, kind, now, beside, stamp), f"{stem}.{kind.ending}", kind.mime,
                key=f"export_{kind.ending}", on_click="ignore", icon=f":material/{kind.icon}:", help=kind.about,
                width="stretch")  # fmt: skip
        _told(beside, stamp)


def _made(kind: Kind, scenario: Scenario, others: Sequence[Scenario], stamp: story.Stamp) -> bytes:
    """The file; nothing of the session is at hand here."""
    try:
        return kind.make(story.tell(scenario, others, stamp, asked=kind.asked))
    except Exception as fault:
        # It is logged as it is, and its own text may hold figures of a company.
        raise RuntimeError(f"{kind.name} could not be made: {type(fault).__name__}") from None


def named() -> Scenario:
    """The scenario on screen; one that was never named is called by what is moved in it."""
    now = state.scenario()
    name = library_save.suggestion(now)
    return now if now.name == name else now.model_copy(update={"name": name})


def _told(beside: Sequence[Scenario], stamp: story.Stamp) -> None:
    """What stands on the files beside the scenario, and which link."""
    if beside:
        st.caption(f"Beside it, as in Compare: {', '.join(plain(other.name) for other in beside)}.")
    if library_store.is_saved():
        st.caption("Each carries the day and the link to this saved version.")
    elif stamp.link:
        st.caption("Not saved yet: the link on them holds the figures themselves. Save first for a short link.")
    else:
        st.caption("Not saved yet: they carry no link. Save first for one.")


def others() -> list[Scenario]:
    """The further scenarios that Compare has beside the one on screen, of the same company."""
    now, found = state.scenario(), list[Scenario]()
    if compare_choice.CHOICE not in st.session_state:
        return found
    known = {Same(now), Same(now.doing_nothing())}
    for one in compare_choice.chosen():
        if one.scenario.baseline == now.baseline and Same(one.scenario) not in known:
            known.add(Same(one.scenario))
            found.append(one.scenario.model_copy(update={"name": one.name[: lengths.NAME]}))
    return found[: story.MOST_OTHERS]


def _stamp() -> story.Stamp:
    """The link to this saved version, else the one that holds everything where such links are allowed; and today."""
    day = library_store.moment(this_moment()).partition(",")[0]
    saved = library_store.origin()
    if saved is not None and library_store.is_saved():
        return story.Stamp(addresses.saved_link(saved.key), day)
    return story.Stamp(share.portable_link("explore") if share.may_hold_figures() else "", day)
