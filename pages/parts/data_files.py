"""The left side of the data page: files in, their columns to confirm, and the report of what was wrong in them."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from model import intake
from model.intake import ROLE_LABELS
from model.progress import Cancelled, Progress
from model.report import table_file
from pages.parts import data_settings as settings
from pages.parts import data_words as words
from pages.parts import errors
from pages.parts.data_own import Loaded, Own
from pages.parts.job import Job
from pages.parts.plain import plain

NOT_HERE = "Not in this file"
CHOOSE_AGAIN = "The file was not used; choose it again when you want it."
TYPES = ["csv", "tsv", "txt", "xlsx", "gz", "zip"]
AT_ONCE_S, LOOK_S = 0.6, 0.2
"""What is read within the first is told when done; what takes longer shows how far it is, as often as the second."""
HEIGHT = 420
"""Pixels: at 1440 x 900 the columns end where the screen ends, so that the figures stay in view."""
SOUND = "Nothing was wrong: every row is used as it stands."
UNMEASURED = "What is wrong in its rows can be said once the file is measured: see above what it lacks."
BRING = """
#### What to bring

An export of your phone, chat or ticket system, four to eight weeks of it. The more of this it holds, the less has to
be assumed:

|What the file says|What comes of it|
|:---|:---|
|day and time of each contact, or counts by half-hour|the week as it is, season, forecast error|
|waiting time, who gave up|speed, patience, and the staffing behind it|
|handle time|the work|
|solved or not, or a customer's number|solved first time|
|ratings|satisfaction|

:small[:gray[Your file stays in the memory of this session and is gone when you leave. Only totals and averages go on to
Explore and into links: no rows, no names.]]
"""

EXAMPLE = Path(__file__).parents[2] / "sample_data" / "retail" / "phone_half_hours.csv"


def own() -> Own:
    """This session's files and what came of them."""
    found: Own = st.session_state.setdefault("own", Own())
    return found


def uploader() -> None:
    """The place to drop files, and what came in or was refused."""
    st.file_uploader(
        "Calls, chats, tickets; ratings, rota and wages too", type=TYPES, accept_multiple_files=True, key="upload",
        on_change=_changed, help="Text with any separator, or an Excel workbook; packed as .zip or .gz, too.",
    )  # fmt: skip
    st.markdown(":small[:gray[Too large? Export fewer weeks or columns: eight weeks are plenty. Packed files count "
                "with their size unpacked.]]")  # fmt: skip
    if st.session_state.pop("upload_changed", False):
        _begin()
    if "reading" in st.session_state:
        _take()
    elif not st.session_state["upload"]:
        # Back from another page the uploader is empty: the files in use are no longer in its hands.
        st.session_state["from_uploader"] = False
    for one in own().loaded:
        _correct(one)
    for fault in own().refused:
        words.told(fault)
    for one in own().loaded:
        st.markdown(f":material/description: **{plain(one.file.name)}**  \n:small[:gray[{_facts(one)}]]")
        if one.fault:
            words.told(one.fault)
    _counted_twice()
    if own().loaded and not st.session_state["from_uploader"]:
        st.button("Start over with other files", type="tertiary", icon=":material/restart_alt:", key="start_over",
                  on_click=_forget)  # fmt: skip


def _counted_twice() -> None:
    """Two files of one channel may hold the same contacts: only their owner knows."""
    scenario = own().measured
    twins = [c.title for c in scenario.baseline.channels if re.search(r"_\d+$", c.name)] if scenario else []
    if twins:
        st.warning("If they hold the same contacts, take one of them out: they are counted twice now.",
                   title=f"Several files hold one channel: see {plain(', '.join(twins))}.",
                   icon=":material/warning:")  # fmt: skip


def _forget() -> None:
    st.session_state["own"] = own().forget()


def _changed() -> None:
    st.session_state["upload_changed"] = True


def _facts(one: Loaded) -> str:
    return plain(words.facts(one.file))


def _begin() -> None:
    """Read and measure what is in the uploader now."""
    uploads = list(st.session_state["upload"] or [])
    before, keep = own(), not st.session_state.get("from_uploader", False)
    begin("reading", lambda progress: before.upload(uploads, keep, progress))


def begin(name: str, work: Callable[[Progress], Any]) -> None:
    """The session's work of this name, in the background; what of it is under way already is dropped."""
    if name in st.session_state:
        st.session_state[name].cancel()
    st.session_state[name] = Job(work, name, Cancelled("Reading was cancelled.", CHOOSE_AGAIN))


def watched(name: str) -> Any:
    """What comes of the session's work of this name: shows how far it is until it has ended, then gives its result.

    A rerun finds the work where it was.

    Raises
    ------
    Exception
        Whatever ended the work, `Cancelled` included.
    """
    job: Job[Any] = st.session_state[name]
    place = st.empty()
    if not job.wait(AT_ONCE_S):
        with place.container(key=f"{name}_box"):
            bar = st.progress(job.share, plain(job.step))
            st.button("Cancel", key=f"cancel_{name}", icon=":material/close:", on_click=job.cancel)
            while not job.wait(LOOK_S):
                bar.progress(job.share, plain(job.step))
        place.empty()
    st.session_state.pop(name, None)
    if job.result is None:
        raise job.fault or RuntimeError(f"{name} ended without a result")
    return job.result


