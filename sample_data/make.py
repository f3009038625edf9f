"""Makes the sample companies: files in the shape of real exports, from a known truth and a fixed seed.

    python sample_data/make.py [folder]

Every half-hour of six weeks is drawn: demand (Poisson about a week profile that varies from day to day), then what
Erlang A says of those who called in it, with the rota's agents. So what the files show is what their staffing explains,
and tests can hold measuring against the truth in `COMPANIES`.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT.parent), str(ROOT)]

from companies import COMPANIES, Truth  # noqa: E402  (this folder and its parent must be on the path first)

from model import queueing  # noqa: E402

SEED = 20_240_506
SLOTS = 336
MONDAY = np.datetime64("2024-03-04T00:00", "s")
DAY_CV, SLOT_CV = 0.055, 0.04
"""How demand varies from day to day, and from half-hour to half-hour about its day: together .068."""
UTILISATION = 0.88
"""Share of their time that e-mail and ticket agents are busy; the model's own assumption."""
CHATS = 2.0


def profile(truth: Truth) -> np.ndarray:
    """Contacts of each half-hour of the week: two peaks a day; e-mail also comes at night."""
    hour = (np.arange(48) + 0.5) / 2
    day = 0.45 + np.exp(-((hour - 10.6) ** 2) / 4) + 0.62 * np.exp(-((hour - 16.2) ** 2) / 7)
    open_ = (hour > truth.opens) & (hour < truth.closes)
    quiet = 0.0 if truth.kind != "deferred" else 0.12 + 0.1 * (hour > 7)
    day = np.where(open_, day, quiet)
    week = (np.array(truth.days)[:, None] * day).ravel()
    return week / week.sum() * truth.weekly


def opening(truth: Truth) -> np.ndarray:
    """Half-hours in which agents work; e-mail and tickets are not worked on at the weekend, or only on Saturdays."""
    hour = (np.arange(SLOTS) % 48 + 0.5) / 2
    days = 5 if truth.style == "tickets" else 6 if truth.kind == "deferred" else 7
    return (hour > truth.opens) & (hour < truth.closes) & (np.arange(SLOTS) < days * 48)


def rota(truth: Truth) -> np.ndarray:
    """Agents of each half-hour, whole numbers: demand smeared over the length of a shift, sized for the goal.

    Peaks stand too low and shoulders too high, as rotas do: there is something to gain from shifts that follow demand.
    """
    arrivals, open_ = profile(truth), opening(truth)
    sessions = CHATS if truth.kind == "chat" else 1.0
    load = arrivals * truth.handle_s / 1800 / sessions
    if truth.kind == "deferred":
        need = load.sum() / UTILISATION / open_.sum()
        return np.where(open_, np.round(need / truth.goal, 1), 0.0)
    width = int(truth.spread_h * 2)
    days = load.reshape(7, 48)
    smeared = np.zeros_like(days)
    for row, day in zip(smeared, days, strict=True):
        inside = day > 0
        window = np.ones(2 * width + 1)
        row[inside] = np.convolve(day, window, "same")[inside] / np.convolve(inside * 1.0, window, "same")[inside]
    shape = smeared.ravel()
    low, high = 0.6, 2.5
    for _ in range(40):
        middle = (low + high) / 2
        agents = np.where(open_, np.maximum(np.round(shape * middle), 1.0), 0.0)
        level = expected_level(truth, arrivals, agents)
        low, high = (low, middle) if level >= truth.goal else (middle, high)
    return np.where(open_, np.maximum(np.round(shape * high), 1.0), 0.0)


