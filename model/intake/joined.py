"""Files that say more about the contacts of others: ratings, a rota and wages, joined on number, time and queue.

Ratings go to their contacts by the number of the contact, else to their channel by day; a rota gives each channel its
agents by half-hour; wages the cost of a paid hour. Whatever does not agree is named, with what was done about it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.errors import IntakeError
from model.intake import week
from model.intake.file import File
from model.intake.queues import Wishes, channel_of, split

Array = NDArray[np.float64]
CELLS, SLOTS, SLOT, DAY = 336, 48, 1800, 86_400
FEW = 0.05
"""Share of ratings that must find their contact for the numbers to be the same system's."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two files that do not agree: in a sentence, with what was done; how many rows, 0 where it is about all."""

    text: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Rota:
    """Agents by half-hour of the week, (336,), nan on weekdays that the rota does not cover; rows behind it."""

    agents: Array
    rows: int
    source: str


@dataclass(frozen=True)
class Beside:
    """What comes from files without contacts: channel -> rota ("" is for all of them together), channel -> satisfied
    and rated, finance figures, and where files do not agree."""

    rota: Mapping[str, Rota] = field(default_factory=dict)
    ratings: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    finance: Mapping[str, Any] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()


def joined(contacts: Sequence[Any], sides: Sequence[File], wishes: Wishes) -> tuple[list[Any], Beside]:
    """The sources of contacts with their ratings on them, and what else the other files say.

    Raises
    ------
    IntakeError
        One of the files cannot be used with its columns.
    """
    sources = list(contacts)
    rota: dict[str, Rota] = {}
    by_channel: dict[str, tuple[float, float]] = {}
    finance: dict[str, Any] = {}
    conflicts: list[Conflict] = []
    for file in sides:
        if file.trouble:
            raise file.trouble
        if file.kind == "ratings":
            sources, loose = _rated(sources, file, conflicts)
            _by_channel(by_channel, loose, file, sources, wishes, conflicts)
        elif file.kind == "rota":
            _on_duty(rota, file, sources, wishes, conflicts)
        else:
            _paid(finance, file, conflicts)
    return sources, Beside(rota, by_channel, finance, tuple(conflicts))


def plain_key(column: pd.Series) -> pd.Series:
    """Numbers of contacts as systems write them: without blanks, case, or the .0 of a spreadsheet, which also takes
    the zeros in front."""
    plain = column.astype("str").str.strip().str.lower().str.replace(r"\.0$", "", regex=True)
    plain = plain.str.replace(r"^0+(?=\d+$)", "", regex=True)
    return plain.where(column.notna() & ~plain.isin(["", "nan", "none"]))


def _rated(sources: list[Any], file: File, conflicts: list[Conflict]) -> tuple[list[Any], pd.DataFrame]:
    """Ratings on the contacts of the same number; and the ratings that carry none."""
    table = file.table
    with_id = [i for i, s in enumerate(sources) if isinstance(s, File) and "id" in s.table]
    if "id" not in table or not with_id:
        return sources, table
    keyed = table.assign(key=plain_key(table["id"]))
    loose = keyed[keyed["key"].isna()].drop(columns="key")
    keyed = keyed[keyed["key"].notna()]
    twice = int(keyed["key"].duplicated().sum())
    if twice:
        conflicts.append(Conflict(f"{file.name} rates contacts more than once: the last rating counts", twice))
    last = keyed.drop_duplicates("key", keep="last").set_index("key")
    found: set[str] = set()
    out, apart = list(sources), 0
    for i in with_id:
        source: File = sources[i]
        numbers = plain_key(source.table["id"])
        hit = numbers.isin(last.index).to_numpy(dtype=bool)
        found |= set(numbers[hit])
        own = source.table["csat"].to_numpy(dtype=float) if "csat" in source.table else np.full(len(hit), np.nan)
        grade = source.table["rating"].to_numpy(dtype=float) if "rating" in source.table else own.copy()
        said = np.where(hit, numbers.map(last["csat"]).to_numpy(dtype=float), np.nan)
        apart += int((hit & ~np.isnan(own) & (own != said)).sum())
        if not hit.any():
            continue
        rating = np.where(hit, numbers.map(last["rating"]).to_numpy(dtype=float), grade)
        table_ = source.table.assign(csat=np.where(hit, said, own), rating=rating)
        out[i] = replace(source, table=table_, columns={**source.columns, "csat": file.columns["csat"]})
    if apart:
        conflicts.append(Conflict(f"Contacts are rated otherwise in {file.name} than in the file that holds them: "
                                  f"{file.name} is used", apart))  # fmt: skip
    lost = len(last) - len(found)
    if len(found) < FEW * len(last):
        conflicts.append(Conflict(f"Hardly any rating of {file.name} finds its contact: check the columns for their "
                                  "numbers", lost))  # fmt: skip
    elif lost:
        conflicts.append(Conflict(f"Ratings of {file.name} are of no contact in the other files: left out", lost))
    return out, loose


