"""The left side of the data page: files in, their columns to confirm, and the report of what was wrong in them."""

from pathlib import Path

import streamlit as st

from model import intake
from model.intake import ROLE_LABELS
from model.report import table_file
from pages.parts import data_words as words
from pages.parts import errors
from pages.parts.data_own import Loaded, Own
from pages.parts.plain import plain

NOT_HERE = "Not in this file"
HEIGHT = 420
"""Pixels: at 1440 x 900 the columns end where the screen ends, so that the figures stay in view."""
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
        "Calls, chats or tickets: one or several files", type=["csv", "tsv", "txt"], accept_multiple_files=True,
        key="upload", on_change=_changed, help="CSV, TSV or text, up to 200 MB each. From Excel: Save as, CSV UTF-8.",
    )  # fmt: skip
    if st.session_state.pop("upload_changed", False):
        _take()
    elif not st.session_state["upload"]:
        # Back from another page the uploader is empty: the files in use are no longer in its hands.
        st.session_state["from_uploader"] = False
    for fault in own().refused:
        words.told(fault)
    for one in own().loaded:
        st.markdown(f":material/description: **{plain(one.file.name)}**  \n:small[:gray[{_facts(one)}]]")
        if one.fault:
            words.told(one.fault)
    if own().loaded and not st.session_state["from_uploader"]:
        st.button("Start over with other files", type="tertiary", icon=":material/restart_alt:", key="start_over",
                  on_click=_forget)  # fmt: skip


def _forget() -> None:
    st.session_state["own"] = own().forget()


def _changed() -> None:
    st.session_state["upload_changed"] = True


def _facts(one: Loaded) -> str:
    return plain(words.facts(one.file))


def _take() -> None:
    """What is in the uploader now: read, measured, and in use from here on."""
    uploads = st.session_state["upload"] or []
    names = plain(", ".join(upload.name for upload in uploads))
    with errors.told(), st.spinner(f"Reading and measuring {names}", show_time=True):
        before = own()
        st.session_state["own"] = after = before.upload(uploads, keep=not st.session_state.get("from_uploader", False))
        if after.loaded is not before.loaded:
            st.session_state["from_uploader"] = bool(after.loaded)


def columns() -> None:
    """The columns of a file, to confirm or correct."""
    one = _corrected(_chosen())
    if own().complaint:
        words.told(own().complaint)
    with st.container(height=HEIGHT, gap="xsmall", key="columns"):
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


def _found(file: intake.File) -> list[str]:
    """Roles that have a column: those to check first."""
    order = list(ROLE_LABELS)
    return sorted(file.guesses, key=lambda role: (file.guesses[role].confidence >= 0.7, order.index(role)))


def _role(one: Loaded, role: str) -> None:
    guess = one.file.guesses.get(role)
    options = [NOT_HERE, *one.file.text.columns]
    label = f"{ROLE_LABELS[role]} {words.trust(guess.confidence)}" if guess else ROLE_LABELS[role]
    st.selectbox(label, options, key=_key(one, role),
                 **_shown(_key(one, role), options, guess.column if guess else NOT_HERE))  # fmt: skip
    if guess:
        scale = one.file.notes.get("csat") if role == "csat" else None
        cells = " · ".join(map(words.plain, guess.samples)) + (f" ({plain(scale)})" if scale else "")
        st.markdown(f":small[:gray[such as {cells}]]")


def _key(one: Loaded, role: str) -> str:
    return f"column_{one.key}_{role}"


def _shown(key: str, options: list[str], value: str) -> dict[str, int]:
    """The first time the option to show; afterwards the session's entry shows it."""
    return {} if key in st.session_state else {"index": options.index(value)}


def _corrected(one: Loaded) -> Loaded:
    """Take what was picked since the last run; a pick that cannot be read is told and put back."""
    kind = st.session_state.get(_key(one, "kind"), one.file.kind)
    roles = dict[str, str | None]()
    for role in ROLE_LABELS:
        now = one.file.columns.get(role, NOT_HERE)
        picked = st.session_state.get(_key(one, role), now)
        if picked != now:
            roles[role] = None if picked == NOT_HERE else picked
    if not roles and kind == one.file.kind:
        return one
    with st.spinner("Measuring again", show_time=True):
        st.session_state["own"] = own().correct(one.digest, roles, kind)
    now = next((other for other in own().loaded if other.digest == one.digest), one)
    for role in ("kind", *ROLE_LABELS):
        if _key(one, role) in st.session_state:
            true = now.file.kind if role == "kind" else now.file.columns.get(role, NOT_HERE)
            st.session_state[_key(one, role)] = true
    return now


def invitation() -> None:
    """What to bring, and a file that shows it, for those who have brought nothing yet."""
    st.markdown(BRING)
    st.download_button("Download an example file", EXAMPLE.read_bytes(), "example.csv", "text/csv", key="example_file",
                       icon=":material/download:", on_click="ignore")  # fmt: skip


def report_title() -> str:
    """What the report is called: it says how many kinds of problems were found."""
    count = sum(len(one.file.problems) for one in own().loaded)
    return f"Report ({count})" if count else "Report"


def report() -> None:
    """Each problem with its count, first rows and what was done; to take away as a file."""
    files = [one.file for one in own().loaded]
    whole = words.report(files)
    if whole.empty:
        st.markdown("Nothing was wrong: every row is used as it stands.")
        return
    lines = []
    for file in files:
        if len(files) > 1:
            lines.append(f"**{plain(file.name)}**")
        for problem in sorted(file.problems, key=lambda p: -p.count):
            first = f"  \n:small[:gray[first in rows {', '.join(map(str, problem.rows))}]]" if problem.rows else ""
            lines.append(f"**{problem.count:,}** {plain(problem.text)} {words.DONE[problem.done]}{first}")
    st.markdown("\n\n".join(lines))
    st.download_button("Download the report", table_file.csv(whole), "report.csv", "text/csv", key="report_file",
                       icon=":material/download:", on_click="ignore")  # fmt: skip
