"""Targets: how fast each channel should answer, the satisfaction aimed at, and the budget."""

import streamlit as st

from model.report import numbers
from model.scenario import TARGETS, Channel, Scenario
from pages.parts import errors, state
from pages.parts.assumptions_edit import who_and_why, written
from pages.parts.plain import plain

WHY = (
    "Targets say what is enough. Staffing that follows the work holds the channels' targets; *Answered in time* counts "
    "against their seconds. CSAT and budget are aims for finding the best mix."
)


def form() -> None:
    """All targets in one form, with author and reason; those already changed say who did it and why."""
    now = state.scenario()
    st.markdown(f":small[{WHY}]")
    left, right = st.columns([2, 1], gap="medium")
    with left:
        mark = "_".join(f"{k}={v:g}" for k, v in sorted(now.targets.items())) + str(id(now.baseline))
        with st.form("targets", border=True):
            targets: dict[str, float] = {}
            with st.grid(2, min_column_width=140, gap="small", vertical_alignment="bottom"):
                for channel in now.baseline.channels:
                    targets |= _channel(channel, now, mark)
                targets |= _company(now, mark)
            note = who_and_why(f"targets_{mark}")
            done = st.form_submit_button("Use these targets", key="targets_submit", type="primary", width="stretch")
        if done:
            with errors.told():
                made = written(*note)
                state.accept(lambda history: history.aim(targets, made))
                st.rerun()
    with right:
        _changed(now)


def _share(key: str, label: str, value: float | None, mark: str) -> float | None:
    low, high, _ = TARGETS[key.partition(".")[0]]
    shown = None if value is None else round(value * 100, 4)
    typed = st.number_input(label, low * 100, high * 100, shown, 1.0, "%.4g", key=f"{key}_{mark}", placeholder="none")
    return value if typed == shown else None if typed is None else float(f"{typed / 100:.10g}")


def _channel(channel: Channel, now: Scenario, mark: str) -> dict[str, float]:
    unit, word = (3600.0, "hours") if channel.kind == "deferred" else (1.0, "seconds")
    seconds, share = f"target_s.{channel.name}", f"target_share.{channel.name}"
    own = float(now.targets.get(seconds, channel.target_s))
    low, high, _ = TARGETS["target_s"]
    within = st.number_input(f"{plain(channel.title)}: answered within ({word})", low / unit, high / unit,
                             round(own / unit, 6), 1.0, "%.6g", key=f"{seconds}_{mark}")  # fmt: skip
    found = {seconds: own if within == round(own / unit, 6) else float(f"{within * unit:.10g}")}
    aim = _share(share, "Share to reach (%)", now.target_share(channel), mark)
    return found if aim is None else {**found, share: aim}


def _company(now: Scenario, mark: str) -> dict[str, float]:
    found = {}
    csat = _share("csat", "CSAT to reach (%), if any", now.targets.get("csat"), mark)
    if csat is not None:
        found["csat"] = csat
    low, high, _ = TARGETS["budget"]
    budget = st.number_input(f"Budget a year ({plain(numbers.sign(now.baseline.currency).strip())}), if any", low, high,
                             now.targets.get("budget"), 10_000.0, "%.0f", key=f"budget_{mark}",
                             placeholder="none")  # fmt: skip
    return found if budget is None else {**found, "budget": budget}


def _changed(now: Scenario) -> None:
    if not now.targets:
        st.caption("All targets are the company's own. What you change here says so, with your name and reason.")
        return
    lines = []
    for key, value in now.targets.items():
        note = now.assumption_notes.get(key)
        who = f": {plain(note.reason)} ({plain(note.author)}, {numbers.day(note.date)})" if note else ""
        lines.append(f"- **{plain(_named(key, now))} {plain(_said(key, value, now))}**{who}")
    st.markdown("**Changed targets**\n\n" + "\n".join(lines))
    st.button("Reset all targets", icon=":material/restart_alt:", type="tertiary", key="targets_reset",
              on_click=state.callback(lambda history: history.forget(list(now.targets))))  # fmt: skip


def _named(key: str, now: Scenario) -> str:
    kind, _, channel = key.partition(".")
    name = now.baseline.channel(channel).title if channel else ""
    return {"target_s": f"{name} within", "target_share": f"{name} share", "csat": "CSAT", "budget": "Budget"}[kind]


def _said(key: str, value: float, now: Scenario) -> str:
    kind, _, channel = key.partition(".")
    if kind == "budget":
        return numbers.money(value, now.baseline.currency)
    if kind != "target_s":
        return f"{value * 100:.4g} %"
    return f"{value / 3600:.4g} h" if now.baseline.channel(channel).kind == "deferred" else f"{value:.4g} s"
