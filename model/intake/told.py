"""What files beside the contacts say of a channel, put on it: its rota and its ratings; where they differ is named."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from model.intake.aggregates import CELLS, Part
from model.intake.channel import FEWEST_RATINGS, Measured
from model.intake.joined import Conflict, Rota

Array = NDArray[np.float64]
APART = 0.05
Found = Sequence[tuple[Measured, Part]]


def rated(found: Found, ratings: Mapping[str, tuple[float, float]]) -> list[Conflict]:
    """CSAT and survey rate from ratings that carry no contact's number; those on the contacts themselves go before."""
    out: list[Conflict] = []
    names = {str(m.fields["name"]) for m, _ in found}
    for name, (satisfied, of) in ratings.items():
        mine = [m for m, _ in found if name in ("", m.fields["name"])]
        if not mine or (name and name not in names):
            out.append(Conflict(f"Ratings of {name} belong to none of the channels: left out", round(of)))
            continue
        for m in mine:
            if m.grades.get("csat") == "measured":
                out.append(Conflict(f"{m.fields['label']}: ratings on the contacts themselves are used, not those of "
                                    "the other file", round(of)))  # fmt: skip
            elif of >= FEWEST_RATINGS:
                # Ratings of no channel stand for all: each is as satisfied as they are together.
                m.share("csat", satisfied, of, "measured" if name or len(mine) == 1 else "inferred", 0.01, 0.99)
    return out


def on_duty(found: Found, rota: Mapping[str, Rota]) -> list[Conflict]:
    """Agents from the rota, in place of those worked out from the waits or counted in the file of contacts."""
    out: list[Conflict] = []
    work = np.array([m.weekly * m.fields["handle_time_s"] for m, _ in found])
    for name, one in rota.items():
        mine = [(i, m, part) for i, (m, part) in enumerate(found) if name in ("", m.fields["name"])]
        if not mine:
            out.append(Conflict(f"{one.source} names a queue ({name}) that no contacts belong to: left out", one.rows))
            continue
        if len(mine) > 1:
            out.append(Conflict(f"{one.source} names no queues: its people are shared out by the work of each channel"))
        total = work[[i for i, _, _ in mine]].sum()
        for i, m, part in mine:
            _staff(m, part, one, float(work[i] / total), out)
    return out


def _staff(m: Measured, part: Part, one: Rota, share: float, out: list[Conflict]) -> None:
    before, label = np.array(m.fields["agents"]), str(m.fields["label"])
    agents = one.agents * share
    unknown = np.isnan(agents)
    arrivals = np.array(m.fields["arrivals"])
    if (unknown & (arrivals > 0)).any():
        out.append(Conflict(f"{label}: {one.source} does not cover all weekdays on which contacts come; there staffing "
                            "stays as worked out"))  # fmt: skip
    agents = np.where(unknown, before, agents)
    if not agents.sum() > 0:
        out.append(Conflict(f"{label}: {one.source} has nobody on duty; staffing stays as worked out"))
        return
    bare = int(((agents <= 0) & (arrivals > 0)).sum())
    if bare:
        out.append(Conflict(f"{label}: contacts come in half-hours of the week in which nobody is on the rota", bare))
    if part.told("agents") and part.total("agents_rows") > 0 and abs(agents.sum() / before.sum() - 1) > APART:
        hours = [f"{x.sum() / 2:,.0f}" for x in (before, agents)]
        out.append(Conflict(f"{label}: the file of contacts has {hours[0]} hours of agents a week, {one.source} "
                            f"{hours[1]}; the rota is used"))  # fmt: skip
    m.staffed(agents.reshape(CELLS), "measured", one.rows)
