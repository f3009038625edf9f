"""Economics: what everything costs in a year at the pace of a month, what is paid once, and what it is worth."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.parameters import Parameters
from model.scenario import WEEKS_A_YEAR, Baseline
from model.sums import over_channels

Array = NDArray[np.float64]
RECURRING = (
    "labour", "hiring", "outsourcing", "training", "automation", "self_service_contacts", "flexibility", "skills",
    "shrinkage", "concurrency", "fcr_programme", "reviews", "on_time_delivery", "overhead",
)  # fmt: skip
"""Items of the yearly run rate, each (scenario, draw, month, 1)."""
ONE_OFF = ("set_up", "joining", "severance", "calendar")
"""Items paid once, each (scenario, draw, month): programme and automation set-up, added hires, redundancies, and what
entries of the demand calendar cost as they begin."""
OWN_ITEMS: dict[str, tuple[str, ...]] = {
    "staffing": ("labour", "hiring"), "cross_training": ("skills",), "schedule_flex": ("flexibility",),
    "shrinkage": ("shrinkage",), "outsourced_share": ("outsourcing",), "chat_concurrency": ("concurrency",),
    "wage_premium": ("labour",), "self_service_spend": ("automation", "self_service_contacts"),
    "agent_assist_spend": ("automation",), "routing_spend": ("automation",), "back_office_spend": ("automation",),
    "fcr_programme": ("fcr_programme",), "training_hours": ("training",), "qa_coverage": ("reviews",),
    "late_order_rate": ("on_time_delivery",),
}  # fmt: skip
"""Family of levers -> the yearly items that are its own price; what else changes is what it returns."""


@dataclass(frozen=True)
class Work:
    """What the ledger needs to know of the operation; arrays (scenario, draw, month, channel) unless said otherwise.

    `fte` paid positions; `vacant`, `vacant0` empty shares; `leaving` a year; `answered` in house, `vendor` and
    `contained` contacts a week; `agents_chat` marks chat channels (channel,); `orders` a week, (.., 1).
    """

    fte: Array
    vacant: Array
    vacant0: Array
    leaving: Array
    answered: Array
    vendor: Array
    contained: Array
    vendor_price: Array
    agents_chat: Array
    orders: Array


def vendor_price(p: Parameters, baseline: Baseline, fte0: Array, answered0: Array) -> Array:
    """Price of a contact at the vendor: ratio x labour cost of a contact in house today."""
    return p["vendor_price_ratio"] * fte0 * baseline.hours_per_fte * p["wage"] / (answered0 * WEEKS_A_YEAR)


def speak(baseline: Baseline) -> Array:
    """1 for phone and chat channels, 0 for e-mail and tickets, (channel,)."""
    return np.array([float(channel.kind != "deferred") for channel in baseline.channels])


def filled(fte: Array, vacant: Array, vacant0: Array) -> Array:
    """Positions paid, less those that stand empty beyond today's: FTE (1-v)/(1-v0)."""
    return fte * (1 - vacant) / (1 - vacant0)


def recurring(
    p: Parameters,
    baseline: Baseline,
    levers: dict[str, Array],
    begun: Callable[[str], Array],
    work: Work,
) -> dict[str, Array]:
    """Cost a year of each item of RECURRING but the fitted residual of overhead, in the order given there.

    Labour = FTE (1-v)/(1-v0) hours wage (1+premium)/(1+premium0). Flexible shifts and cross-training take a share of
    phone and chat agents' alone, since theirs move and help other queues. Overrun applies to spend - spend0. `begun` of
    a lever is 1 from its first month on, 0 before: levels cost from go-live, effects come later.
    """
    today = baseline.levers
    wage = p["wage"]
    labour_today = sum(v for k, v in today.items() if k.startswith("staffing.")) * baseline.hours_per_fte * wage

    def level(key: str) -> Array:
        return today[key] + begun(key) * (levers[key] - today[key])

    positions = filled(work.fte, work.vacant, work.vacant0)
    pay = wage * (1 + level("wage_premium")) / (1 + today["wage_premium"])
    hourly = baseline.hours_per_fte * pay
    labour = over_channels(positions) * hourly
    by_shift = over_channels(positions * speak(baseline)) * hourly
    automation = np.zeros_like(labour)
    for key in ("self_service_spend", "agent_assist_spend", "routing_spend", "back_office_spend"):
        rise = level(key) - today[key]
        automation = automation + today[key] + np.where(rise > 0, rise * p["cost_overrun"], rise)
    withdrawn = np.maximum(today["shrinkage"] - level("shrinkage"), 0) * 100
    chats = np.maximum(level("chat_concurrency") - today["chat_concurrency"], 0)
    on_time = np.maximum(today["late_order_rate"] - level("late_order_rate"), 0)
    # All of the vendor's contacts are charged, as on day zero, where the stated cost holds them too.
    return {
        "labour": labour,
        "hiring": over_channels(work.leaving * positions) * p["replacement_cost"],
        "outsourcing": over_channels(work.vendor * work.vendor_price) * WEEKS_A_YEAR,
        "training": over_channels(positions) * level("training_hours") * p["training_hour_cost"],
        "automation": automation,
        "self_service_contacts": over_channels(work.contained) * WEEKS_A_YEAR * p["self_service_contact_cost"],
        "flexibility": level("schedule_flex") * p["flex_premium"] * by_shift,
        "skills": level("cross_training") * p["skill_pay"] * by_shift,
        "shrinkage": withdrawn * p["shrinkage_price"] * labour_today,
        "concurrency": chats * over_channels(positions * work.agents_chat) * p["concurrency_a_year"],
        "fcr_programme": level("fcr_programme") * p["fcr_programme_a_year"] * labour_today,
        "reviews": level("qa_coverage") * over_channels(work.answered) * WEEKS_A_YEAR * p["qa_minutes"] / 60 * pay,
        "on_time_delivery": on_time * work.orders * WEEKS_A_YEAR * p["late_order_price"],
        "overhead": np.full_like(labour, baseline.overhead),
    }