def expected_level(truth: Truth, arrivals: np.ndarray, agents: np.ndarray) -> float:
    """Share in time that Erlang A expects of the week, demand varying as it does here."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(5)
    sigma = np.sqrt(np.log1p(DAY_CV**2 + SLOT_CV**2))
    z = np.exp(sigma * nodes - sigma**2 / 2)
    share = weights / weights.sum() * z / (weights / weights.sum() * z).sum()
    busy = arrivals > 0
    servers = agents[busy] * (CHATS if truth.kind == "chat" else 1.0)
    level = (
        queueing.erlang_a(
            arrivals[busy, None] * z / 1800, 1 / truth.handle_s, 1 / truth.patience_s, servers[:, None], truth.target_s
        ).service_level
        @ share
    )
    return float((level * arrivals[busy]).sum() / arrivals[busy].sum())


def demand(truth: Truth, rng: np.random.Generator) -> np.ndarray:
    """Rate of each half-hour, (weeks, 336): the profile times a factor of the day and one of the half-hour."""

    def factor(cv: float, shape: tuple[int, ...]) -> np.ndarray:
        sigma = np.sqrt(np.log1p(cv**2))
        return np.exp(sigma * rng.standard_normal(shape) - sigma**2 / 2)

    day = np.repeat(factor(DAY_CV, (truth.weeks, 7)), 48, axis=1)
    return profile(truth) * day * factor(SLOT_CV, (truth.weeks, SLOTS))


def queue_rows(truth: Truth, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Phone or chat: what an export shows of every open half-hour."""
    agents = np.tile(rota(truth), (truth.weeks, 1))
    rate = demand(truth, rng)
    open_ = agents > 0
    agents, rate = agents[open_], rate[open_]
    servers = agents * (CHATS if truth.kind == "chat" else 1.0)
    speed = queueing.erlang_a(rate / 1800, 1 / truth.handle_s, 1 / truth.patience_s, servers, truth.target_s)
    offered = rng.poisson(rate)
    abandoned = rng.binomial(offered, speed.p_abandon)
    answered = offered - abandoned
    in_time = rng.binomial(answered, np.minimum(speed.service_level_answered, 1.0))
    noise = 1 + 0.5 * rng.standard_normal(len(rate)) / np.sqrt(np.maximum(answered, 1))
    asa = np.maximum(speed.asa * noise, 0)
    lost_wait = (speed.mean_wait - speed.asa * (1 - speed.p_abandon)) / np.maximum(speed.p_abandon, 1e-12)
    lost = np.maximum(lost_wait * (1 + 0.5 * rng.standard_normal(len(rate)) / np.sqrt(np.maximum(abandoned, 1))), 1)
    handle = truth.handle_s * (1 + 0.7 * rng.standard_normal(len(rate)) / np.sqrt(np.maximum(answered, 1)))
    rated = rng.binomial(answered, truth.rated)
    return {
        "moment": np.flatnonzero(open_.ravel()),
        "offered": offered,
        "answered": answered,
        "abandoned": abandoned,
        "in_time": in_time,
        "asa": asa,
        "lost": lost,
        "handle": np.maximum(handle, 30),
        "agents": agents,
        "transfers": rng.binomial(answered, truth.transferred),
        "rated": rated,
        "satisfied": rng.binomial(rated, truth.satisfied),
    }


