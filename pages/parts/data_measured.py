"""The right side of the data page: what was measured, the week, how well the model explains it, and on to Explore."""

import streamlit as st

from model.intake import Measurement
from model.report import measured, week_chart
from model.report.grammar import opening
from model.scenario import Baseline, Channel, Scenario
from pages.parts import data_fit, errors, lengths, state
from pages.parts import data_words as words
from pages.parts.cards import is_dark
from pages.parts.plain import markdown, plain

VERDICTS = {"well": "blue", "roughly": "gray", "unchecked": "gray", "unknown": "orange", "poor": "orange"}
ICONS = {"well": "check_circle", "roughly": "info", "unchecked": "info", "unknown": "help", "poor": "warning"}


def panel(scenario: Scenario, source: str, measurement: Measurement | None = None) -> None:
    """Everything about a measured company; `source` says where its figures come from, `measurement` its aggregates."""
    baseline = scenario.baseline
    with errors.told():
        channel = _channel(baseline)
        head = st.container()
        grid = st.grid(4, min_column_width=160, gap="small", border=True, key="figures")
        below = st.container()
        with head:
            title, name, go = st.columns([2.55, 0.95, 1.2], gap="small", vertical_alignment="bottom")
            with title:
                _headline(baseline, channel, source)
            with name:
                st.text_input("Company", "My company", max_chars=lengths.COMPANY, key="company_name",
                              persist_state="session", help="The name that Explore and shared links show.")  # fmt: skip
            with go:
                pressed = st.button("Explore with these numbers", type="primary", key="explore_own", width="stretch",
                                    icon=":material/arrow_forward:", icon_position="right")  # fmt: skip
            if pressed:
                _explore(scenario)
        with grid, st.spinner("Fitting the model to your waits"):
            fit = measured.explain(baseline, channel)
        for figure in measured.figures(baseline, channel, fit):
            _card(grid, figure)
        with below:
            _pictures(channel, fit)
            if measurement is not None:
                data_fit.panel(measurement, channel)


def _channel(baseline: Baseline) -> Channel:
    """The channel looked at: the one with most contacts until another is chosen."""
    if len(baseline.channels) == 1:
        return baseline.channels[0]
    names = [channel.name for channel in baseline.channels]
    chosen = st.segmented_control(
        "Channel", names, key="data_channel", default=names[0], required=True, label_visibility="collapsed",
        format_func=lambda name: baseline.channel(name).title)  # fmt: skip
    return baseline.channel(chosen if chosen in names else names[0])


def _headline(baseline: Baseline, channel: Channel, source: str) -> None:
    said = [source, baseline.period] if baseline.period else [source]
    finding = words.whole_units(markdown(measured.finding(baseline, channel)))
    st.markdown(f"#### {finding}\n:small[:gray[{' · '.join(said)}]]", anchors=False)


def _explore(scenario: Scenario) -> None:
    """Put the company, under its name, on Explore and go there; where it cannot be reckoned, say so and stay."""
    called = str(st.session_state["company_name"]).strip() or "My company"
    with st.spinner("Reckoning today"):
        named = scenario.baseline
        if called != named.name:
            named = named.model_copy(update={"name": called})
        state.open_baseline(named)
    if errors.pending() is None:
        st.switch_page("pages/explore.py")
    errors.tell()


def _card(grid: st.delta_generator.DeltaGenerator, figure: measured.Figure) -> None:
    badge, meaning = words.GRADES[figure.grade]
    with grid, st.container(gap="xxsmall"):
        st.metric(figure.label, figure.text, help=f"{figure.help}\n\n**{opening(figure.grade)}**: {meaning}.")
        st.markdown(f"{badge}  \n:small[:gray[{markdown(figure.note) or '&nbsp;'}]]")


def _pictures(channel: Channel, fit: measured.Fit) -> None:
    left, right = st.columns([5, 4], gap="small")
    with left, st.container(border=True, height="stretch", key="profile_box"):
        finding = week_chart.profile_title(channel)
        st.markdown(f"**The week.** {finding}.")
        st.vega_lite_chart(week_chart.profile_data(channel), week_chart.profile_spec(is_dark()), height=300,
                           key="profile", alt=finding)  # fmt: skip
    with right, st.container(border=True, height="stretch", key="fit"):
        colour = VERDICTS[fit.verdict]
        st.markdown(f"**{fit.title}** :{colour}-badge[:material/{ICONS[fit.verdict]}: {_verdict(fit)}]")
        if fit.speeds:
            st.markdown(_table(fit))
        said = [measured.trouble(fit), *map(plain, fit.notes), fit.staffing, measured.setting(fit)]
        st.caption(words.whole_units(" ".join(part for part in said if part)))


def _verdict(fit: measured.Fit) -> str:
    return {"well": "good fit", "roughly": "fair fit", "poor": "poor fit", "unchecked": "not checked",
            "unknown": "not checked"}[fit.verdict]  # fmt: skip


def _table(fit: measured.Fit) -> str:
    """Speeds side by side; a number and its unit stay on one line."""
    rows = ["|  | Measured | Model | Gap |", "|:---|---:|---:|---:|"]
    for speed in fit.speeds:
        cells = (speed.measured, speed.modelled, "met" if speed.fitted else speed.gap)
        rows.append("| " + " | ".join([speed.label, *(cell.replace(" ", "&nbsp;") for cell in cells)]) + " |")
    return "\n".join(rows)
