"""The roadmap in sentences: when it pays back, what is missing when, who must be hired. Pure text."""

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.hiring import HiringPlan
from model.levers import LEVERS
from model.report.grammar import listed
from model.report.numbers import MINUS, cases, money, span
from model.roadmap import CashFlow, Initiative, Order
from model.scenario import MONTHS, Baseline, CalendarEntry

KINDS = {"campaign": "Campaign", "launch": "Launch", "site": "Added site", "market": "Added market",
         "factor": "Month factor"}  # fmt: skip
NEVER = f"later than {MONTHS} months"


def when(start: int) -> str:
    """A start in words: now, in 1 month, in 7 months."""
    return "now" if start == 0 else f"in {start} month{'s' if start > 1 else ''}"


def months(value: float) -> str:
    """A payback: "16 months", "later than 36 months"."""
    if math.isnan(value):
        return NEVER
    return "at once" if value == 0 else f"{value:.0f} month{'' if round(value) == 1 else 's'}"


def _likely(low: float, high: float) -> str:
    """A payback's likely range in brackets; empty where both ends read alike."""
    if math.isnan(low) or months(low) == months(high):
        return ""
    return f" (likely {low:.0f} to {f'more than {MONTHS}' if math.isnan(high) else f'{high:.0f}'} months)"


def finding(flow: CashFlow, currency: str) -> tuple[str, str]:
    """(the headline of the page, the line below it): payback with its range, value with and without revenue."""
    last = flow.months.iloc[-1]
    worth, low, high = (float(last[key]) for key in ("value", "low", "high"))
    if not flow.months.to_numpy().any():
        return "Nothing is planned yet", "Move a lever on Explore; every one that moved is an initiative here."
    paid = f"Pays back after **{months(flow.payback)}**" if not math.isnan(flow.payback) else (
        f"Does **not pay back** within {MONTHS} months")  # fmt: skip
    if flow.payback == 0:
        paid = "Pays from **the first month** on"
    likely = _likely(flow.payback_low, flow.payback_high)
    band = f" (likely {span('npv', low, high, currency)})"
    title = f"{paid}{likely}, worth **{money(worth, currency)}** over {MONTHS} months{band}"
    kept = float(last["with_revenue"])
    detail = (
        f"Against doing nothing, discounted. It pays back in {cases(flow.pays)} and is worth more than nothing "
        f"in {cases(flow.worth_it)}. With the margin of customers who stay: {money(kept, currency)}, payback "
        f"{months(flow.payback_with_revenue)}. Likely means 8 in 10."
    )
    return title, detail


def spend(one: Initiative, currency: str) -> str:
    """What an initiative costs: "$213k once, $464k a year"; a cut is told as saved."""
    parts = []
    if abs(one.one_off) >= 500:
        parts.append(f"{money(one.one_off, currency)} once")
    if abs(one.a_year) >= 500:
        parts.append(f"{money(abs(one.a_year), currency)} a year{' saved' if one.a_year < 0 else ''}")
    return ", ".join(parts) or "no spend of its own"


def size(entry: CalendarEntry) -> str:
    """What an entry does to contacts: "+25 %, +1,000 a month"."""
    parts = []
    if entry.factor != 1:
        percent = (entry.factor - 1) * 100
        parts.append(f"{'+' if percent > 0 else MINUS}{abs(percent):.4g} %")
    if entry.contacts:
        parts.append(f"+{entry.contacts:,.0f} a month")
    return ", ".join(parts) or "no contacts"


def entry(found: CalendarEntry, baseline: Baseline) -> str:
    """An entry in a line: "Campaign, all channels, months 4 to 5, $40k once"."""
    titles = [baseline.channel(name).title for name in found.channels]
    first, last = found.start + 1, found.until
    parts = [
        KINDS[found.kind], listed(titles) if titles else "all channels",
        f"month {first}" if first == last else f"months {first} to {last}",
    ]  # fmt: skip
    if found.ramp:
        parts.append(f"growing over {found.ramp} month{'s' if found.ramp > 1 else ''}")
    if found.one_off:
        parts.append(f"{money(found.one_off, baseline.currency)} once")
    return ", ".join(parts)


def order(found: Order, currency: str) -> str:
    """The order that pays back first, against the plan as it stands, and how it was chosen."""
    named = " → ".join(LEVERS[key].label for key in found.keys)
    gained = (
        f"pays back after {months(found.payback)} (as planned now: {months(found.now_payback)})"
        if not math.isnan(found.payback)
        else f"none pays back within {MONTHS} months; this one comes nearest"
    )
    how = (
        f"all {found.tried} orders were compared"
        if found.all_tried
        else f"{found.tried} orders were compared: each initiative was tried in every other place until none was better"
    )
    apart = "every month" if found.apart == 1 else f"every {found.apart} months"
    worth = f"worth {money(found.npv, currency)} (now {money(found.now_npv, currency)})"
    return f"**{named}**, one {apart}: {gained}, {worth}. How chosen: {how}."


def gap(value: float) -> str:
    """Planned less required agents: "5.2 missing", "2.1 to spare"."""
    return f"{-value:.1f} missing" if value < -0.05 else f"{value:.1f} to spare" if value > 0.05 else "just enough"


def capacity(frame: pd.DataFrame, baseline: Baseline, channel: str) -> str:
    """The finding over required and planned agents: "Phone is short of agents in 3 of 36 months, ..."."""
    gaps = frame.xs(channel, level="channel")["gap"].to_numpy(dtype=float)
    short = gaps[gaps < -0.25]
    title = baseline.channel(channel).title
    if not len(short):
        return f"{title} has the agents that its demand requires in every month"
    most = f", most in month {int(gaps.argmin()) + 1}" if _vary(-short) else ""
    missing = f"{-float(short.min()):.1f} missing"
    return f"{title} is short of agents in {len(short)} of {MONTHS} months{most}: {missing}"


def _vary(months: NDArray[np.float64]) -> bool:
    """Whether months differ as they are read, to a tenth."""
    return f"{months.min():.1f}" != f"{months.max():.1f}"


def hiring(plan: HiringPlan) -> str:
    """The finding over the hiring plan: how many, what for, when most, what must be under way."""
    company = plan.company
    hires, leavers, cuts = (float(company[key].sum()) for key in ("hires", "leavers", "redundancies"))
    if hires < 0.5:
        said = f"Nobody needs to be hired in {MONTHS} months; {leavers:.0f} people leave"
    else:
        said = f"{hires:.0f} hires in {MONTHS} months while {leavers:.0f} people leave; "
        if _vary(company["hires"].to_numpy(dtype=float)):
            said += f"most in month {int(str(company['hires'].idxmax()))} ({company['hires'].max():.1f})"
        else:
            said += f"{company['hires'].max():.1f} in every month"
    lay_offs = f", {cuts:.0f} redundanc{'y' if round(cuts) == 1 else 'ies'}" if cuts >= 0.5 else ""
    late = f". {plan.under_way:.0f} of them start within {plan.delay:.3g} months and must be under way already" if (
        plan.under_way >= 0.5 and hires >= 0.5) else ""  # fmt: skip
    return said + lay_offs + late


def hiring_money(plan: HiringPlan, currency: str) -> str:
    """What the hiring plan costs in the ledger's first year."""
    year = plan.money.iloc[:12].sum()
    words = {"replacing": "replacing those who leave", "joining": "added positions", "training": "training",
             "severance": "severance"}  # fmt: skip
    said = [f"{money(float(year[key]), currency)} for {text}" for key, text in words.items() if year[key] >= 500]
    return f"In the first year: {', '.join(said)}." if said else ""
