"""Forms of the data page: targets and money of a company with files, and the ten numbers of one without."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from model.intake import TYPED, TypedRow
from model.report import numbers
from model.scenario import Baseline, Channel
from pages.parts import data_words as words
from pages.parts import errors
from pages.parts.data_files import own
from pages.parts.data_own import Typed

CURRENCIES = [*numbers.SIGNS, "CHF", "CNY", "CZK", "DKK", "HKD", "ILS", "KRW", "MXN", "NOK", "NZD", "PLN", "SAR", "SEK",
              "SGD", "TRY", "ZAR"]  # fmt: skip
UNITS = {"share": " (%)", "seconds": " (seconds)", "fte": " (full-time)"}
CONTACTS = {"live": "Phone", "chat": "Chat", "deferred": "E-mail and tickets"}
MONEY = (
    ("wage", "wage", "Cost of a paid hour", 0.5, 1e5, 1.0, "%.2f", "Wage, benefits and taxes of an agent, an hour."),
    ("hours", "hours_per_fte", "Paid hours a year", 100.0, 4000.0, 10.0, "%.0f",
     "Of one full-time position, paid time off included; 2,080 is 40 hours a week."),
    ("overhead", "overhead", "Fixed cost a year", 0.0, 1e12, 10_000.0, "%.0f",
     "Rooms, systems, management: what does not change with the number of agents."),
    ("customers", "customers", "Customers", 1.0, 1e10, 1000.0, "%.0f", "Those whom you serve today."),
    ("margin", "margin_per_customer", "Margin per customer", 0.0, 1e9, 1.0, "%.2f",
     "What a customer leaves you in a year: puts a value on those kept by better service."),
)  # fmt: skip
"""The five finance numbers: name for measuring, field of the baseline, label, least, most, step, format, help."""

WHY_TEN = """
**What comes of ten numbers**

|What you type|What comes of it|
|:---|:---|
|contacts, handle time, hours open|the work, hour by hour|
|people, answered in time|the waits of today, and who gives up|
|solved first time, CSAT|repeat contacts and satisfaction|
|cost of a paid hour|cost a year|

:small[:gray[The rest is usual for your kind of contact, marked as assumed, and can be replaced by a file at any time.]]
"""


Take = Callable[[Mapping[str, float], Mapping[str, float], Mapping[str, Any]], None]
"""Measure again under targets in seconds and as shares, and the five finance figures."""


def of_files() -> None:
    """Targets and money of the company in the files."""
    scenario = own().measured
    if scenario is None:
        st.caption("Targets and money can be set once a file is measured.")
        return
    fault = own().complaint
    if fault:
        words.told(fault)

    def take(seconds: Mapping[str, float], share: Mapping[str, float], finance: Mapping[str, Any]) -> None:
        st.session_state["own"] = own().wish(seconds, share, finance)

    company(scenario.baseline, bool(own().finance), take)


def company(baseline: Baseline, own_money: bool, take: Take) -> None:
    """Targets and money; taken together, so that the numbers move once. `own_money`: they are the user's already."""
    with st.form("targets_and_money", border=False):
        seconds, share = {}, {}
        with _pairs():
            for channel in baseline.channels:
                seconds[channel.name], share[channel.name] = _target(channel, len(baseline.channels) > 1)
        if not own_money:
            st.markdown(":orange-badge[:material/edit: sample wages] :small[Until these five are yours, money on "
                        "Explore stands on usual figures.]")  # fmt: skip
        with _pairs():
            finance: dict[str, Any] = {"currency": _currency(baseline.currency, "company_currency")}
            for name, field, label, low, high, step, form, text in MONEY:
                finance[name] = st.number_input(label, low, high, float(getattr(baseline, field)), step, form,
                                                key=f"money_{name}", help=text)  # fmt: skip
        done = st.form_submit_button("Use these figures", key="company_submit", type="primary", width="stretch")
    if done:
        with errors.told(), st.spinner("Measuring again"):
            take(seconds, share, finance)
        st.rerun()


def _pairs() -> Any:
    """Two inputs a row, read from left to right, on a phone too."""
    return st.grid(2, min_column_width=130, gap="small", vertical_alignment="bottom")


def _target(channel: Channel, several: bool) -> tuple[float, float]:
    """Seconds (hours for what waits for its answer) and share of a channel's service target."""
    name = f"{channel.title}: answered" if several else "Answered"
    unit = 3600.0 if channel.kind == "deferred" else 1.0
    word = "hours" if channel.kind == "deferred" else "seconds"
    # Another file may bring another target: its form then starts from that one.
    mark = f"{channel.name}_{channel.target_s:g}_{channel.target_share or 0:g}"
    now = channel.target_s / unit
    within = st.number_input(f"{name} within ({word})", min(0.5, now), max(3600.0, now), now, 1.0, "%.4g",
                             key=f"target_s_{mark}", help="A contact answered later is not in time.")  # fmt: skip
    share = st.number_input("Share to reach (%)", 1.0, 99.9, round((channel.target_share or 0.8) * 100, 1), 1.0,
                            "%.1f", key=f"target_share_{mark}")  # fmt: skip
    return within * unit, float(f"{share / 100:.10g}")


def _currency(now: str, key: str) -> str:
    options = CURRENCIES if now in CURRENCIES else [now, *CURRENCIES]
    chosen: str = st.selectbox("Currency", options, options.index(now), key=key)
    return chosen


def typed() -> Typed:
    """This session's ten numbers."""
    found: Typed = st.session_state.setdefault("typed", Typed())
    return found


def ten() -> None:
    """Ten numbers instead of a file."""
    now = typed()
    with st.form("ten_numbers"):
        with _pairs():
            kind = st.selectbox("Contacts come by", list(CONTACTS), list(CONTACTS).index(now.kind), key="typed_kind",
                                format_func=CONTACTS.__getitem__)  # fmt: skip
            currency = _currency(now.currency, "typed_currency")
            values = {row.key: _number(row, now.numbers.get(row.key, row.default)) for row in TYPED}
        if st.form_submit_button("Show what this means", key="typed_submit", type="primary", width="stretch"):
            with errors.told(), st.spinner("Working out staffing and waits"):
                st.session_state["typed"] = typed().type(values, kind, currency)
    fault = typed().complaint
    if fault:
        words.told(fault)


def _number(row: TypedRow, value: float) -> float:
    """One of the ten; a share is typed in per cent."""
    factor = 100.0 if row.unit == "share" else 1.0
    digits = {"money": 2, "share": 1, "fte": 1, "hours": 1}.get(row.unit, 0)
    typed_in = st.number_input(
        row.label + UNITS.get(row.unit, ""), float(row.low * factor), float(row.high * factor),
        round(value * factor, 6), 100.0 if row.default >= 1000 else 1.0, f"%.{digits}f", key=f"typed_{row.key}",
        help=row.text)  # fmt: skip
    return float(f"{typed_in / factor:.10g}")
