"""Events in sentences and numbers: how long, how many, what it costs, who is hurt."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from model.events.table import DAY, EFFECTS, LONG, MONTH, WEEK, Event
from model.report import numbers, words
from model.report.grammar import listed, named, within
from model.report.numbers import MINUS, money, number
from model.scenario import Baseline

if TYPE_CHECKING:
    from model.events.stressed import StressResult

MEASURES = {
    "recovery_hours": "Time to recover",
    "extra_backlog": "More waiting at once",
    "cost": "Cost of the event",
    "dissatisfied": "Left dissatisfied",
}
"""Names on screen of `model.events.MEASURES`."""
MEANING = {
    "recovery_hours": "From the end of the event until every channel is within two points of its target again, or of "
                      "what it would have been.",
    "extra_backlog": "Customers waiting at once beyond the usual, at most; open e-mails and tickets included.",
    "cost": "Paid once, running costs, and margin of customers who leave dissatisfied, against the same time without.",
    "dissatisfied": "Customers who leave dissatisfied beyond the usual: not helped well, or gave up for good.",
}  # fmt: skip
NEVER = "not within 4 weeks"
NEARLY_ALL = 0.95
"""A share of those who wait from which on the others are not worth a word."""


def name(events: Sequence[Event], inside: bool = False) -> str:
    """One event, or two: "Demand surge and systems down"; `inside` a sentence: "demand surge and systems down"."""
    first, *rest = events
    return listed([_inside(first) if inside else first.label, *map(_inside, rest)])


def _inside(event: Event) -> str:
    """An event within a sentence; the name that a user gave to an own one stays as it was written."""
    return event.label if event.key == "own" else within(event.label)


def duration(hours: float) -> str:
    """A time as people say it: 40 min, 5.5 h, 3 days, 6 weeks, 4 months; "at once" for none."""
    if math.isnan(hours) or math.isinf(hours):
        return NEVER
    if hours < 0.25:
        return "at once"
    unit, size = _unit(hours)
    return f"{hours * 60:.0f} min" if unit == "min" else f"{_short(hours / size)} {unit}"


def _unit(hours: float) -> tuple[str, float]:
    """The unit that a time is said in, and its hours."""
    if hours < 0.95:
        return "min", 1 / 60
    if hours < 2 * DAY:
        return "h", 1.0
    if hours < LONG:
        return "days", DAY
    return ("weeks", WEEK) if hours < 2.5 * MONTH else ("months", MONTH)


def waited(seconds: float) -> str:
    """A wait as people say it: 45 s, 6 min, 5.5 h; a short one is not none."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 3600 else duration(seconds / 3600)


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0") if value < 9.95 else f"{value:.0f}"


def count(value: float) -> str:
    """So many customers: 3, 1,240."""
    minus = MINUS if value <= -0.5 else ""
    return f"{minus}{abs(value):,.0f}"


def measure(key: str, value: float, currency: str) -> str:
    """One of `MEASURES` with its unit."""
    if key == "recovery_hours":
        return duration(value)
    return money(value, currency) if key == "cost" else count(value)