def _take() -> None:
    """Wait for the reading and take what came of it."""
    with errors.told():
        after: Own = watched("reading")
        before = own()
        st.session_state["own"] = after
        if after.loaded is not before.loaded:
            st.session_state["from_uploader"] = bool(after.loaded)


def columns() -> None:
    """The columns of a file, to confirm or correct."""
    one = _chosen()
    if own().complaint:
        words.told(own().complaint)
    with st.container(height=HEIGHT, key="columns"):
        _roles(one)


def _chosen() -> Loaded:
    """The file whose columns are shown."""
    loaded = own().loaded
    if len(loaded) == 1:
        return loaded[0]
    keys = [one.key for one in loaded]
    names = {one.key: one.file.name for one in loaded}
    picked = st.selectbox("File", keys, key="columns_of", format_func=names.__getitem__)
    return loaded[keys.index(picked)] if picked in keys else loaded[0]


def _roles(one: Loaded) -> None:
    """One row a role: the column guessed for it, how sure that is, three of its cells; corrected by picking another."""
    file = one.file
    settings.sheet(one)
    settings.questions(one)
    st.selectbox("Each row of the file is", list(words.KINDS), key=_key(one, "kind"), format_func=words.KINDS.get,
                 **_shown(_key(one, "kind"), list(words.KINDS), file.kind))  # fmt: skip
    for role in _found(file):
        _role(one, role)
    with st.expander("Not found in the file", key=f"more_{one.key}", on_change="rerun") as more:
        if more.open:
            st.caption("If the file has one of these after all, pick its column.")
            for role in ROLE_LABELS:
                if role not in file.guesses:
                    _role(one, role)
    if settings.decided(file):
        with st.expander("How cells were read", key=f"settings_{one.key}", on_change="rerun") as read:
            if read.open:
                settings.others(one)


def _found(file: intake.File) -> list[str]:
    """Roles that have a column: those to check first."""
    order = list(ROLE_LABELS)
    return sorted(file.guesses, key=lambda role: (file.guesses[role].confidence >= 0.7, order.index(role)))


def _role(one: Loaded, role: str) -> None:
    guess = one.file.guesses.get(role)
    options = [NOT_HERE, *one.file.text.columns]
    with st.container(gap="xxsmall"):
        st.selectbox(ROLE_LABELS[role], options, key=_key(one, role),
                     **_shown(_key(one, role), options, guess.column if guess else NOT_HERE))  # fmt: skip
        if guess:
            scale = one.file.notes.get("csat") if role == "csat" else None
            cells = " · ".join(map(words.plain, guess.samples)) + (f" ({plain(scale)})" if scale else "")
            st.markdown(f"{words.trust(guess.confidence)} :small[:gray[such as {cells}]]")


def _key(one: Loaded, role: str) -> str:
    return f"column_{one.key}_{role}"


def _shown(key: str, options: list[str], value: str) -> dict[str, int]:
    """The first time the option to show; afterwards the session's entry shows it."""
    return {} if key in st.session_state else {"index": options.index(value)}


def _correct(one: Loaded) -> None:
    """Take what was picked since the last run; a pick that cannot be read is told and put back."""
    kind = st.session_state.get(_key(one, "kind"), one.file.kind)
    roles = dict[str, str | None]()
    for role in ROLE_LABELS:
        now = one.file.columns.get(role, NOT_HERE)
        picked = st.session_state.get(_key(one, role), now)
        if picked != now:
            roles[role] = None if picked == NOT_HERE else picked
    choices = settings.picked(one)
    if not roles and not choices and kind == one.file.kind:
        return
    with st.spinner("Measuring again", show_time=True):
        st.session_state["own"] = own().correct(one.digest, roles, kind, choices)
    now = next((other for other in own().loaded if other.digest == one.digest), one)
    show_again(now, list(choices))


def show_again(one: Loaded, settings_of: list[str]) -> None:
    """What is picked on screen is what is in use, after it changed otherwise than by picking, or a pick was refused."""
    settings.put_back(one, settings_of)
    for role in ("kind", *ROLE_LABELS):
        if _key(one, role) in st.session_state:
            true = one.file.kind if role == "kind" else one.file.columns.get(role, NOT_HERE)
            st.session_state[_key(one, role)] = true


def invitation() -> None:
    """What to bring, and a file that shows it, for those who have brought nothing yet."""
    st.markdown(BRING)
    st.download_button("Download an example file", EXAMPLE.read_bytes(), "example.csv", "text/csv", key="example_file",
                       icon=":material/download:", on_click="ignore")  # fmt: skip


def report() -> None:
    """Each problem with its count, first rows and what was done; to take away as a file."""
    loaded = own().loaded
    whole = words.report([one.file for one in loaded])
    if whole.empty and not any(one.fault for one in loaded):
        st.markdown(SOUND)
        return
    lines = []
    for one in loaded:
        if len(loaded) > 1:
            lines.append(f"**{plain(one.file.name)}**")
        found = words.problems(one.file.problems)
        lines += [*found, UNMEASURED] if one.fault else found or [SOUND]
    if whole.empty:
        st.markdown("\n\n".join(lines))
        return
    with st.container(height=HEIGHT, key="report"):
        st.markdown("\n\n".join(lines))
    st.download_button("Download the report", table_file.csv(whole), "report.csv", "text/csv", key="report_file",
                       icon=":material/download:", on_click="ignore")  # fmt: skip