def _span(sources: Sequence[Any]) -> tuple[int, int] | None:
    """First and last day (since 1970) of the files of contacts; None where none of them carries dates."""
    days = []
    for source in sources:
        name = "arrived" if isinstance(source, File) and "arrived" in source.table else "start"
        if isinstance(source, File) and name in source.table:
            moments = source.table[name].to_numpy(dtype="datetime64[D]").astype(np.int64)
            days += [int(moments.min()), int(moments.max())] if len(moments) else []
    return (min(days), max(days)) if days else None


def _queues(file: File, wishes: Wishes) -> NDArray[np.str_]:
    """The channel of each row of a file beside the contacts, "" for all of them."""
    if "channel" not in file.table:
        said = channel_of(wishes.channels.get(file.name, ""))
        return np.full(len(file.table), said[0] if said else "").astype(object)
    labels = [str(label) for label in file.table["channel"].cat.categories]
    queues, numbers = split(file.name, "contacts", {}, labels, wishes)
    names = np.array([*(q.name for q in queues), ""], dtype=object)
    place = [numbers.get(label, 0 if queues else -1) for label in labels]
    out: NDArray[np.str_] = names[np.append(place, -1)[file.table["channel"].cat.codes.to_numpy()]]
    return out


def _by_channel(
    by_channel: dict[str, tuple[float, float]], loose: pd.DataFrame, file: File, sources: Sequence[Any],
    wishes: Wishes, conflicts: list[Conflict],
) -> None:  # fmt: skip
    """Ratings without a contact's number: to their channel, within the days of the contacts."""
    if loose.empty:
        return
    names = _queues(file, wishes)[loose.index.to_numpy()]
    day = loose["arrived"].to_numpy(dtype="datetime64[D]")
    span = _span(sources)
    inside = ~np.isnat(day)
    if span is not None:
        number = day.astype(np.int64)
        inside &= (number >= span[0]) & (number <= span[1])
    outside = int((~inside).sum())
    if outside:
        conflicts.append(Conflict(f"Ratings of {file.name} are of days on which no contacts are known: left out",
                                  outside))  # fmt: skip
    for name in np.unique(names[inside]):
        mine = inside & (names == name)
        before = by_channel.get(str(name), (0.0, 0.0))
        csat = loose["csat"].to_numpy(dtype=float)[mine]
        by_channel[str(name)] = (before[0] + float(csat.sum()), before[1] + float(mine.sum()))


def _on_duty(
    rota: dict[str, Rota], file: File, sources: Sequence[Any], wishes: Wishes, conflicts: list[Conflict]
) -> None:
    table = file.table
    names = _queues(file, wishes)
    start = table["start"].to_numpy(dtype="datetime64[s]").astype(np.int64)
    if not len(start) or not table["agents"].sum() > 0:
        raise IntakeError(f"{file.name} has nobody on duty.", "Choose the column with the number of agents.")
    span, days = _span(sources), start // DAY
    if span is not None and not ((days >= span[0]) & (days <= span[1])).any():
        conflicts.append(Conflict(f"{file.name} is of other days than the contacts: it is taken for a usual week"))
    length = int(file.notes.get("interval_s") or 0) or week.interval_length(start.astype("datetime64[s]"))
    if length >= DAY:
        raise IntakeError(f"{file.name} has no time of day.", "Export agents by hour or half-hour.")
    covered = np.zeros(7)
    np.add.at(covered, (np.unique(days) + 3) % 7, 1)
    agents = table["agents"].to_numpy(dtype=float)
    for name in np.unique(names):
        mine = names == name
        total = np.zeros(CELLS)
        for k in range(max(1, round(length / SLOT))):
            cell = (start[mine] + k * SLOT + 3 * DAY) // SLOT % CELLS
            np.add.at(total, cell, agents[mine] * min(length / SLOT, 1.0))
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = (total.reshape(7, SLOTS) / covered[:, None]).ravel()
        if str(name) in rota:
            conflicts.append(Conflict(f"{file.name} and {rota[str(name)].source} hold a rota of the same queue: the "
                                      "later one is used"))  # fmt: skip
        rota[str(name)] = Rota(mean, int(mine.sum()), file.name)


def _paid(finance: dict[str, Any], file: File, conflicts: list[Conflict]) -> None:
    if finance:
        conflicts.append(Conflict(f"{file.name} holds wages too: the first file of wages is used"))
        return
    table = file.table
    people = table["people"].to_numpy(dtype=float)
    hours = table["hours"].to_numpy(dtype=float)
    known = ~np.isnan(hours)
    weight = people * np.where(known, hours, np.nanmean(hours) if known.any() else 1.0)
    finance["wage"] = float((table["wage"].to_numpy(dtype=float) * weight).sum() / weight.sum())
    if known.any():
        finance["hours"] = float((hours[known] * people[known]).sum() / people[known].sum())