def clock(hour: float) -> str:
    """Weekday and time of hours since Monday 00:00; the weekday of the week after is said as such."""
    day = int(hour // 24)
    late = "" if day < 7 else "the next " if day < 14 else "two weeks later, "
    return f"{late}{words.DAYS[day % 7]} {numbers.clock(hour % 24)}"


def window(event: Event) -> str:
    """When and how long: "Monday 10:00, for 3 h"; "for 6 weeks"."""
    if event.is_long:
        begins = f"from month {event.start_month}, " if event.start_month else ""
        return f"{begins}for {duration(event.length_h)}"
    return f"{clock(event.start_h)}, for {duration(event.length_h)}"


def size(key: str, value: float) -> str:
    """An effect's size: "1.6 times", "40 %", "+0.5"."""
    row = EFFECTS[key]
    if row.unit == "times":
        return f"{value:g} times"
    if row.unit == "share":
        return f"{value * 100:.0f} %"
    return f"{value:,.2g}" if row.unit == "log-odds" else f"{value:,.6g}"


def finding(found: "StressResult") -> str:
    """The finding over the hours: the peak, when, and how long until all is back.

    Most wait at another hour than the one at which the event adds most: two peaks, whose difference is a third number.
    """
    most, usual = count(found.peak_backlog), count(found.peak_without)
    when = clock(found.peak_hour) if found.worst_month is None else (
        f"{clock(found.peak_hour)} in the worst month, {found.worst_month}")  # fmt: skip
    if found.extra_backlog < 0.5:
        peak = "hardly anybody waits longer than usual"
    else:
        more = f"up to {count(found.extra_backlog)} more wait at once than usual ({when})"
        peak = f"{more}; the highest peak is {most}{_written(found)}, without the event {usual}"
    return f"**{name(found.events)}**: {peak}. {regained(found)}."


def _written(found: "StressResult") -> str:
    """What most who wait at once are, where they are open e-mails or tickets beside other channels."""
    base = found.scenario.baseline
    kinds = [channel.kind == "deferred" for channel in base.channels]
    if all(kinds) or not any(kinds):
        return ""
    waiting = found.hours.pivot_table(index="hour", columns="channel", values="backlog", aggfunc="sum")
    fullest = waiting.iloc[int(waiting.sum(axis=1).to_numpy().argmax())]
    open_ = {named(channel.title): float(fullest[channel.name]) for channel in base.channels
             if channel.kind == "deferred"}  # fmt: skip
    part = sum(open_.values()) / max(float(fullest.sum()), 1e-9)
    if part < 0.5:
        return ""
    return f" ({'nearly all' if part > NEARLY_ALL else 'most'} of them {listed(list(open_))})"


def below(found: "StressResult") -> str:
    """Which targets would be missed without the event too: "below target", "phone below target"; empty for none."""
    base = found.scenario.baseline
    if not found.below:
        return ""
    if len(found.below) == len(base.channels):
        return "below target"
    return f"{listed([_inside_title(base, name) for name in found.below])} below target"


def regained(found: "StressResult") -> str:
    """How soon the target is regained, and by which channel last; where it is missed without the event too, how soon
    all is back to where it was."""
    missed = below(found)
    was = "was" if found.months is None else "would have been"
    back = f"The share answered in time is {{}}back to where it {was} ({missed})"
    if not found.recovered:
        when = "within four weeks" if found.months is None else "by month 36"
        said = back.format("not ") if missed else "The target is not regained"
        return f"{said} {when}{last(found)}"
    if found.recovery_hours < 0.25:
        return f"{back.format('') if missed else 'The target holds again'} as soon as the event is over"
    said = back.format("") if missed else "The target is regained"
    return f"{said} {duration(found.recovery_hours)} after the event{last(found)}"


def last(found: "StressResult") -> str:
    """The channel that holds everything up: ", last by e-mail (phone after 3 h)"; empty where all are back together."""
    hours = found.hurt["recovery_hours"].fillna(math.inf).sort_values(kind="stable")
    if len(hours) < 2 or hours.iloc[-1] == hours.iloc[0]:
        return ""
    late = [str(name) for name in hours.index[hours == hours.iloc[-1]]]
    soonest = hours[hours < hours.iloc[-1]]
    title = _inside_title(found.scenario.baseline, str(soonest.index[-1]))
    when = duration(float(soonest.iloc[-1]))
    others = f"{title} {when if when == 'at once' else f'after {when}'}"
    names = listed([_inside_title(found.scenario.baseline, name) for name in late])
    return f", last by {names} ({others})" if found.recovered else f" by {names} ({others})"


def hurt(found: "StressResult") -> list[str]:
    """Who is hurt, a sentence a channel, worst first; what nobody would notice is left out."""
    base = found.scenario.baseline
    table = found.hurt.sort_values("dissatisfied", ascending=False)
    sentences = []
    for channel, row in table.iterrows():
        lost, unhappy, points = (float(row[key]) for key in ("lost", "dissatisfied", "csat_points"))
        said = []
        if lost >= 0.5:
            said.append(f"{count(lost)} gave up for good")
        if unhappy >= 0.5:
            said.append(f"{count(unhappy)} leave dissatisfied")
        if points <= -0.0005:
            said.append(f"CSAT {abs(points) * 100:.1f} points lower meanwhile")
        if said:
            sentences.append(f"{_title(base, str(channel))}: {', '.join(said)}")
    return sentences or ["No customer would notice"]


def worst(found: "StressResult") -> str:
    """The worst half-hour in words."""
    one, base = found.worst_hour, found.scenario.baseline
    level = number("service_level", one.service_level)
    usual = number("service_level", one.service_level_without)
    return (f"Worst half-hour: {_inside_title(base, one.channel)}, {clock(one.hour)}: {level} answered in time "
            f"(else {usual}), average wait {waited(one.wait_s)}")  # fmt: skip


def costs(found: "StressResult") -> str:
    """What the cost is made of: "$1.2m paid once, $8k of margin with customers who leave"."""
    currency = found.scenario.baseline.currency
    parts = {"once": "paid once", "running": "of running costs", "margin": "of margin with customers who leave"}
    said = [f"{money(value, currency)} {parts[key]}" for key, value in found.costs.items()
            if abs(value) >= max(0.005 * sum(map(abs, found.costs.values())), 0.5)]  # fmt: skip
    return ", ".join(said) if said else "no cost"


def saving(found: "StressResult") -> str:
    """Why an event costs less than nothing, where it does; else empty."""
    if found.cost >= 0:
        return ""
    stopped = any(event.effect("hiring") < 1 or event.effect("programmes") < 1 for event in found.events)
    if stopped:
        return ("A saving, because wages of open places, hiring and roll-outs that wait are not paid meanwhile; it is "
                "paid for in waits and dissatisfied customers")  # fmt: skip
    return "A saving, because fewer contacts are paid for meanwhile; customers who are not served are not better off"


def likely(found: "StressResult", key: str) -> str:
    """The measure at the mild and the hard end of the sizes: "milder or harder: 1.1 to 2.1 weeks"; where one of them
    reads like the measure itself, "milder: 1.1 weeks, harder: the same"; empty where both do.
    """
    if key not in found.likely:
        return ""
    low, high, here = _together(key, (*found.likely[key], found.measure(key)), found.scenario.baseline.currency)
    if low == high:
        return ""
    if here in (low, high):
        return f"milder: {'the same' if here == low else low}, harder: {'the same' if here == high else high}"
    unit = high.rpartition(" ")[2]
    short = low.removesuffix(f" {unit}") if key == "recovery_hours" and low.endswith(f" {unit}") else low
    return f"milder or harder: {short} to {high}"


def _together(key: str, values: Sequence[float], currency: str) -> list[str]:
    """A measure's values that stand beside each other: times in the unit of the longest."""
    finite = [value for value in values if math.isfinite(value)]
    if key != "recovery_hours" or not finite or _unit(max(finite))[0] == "min":
        return [measure(key, value, currency) for value in values]
    unit, size = _unit(max(finite))
    return [f"{_short(value / size)} {unit}" if math.isfinite(value) and value >= 0.05 * size else duration(value)
            for value in values]  # fmt: skip


def waits_for(found: "StressResult") -> str:
    """Which channel is back last, and how soon the next is: "last: e-mail; phone 14 h"; empty where all are at once."""
    hours = found.hurt["recovery_hours"].fillna(math.inf).sort_values(kind="stable")
    sooner = hours[hours < hours.iloc[-1]]
    if sooner.empty or hours.iloc[-1] < 0.25:
        return ""
    base = found.scenario.baseline
    late = listed([_inside_title(base, str(name)) for name in hours.index[hours == hours.iloc[-1]]])
    return f"last: {late}; {_inside_title(base, str(sooner.index[-1]))} {duration(float(sooner.iloc[-1]))}"


def slowest(many: Sequence["StressResult"]) -> str:
    """Which channel is back last, and how often: "Last to be back: e-mail, after 6 of 8 events"; empty for one channel.

    An event that is over at once holds nobody up.
    """
    late = [str(one.hurt["recovery_hours"].fillna(math.inf).idxmax()) for one in many
            if waits_for(one)]  # fmt: skip
    if not late:
        return ""
    name = max(dict.fromkeys(late), key=late.count)
    title = _inside_title(many[0].scenario.baseline, name)
    return f"Last to be back: {title}, after {late.count(name)} of {len(many)} events"


def apart(found: Mapping[str, Sequence["StressResult"]], key: str) -> str:
    """Under which events scenarios differ, as far as is read: "Scenarios differ under budget freeze only"; empty where
    there is one scenario, or where most events tell them apart.
    """
    columns = list(found.values())
    if len(columns) < 2:
        return ""
    rows = list(zip(*columns, strict=True))
    told = [name(row[0].events, inside=True) for row in rows
            if len({measure(key, one.measure(key), one.scenario.baseline.currency) for one in row}) > 1]  # fmt: skip
    if not told:
        return "No event tells the scenarios apart"
    if len(told) > len(rows) / 2:
        return ""
    return f"Scenarios differ only under {listed(told)}"


def robust(share: float, found: Sequence["StressResult"], hours: float) -> str:
    """Robustness, `share` of the events: "After 5 of 8 events (63 %) the target is regained within 24 h"; where targets
    are missed without any event too, that all is back to where it was."""
    if math.isnan(share):
        return "No event is followed"
    over = f"After {round(share * len(found))} of {len(found)} events ({share * 100:.0f} %)"
    usual = [one for one in found if one.months is None] or list(found)
    missed = next((text for text in map(below, usual) if text), "")
    back = f"the share answered in time is back to where it was ({missed})" if missed else "the target is regained"
    return f"{over} {back} within {duration(hours)}"


def _title(baseline: Baseline, channel: str) -> str:
    return baseline.channel(channel).title


def _inside_title(baseline: Baseline, channel: str) -> str:
    return named(_title(baseline, channel))
