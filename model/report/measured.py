"""A company's own figures as they stand on screen: each with its evidence, and how well the model explains them."""

from dataclasses import dataclass
from functools import lru_cache

from model import deferred, network
from model.calibrate import calibrate, observed
from model.outcomes import OUTCOMES
from model.report import numbers
from model.report.grammar import named, opening, within
from model.scenario import Baseline, Channel, Grade

WELL, ROUGHLY = 0.05, 0.10
"""Gaps of a share that count as explained well and roughly; of a mean wait, five times that, relative."""
SHORT_WAIT_S = 5.0
"""Seconds that nobody would call a gap, however short the wait."""
SPEEDS = ("service_level", "abandonment", "asa")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of today: its name, its text with unit, its evidence, a short note, and what it means."""

    key: str
    label: str
    text: str
    grade: Grade
    note: str
    help: str


@dataclass(frozen=True, slots=True)
class Speed:
    """One speed, measured and as the model has it; `fitted` where the model was made to meet it."""

    label: str
    measured: str
    modelled: str
    gap: str
    fitted: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """How well the model explains a channel's speeds: in a sentence, by row, what it makes of the staffing, notes."""

    verdict: str
    title: str
    staffing: str
    speeds: tuple[Speed, ...]
    modelled: dict[str, float]
    notes: tuple[str, ...] = ()


def duration(seconds: float) -> str:
    """A time as people say it: 35 s, 2 min 50 s, 13 h, 4.2 days."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    if seconds < 172_800:
        return f"{seconds / 3600:.1f} h" if seconds < 36_000 and seconds % 3600 else f"{seconds / 3600:.0f} h"
    return f"{seconds / 86_400:,.1f} days"


def share(value: float) -> str:
    """A share in per cent."""
    return f"{value * 100:.1f} %"


def target(channel: Channel) -> str:
    """A channel's aim: "80 % within 20 s"."""
    seconds = duration(channel.target_s)
    return f"{numbers.percent(channel.target_share)} within {seconds}" if channel.target_share else f"within {seconds}"


def finding(baseline: Baseline, channel: Channel) -> str:
    """A channel today in one sentence: what is known of its speed, else of its volume; and of satisfaction."""
    grades, said = channel.grades, []
    if channel.abandonment is not None and grades.get("abandonment") != "assumed":
        said.append(f"{share(channel.abandonment)} gave up waiting")
    if channel.service_level is not None and grades.get("service_level") != "assumed":
        said.append(f"{share(channel.service_level)} answered within {duration(channel.target_s)}")
    elif channel.asa is not None and grades.get("asa") != "assumed":
        said.append(f"an average wait of {duration(channel.asa)}")
    if not said:
        said.append(f"{channel.weekly_arrivals:,.0f} contacts a week")
    if len(said) < 2 and grades.get("csat") != "assumed":
        said.append(f"{share(channel.csat)} satisfied")
    return f"{channel.title if len(baseline.channels) > 1 else 'Today'}: {', '.join(said)}"


def figures(baseline: Baseline, channel: Channel, fit: Fit | None = None) -> list[Figure]:
    """The key numbers of a channel; a speed the files do not hold is the model's own, marked as such."""
    grades = channel.grades
    key = f"staffing.{channel.name}"
    busiest = max(channel.agents)
    open_hours = sum(a > 0 for a in channel.arrivals) / 2
    known = grades.get("arrivals") == "measured"
    spread = f"over {open_hours:,.0f} open hours" if known else "a total, spread as usual"
    rated = f"{channel.survey_rate * 100:.0f} % of answered contacts rated"
    asked = rated if grades.get("survey_rate") == "measured" else ""

    def row(name: str, label: str, text: str, note: str, meaning: str) -> Figure:
        return Figure(name, label, text, grades.get(name, "assumed"), note, meaning)

    out = [
        row("arrivals", "Contacts a week", f"{channel.weekly_arrivals:,.0f}", spread,
            "All that reached the queue, answered or not, in an average week."),
        row("handle_time_s", "Handle time", duration(channel.handle_time_s), "on average",
            "Talk, hold and the work afterwards, mean of answered contacts."),
    ]  # fmt: skip
    for speed in SPEEDS:
        if channel.kind == "deferred" and speed == "abandonment":
            continue
        note = {"service_level": f"target {target(channel)}", "abandonment": f"{_patience(channel)}", "asa": ""}[speed]
        value = getattr(channel, speed)
        label, text = OUTCOMES[speed].label, OUTCOMES[speed].text
        if channel.kind == "deferred" and speed == "asa":
            label, text = "Time to an answer", "Mean time from the arrival of a message to its answer, nights included."
        if value is not None:
            out.append(row(speed, label, _speed(speed, value), note, text))
        elif fit is not None and speed in fit.modelled:
            grade: Grade = "assumed" if grades.get("agents") == "assumed" else "inferred"
            modelled = _speed(speed, fit.modelled[speed])
            out.append(Figure(speed, label, modelled, grade, "the model's: not in your figures", text))
        else:
            out.append(Figure(speed, label, "Not known", "assumed", "not in your figures", text))
    out += [
        row("fcr", "Solved first time", share(channel.fcr), "", OUTCOMES["fcr"].text),
        row("csat", "CSAT", share(channel.csat), asked, "Satisfied share of those who were asked."),
        Figure("agents", "People", numbers.number("fte", baseline.levers[key]), grades.get("agents", "assumed"),
               f"{busiest:,.0f} on duty at the busiest" if busiest >= 9.5 else f"{busiest:.1f} on duty at the busiest",
               "Full-time positions, paid time away from customers included."),
    ]  # fmt: skip
    return out