def set_up(p: Parameters, baseline: Baseline, levers: dict[str, Array], fte0: Array, moved_contacts: Array) -> Array:
    """Paid once, as they begin, for programmes and automation, (scenario, draw, 1, 1); reductions give nothing back.

    `moved_contacts` a week go to the vendor once its share is reached.
    """
    today = baseline.levers
    wage = p["wage"]
    fte = fte0.sum(axis=-1, keepdims=True)
    chat = np.array([channel.kind == "chat" for channel in baseline.channels])
    labour_today = fte * baseline.hours_per_fte * wage
    spoken = (fte0 * speak(baseline)).sum(axis=-1, keepdims=True)

    def rise(key: str) -> Array:
        return np.maximum(levers[key] - today[key], 0)

    automation = sum(
        (rise(k) for k in ("self_service_spend", "agent_assist_spend", "routing_spend", "back_office_spend")),
        np.zeros(1),
    )
    once: Array = (
        automation * p["automation_one_off"] * p["cost_overrun"]
        + rise("schedule_flex") * p["schedule_one_off"] * spoken * baseline.hours_per_fte * wage
        + rise("cross_training") * spoken * p["cross_training_hours"] * wage
        + rise("fcr_programme") * p["fcr_programme_one_off"] * labour_today
        + rise("chat_concurrency") * (fte0 * chat).sum(axis=-1, keepdims=True) * p["concurrency_one_off"]
        + np.maximum(moved_contacts, 0) * WEEKS_A_YEAR * p["outsourcing_transition"]
    )
    return once


def severance(p: Parameters, baseline: Baseline, redundancies: Array, premium: Array) -> Array:
    """Notice and severance of redundancies: weeks x 1/52.18 of a year's pay each, at the pay of their month."""
    raised = (1 + premium) / (1 + baseline.levers["wage_premium"])
    return redundancies * p["severance_weeks"] / WEEKS_A_YEAR * baseline.hours_per_fte * p["wage"] * raised


def margin_at_risk(p: Parameters, baseline: Baseline, contacts_a_week: Array, csat: Array) -> Array:
    """Customers x (1 - exp(-contacts/customers)) x unsatisfied share x extra churn x margin, a year."""
    touched = 1 - np.exp(-contacts_a_week * WEEKS_A_YEAR / baseline.customers)
    return baseline.customers * touched * (1 - csat) * p["churn_per_unsatisfied"] * baseline.margin_per_customer


def present_value(saving: Array, rate: Array) -> Array:
    """Sum over months 1.. of saving_t / (1+r)^(t/12); months are the last axis, r broadcasts."""
    month = np.arange(1, saving.shape[-1] + 1)
    value: Array = (saving / (1 + rate) ** (month / 12)).sum(axis=-1)
    return value


def payback_months(saving: Array) -> Array:
    """Month after which cumulative savings stay at or above zero, interpolated; 0 if nothing changes, else nan.

    `saving` a month (months 1.. on the last axis), one-off costs included. nan: not within the months given.
    """
    total = np.cumsum(saving, axis=-1)
    months = saving.shape[-1]
    # Money too small to matter must not decide between "at once" and "never".
    slack = 1e-9 * np.abs(saving).max(axis=-1, keepdims=True)
    below = total < -slack
    last = np.where(below.any(axis=-1), months - 1 - np.argmax(below[..., ::-1], axis=-1), -1)
    never = last == months - 1
    at = np.clip(last, 0, months - 2)[..., None]
    left, right = np.take_along_axis(total, at, -1)[..., 0], np.take_along_axis(total, at + 1, -1)[..., 0]
    part = np.where(right > left, -left / np.where(right > left, right - left, 1), 0)
    result = np.where(last < 0, 0.0, last + 1 + np.clip(part, 0, 1))
    return np.where(never, np.nan, result)