def backlog(truth: Truth, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """E-mail or tickets, first in first out: half-hour of arrival and of reply of every contact.

    Four weeks run before the file begins, so that its first day has a backlog like any other.
    """
    ahead = 4
    longer = Truth(**{**truth.__dict__, "weeks": truth.weeks + ahead + 2})
    arrivals = rng.poisson(demand(longer, rng)).ravel()
    capacity = np.tile(rota(truth), longer.weeks) * UTILISATION * 1800 / truth.handle_s
    done = np.cumsum(capacity)
    came = np.cumsum(arrivals)
    # Work done by the end of each half-hour: never more than has come.
    served = done + np.minimum(np.minimum.accumulate(np.concatenate([[0.0], came - done]))[:-1], 0)
    served = np.minimum(served, came)
    slot_in = np.repeat(np.arange(len(arrivals)), arrivals)
    slot_out = np.searchsorted(served, np.arange(len(slot_in)) + 1 - 1e-6)
    inside = (slot_in >= ahead * SLOTS) & (slot_in < (ahead + truth.weeks) * SLOTS)
    slot_in, slot_out = slot_in[inside] - ahead * SLOTS, slot_out[inside] - ahead * SLOTS
    return slot_in, np.maximum(slot_out, slot_in)


def open_wait(truth: Truth, slot_in: np.ndarray, slot_out: np.ndarray) -> np.ndarray:
    """Opening seconds between two half-hours."""
    opened = np.concatenate([[0], np.cumsum(np.tile(opening(truth), truth.weeks + 4))])
    return (opened[slot_out] - opened[slot_in]) * 1800.0


def clock(seconds: np.ndarray) -> list[str]:
    """Durations as h:mm:ss."""
    return [f"{s // 3600}:{s // 60 % 60:02d}:{s % 60:02d}" for s in np.round(seconds).astype(int)]


def moments(slots: np.ndarray) -> np.ndarray:
    """Moments of half-hours counted from the first Monday."""
    return MONDAY + (slots * 1800).astype("timedelta64[s]")


def table(header: list[str], columns: list[Any], separator: str = ",") -> str:
    """A delimited text of columns."""
    lines = [separator.join(header)]
    lines += [separator.join(map(str, row)) for row in zip(*columns, strict=True)]
    return "\n".join(lines) + "\n"


def percent(part: np.ndarray, whole: np.ndarray, empty: str) -> list[str]:
    """Shares as percent text, `empty` where there is nothing to share."""
    return [f"{100 * p / w:.1f}%" if w else empty for p, w in zip(part, whole, strict=True)]


def export(truth: Truth, rng: np.random.Generator) -> tuple[str, str]:
    """File name and text of a channel's export, in the dialect of its system."""
    if truth.kind == "deferred":
        return mail(truth, rng) if truth.style == "mail" else tickets(truth, rng)
    r = queue_rows(truth, rng)
    rating = percent(r["satisfied"], r["rated"], "-")
    return {"suite": _suite, "switch": _switch}.get(truth.style, _messenger)(truth, r, rating)


def _day_and_time(r: dict[str, np.ndarray]) -> tuple[np.ndarray, list[str]]:
    when = moments(r["moment"])
    return when.astype("datetime64[D]").astype(str), [str(w)[11:16] for w in when.astype("datetime64[m]")]


def _suite(truth: Truth, r: dict[str, np.ndarray], rating: list[str]) -> tuple[str, str]:
    """A contact-centre suite's half-hours: times as clocks, a dash where there is nothing."""
    day, time = _day_and_time(r)
    header = [
        "Date",
        "Interval",
        "Calls Offered",
        "Calls Answered",
        "Calls Abandoned",
        f"Answered in {truth.target_s:g} sec",
        "Avg Handle Time",
        "Avg Speed of Answer",
        "Avg Abandon Time",
        "Agents Staffed",
        "Transfers",
        "Ratings",
        "CSAT",
    ]
    handle = [h if a else "-" for h, a in zip(clock(r["handle"]), r["answered"], strict=True)]
    lost = [x if a else "-" for x, a in zip(clock(r["lost"]), r["abandoned"], strict=True)]
    columns = [
        day,
        time,
        r["offered"],
        r["answered"],
        r["abandoned"],
        r["in_time"],
        handle,
        clock(r["asa"]),
        lost,
        r["agents"].astype(int),
        r["transfers"],
        r["rated"],
        rating,
    ]
    return "phone_half_hours.csv", table(header, columns)


def _switch(truth: Truth, r: dict[str, np.ndarray], rating: list[str]) -> tuple[str, str]:
    """A telephone switch's half-hours: American dates, tabs, talk and after-call work apart."""
    day, time = _day_and_time(r)
    header = [
        "Date",
        "Time Start",
        "Calls Offered",
        "ACD Calls",
        "Aban Calls",
        "Avg Speed Ans",
        "Avg Aban Time",
        "Avg ACD Time",
        "Avg ACW Time",
        f"% Within Service Level ({truth.target_s:g} sec)",
        "Agents Staffed",
        "Transferred",
        "Ratings",
        "CSAT",
    ]
    american = [f"{d[5:7]}/{d[8:]}/{d[:4]}" for d in day]
    wrap = np.round(r["handle"] * 0.15).astype(int)
    columns = [
        american,
        time,
        r["offered"],
        r["answered"],
        r["abandoned"],
        np.round(r["asa"]).astype(int),
        np.round(r["lost"]).astype(int),
        np.round(r["handle"]).astype(int) - wrap,
        wrap,
        percent(r["in_time"], r["offered"], ""),
        r["agents"].astype(int),
        r["transfers"],
        r["rated"],
        rating,
    ]
    return "phone_half_hours.tsv", table(header, columns, "\t")


def _messenger(truth: Truth, r: dict[str, np.ndarray], rating: list[str]) -> tuple[str, str]:
    """A chat system's half-hours: moments in UTC, tenths of seconds."""
    when = moments(r["moment"])
    header = [
        "StartInterval",
        "Chats offered",
        "Chats handled",
        "Chats abandoned",
        f"Chats answered in {truth.target_s:g} seconds",
        "Average handle time",
        "Average queue answer time",
        "Average queue abandon time",
        "Agents staffed",
        "Transfers",
        "Ratings",
        "CSAT",
    ]
    columns = [
        [str(w)[:16] + "Z" for w in when.astype("datetime64[m]")],
        r["offered"],
        r["answered"],
        r["abandoned"],
        r["in_time"],
        np.round(r["handle"]).astype(int),
        np.round(r["asa"], 1),
        [f"{x:.1f}" if a else "" for x, a in zip(r["lost"], r["abandoned"], strict=True)],
        r["agents"].astype(int),
        r["transfers"],
        r["rated"],
        rating,
    ]
    return "chat_half_hours.csv", table(header, columns)


def mail(truth: Truth, rng: np.random.Generator) -> tuple[str, str]:
    """E-mail by the hour in which it came, semicolons and decimal commas."""
    slot_in, slot_out = backlog(truth, rng)
    good = open_wait(truth, slot_in, slot_out) <= truth.target_s
    hours = truth.weeks * 168
    came = np.bincount(slot_in // 2, minlength=hours)
    in_time = np.bincount(slot_in // 2, weights=good, minlength=hours).astype(int)
    handle = truth.handle_s * (1 + 0.7 * rng.standard_normal(hours) / np.sqrt(np.maximum(came, 1)))
    agents = np.tile(rota(truth).reshape(168, 2).mean(axis=1), truth.weeks)
    rated = rng.binomial(came, truth.rated)
    satisfied = rng.binomial(rated, truth.satisfied)
    when = moments(np.arange(hours) * 2).astype("datetime64[m]")
    header = [
        "Hour",
        "E-mails received",
        "Replied",
        f"Replied within {truth.target_s / 3600:g} h",
        "Handle time (min)",
        "Agents",
        "Ratings",
        "CSAT",
    ]
    minutes = [f"{h / 60:.2f}".replace(".", ",") if c else "-" for h, c in zip(handle, came, strict=True)]
    columns = [
        [f"{str(w)[8:10]}.{str(w)[5:7]}.{str(w)[:4]} {str(w)[11:]}" for w in when],
        came,
        came,
        in_time,
        minutes,
        [f"{a:g}".replace(".", ",") for a in agents],
        rated,
        percent(satisfied, rated, "-"),
    ]
    return "email_hours.csv", table(header, columns, ";")


def tickets(truth: Truth, rng: np.random.Generator) -> tuple[str, str]:
    """One row a ticket, as help desks export them."""
    slot_in, slot_out = backlog(truth, rng)
    size = len(slot_in)
    second = rng.integers(0, 1800, size)
    created = moments(slot_in) + second.astype("timedelta64[s]")
    replied = np.maximum(
        moments(slot_out) + rng.integers(0, 1800, size).astype("timedelta64[s]"), created + np.timedelta64(60, "s")
    )
    handle = np.maximum(rng.gamma(2.0, truth.handle_s / 2, size), 60)
    reopened = rng.random(size) < 0.31
    solved = replied + (rng.gamma(1.5, 4 * 3600, size)).astype("timedelta64[s]")
    rated, happy = rng.random(size) < truth.rated, rng.random(size) < truth.satisfied
    rating = np.where(rated, np.where(happy, "Good", "Bad"), "-")
    order = np.argsort(created, kind="stable")

    def text(moment: np.ndarray) -> list[str]:
        return [str(m)[:16].replace("T", " ") for m in moment[order].astype("datetime64[m]")]

    header = ["Ticket ID", "Created at", "First reply at", "Solved at", "Handle time (min)", "Reopens", "Satisfaction"]
    columns = [
        np.arange(40_001, 40_001 + size),
        text(created),
        text(replied),
        text(solved),
        np.round(handle[order] / 60, 1),
        reopened[order].astype(int),
        rating[order],
    ]
    return "tickets.csv", table(header, columns)


def make(folder: Path) -> list[Path]:
    """Write every sample company below `folder`; the files' paths."""
    written = []
    for number, (name, (channels, company)) in enumerate(COMPANIES.items()):
        home = folder / name
        home.mkdir(parents=True, exist_ok=True)
        for position, truth in enumerate(channels):
            rng = np.random.default_rng([SEED, number, position])
            file, text = export(truth, rng)
            (home / file).write_bytes(text.encode())
            written.append(home / file)
        (home / "company.json").write_bytes((json.dumps(company, indent=1) + "\n").encode())
        written.append(home / "company.json")
    return written


if __name__ == "__main__":
    for path in make(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT):
        print(f"{path.stat().st_size:9,d} {path}")