def _patience(channel: Channel) -> str:
    known = channel.grades.get("patience_s", "assumed") != "assumed"
    return f"patience {duration(channel.patience_s)}" if known else ""


def _speed(name: str, value: float) -> str:
    return duration(value) if name == "asa" else share(value)


def explain(baseline: Baseline, channel: Channel) -> Fit:
    """The model's speeds of today beside the measured ones.

    One measured speed is met by construction (the efficiency factor is solved for it); the others check the model.
    """
    known = calibrate(baseline)
    place = [c.name for c in baseline.channels].index(channel.name)
    if channel.kind == "deferred":
        found = known.deferred0[list(known.deferred).index(place)]
        modelled = {"service_level": float(found[deferred.LEVEL])}
    else:
        found = known.metrics0[list(known.live).index(place)]
        gone = float(found[network.P_ABANDON])
        modelled = {"service_level": float(found[network.LEVEL]), "abandonment": gone,
                    "asa": float(found[network.WAIT]) / max(1 - gone, 1e-12)}  # fmt: skip
    solved = observed(channel)
    fitted = solved[0] if solved else ""
    speeds, worst, checks = [], 0.0, 0
    for name, value in modelled.items():
        seen = getattr(channel, name)
        if seen is None:
            continue
        off = abs(value - seen)
        if name != fitted:
            checks += 1
            worst = max(worst, off if name != "asa" else 0 if off <= SHORT_WAIT_S else off / max(seen, 1) / 5)
        gap = f"{off:.0f} s" if name == "asa" else f"{off * 100:.1f} points"
        none = not any(c in "123456789" for c in gap)
        sign = "+" if value > seen else numbers.MINUS
        speeds.append(Speed(OUTCOMES[name].label, _speed(name, seen), _speed(name, value),
                            "none" if none else sign + gap, name == fitted))  # fmt: skip
    # The factor may lie at its bound: then even the speed it is solved for is missed.
    met = not solved or abs(modelled[fitted] - solved[1]) <= max(0.01, 0.02 * solved[1])
    verdict = (
        "unknown" if not speeds else "poor" if not met else "unchecked" if not checks
        else "well" if worst <= WELL else "roughly" if worst <= ROUGHLY else "poor"
    )  # fmt: skip
    mark = f"{channel.title}: "
    said = [note.removeprefix(mark) for note in known.notes if note.startswith(mark)]
    notes = tuple(opening(note) for note in said)
    efficiency = float(known.efficiency[place])
    # A note on the factor says the same with a warning; once is enough.
    staffing = "" if notes and solved else _staffing(baseline, channel, efficiency)
    return Fit(verdict, TITLES[verdict], staffing, tuple(speeds), modelled, notes)


TITLES = {
    "well": "The model explains your waits well",
    "roughly": "The model explains your waits roughly",
    "poor": "The model does not explain these waits yet",
    "unchecked": "The model meets the one speed that is known; nothing is left to check it with",
    "unknown": "No waits are known, so nothing checks the model's own",
}


def _staffing(baseline: Baseline, channel: Channel, efficiency: float) -> str:
    """What the efficiency factor says about the staffing, in the user's words."""
    people = numbers.number("fte", baseline.levers[f"staffing.{channel.name}"])
    grade = channel.grades.get("agents", "assumed")
    source = "the messages that came" if channel.kind == "deferred" else "the waits"
    if abs(efficiency - 1) < 0.03:
        return {
            "measured": f"Your {people} explain it as they stand.",
            "inferred": f"Staffing is worked out from {source}, not read from a rota: {people}.",
            "assumed": f"Staffing is assumed: {people}.",
        }[grade]  # fmt: skip
    origin = {"measured": f"Your staffing is {people}", "inferred": f"Staffing is worked out: {people}",
              "assumed": f"Staffing is assumed: {people}"}[grade]  # fmt: skip
    more = f"{abs(efficiency - 1) * 100:.0f} % {'more' if efficiency > 1 else 'fewer'}"
    return f"{origin}. To show your waits, the model lets them work as if there were {more} of them."


def setting(fit: Fit) -> str:
    """Which speed the model was made to meet, so that nobody takes it for proof."""
    met = [speed.label for speed in fit.speeds if speed.fitted]
    if not met:
        return ""
    rest = "; the others check it" if len(fit.speeds) > 1 else ""
    return f"The model is set to meet “{met[0]}”{rest}."


@lru_cache(maxsize=32)
def doubt(baseline: Baseline) -> str:
    """What of today the model does not explain, for where nobody sees the fit; empty where it explains enough.

    "Do not rely on it: phone, answered in time 65.4 % in the model, 7.5 % measured."
    """
    said = []
    for channel in baseline.channels:
        fit = explain(baseline, channel)
        if fit.verdict == "poor":
            worst = next((s for s in fit.speeds if s.gap != "none" and not s.fitted), fit.speeds[0])
            about = f"{named(channel.title)}, {within(worst.label)}"
            said.append(f"{about} {worst.modelled} in the model, {worst.measured} measured")
    return f"Do not rely on it: {'; '.join(said)}." if said else ""


def trouble(fit: Fit) -> str:
    """What to look at where the model should not be trusted; empty where it may be."""
    if fit.verdict != "poor":
        return ""
    return "Check the columns for waiting and for how contacts ended, the target, and whether queues were mixed."
