"""Saved scenarios on a company's new figures: each becomes a new version, and nothing is overwritten."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from model.drift import on_baseline
from model.errors import TrileverError
from model.progress import Progress, silent
from model.scenario import Baseline, Scenario
from model.store.records import LONGEST, Seen
from model.store.store import Store


@dataclass(frozen=True, slots=True)
class Rerun:
    """What became of one saved scenario.

    `key` is the new version's; None where there is none: `refused` then says why. `before` is the scenario as it was
    saved, `left_out` what of it cannot be applied to the new figures, and why; it stands there as today.
    """

    name: str
    key: str | None = None
    number: int = 0
    before: Scenario | None = None
    left_out: dict[str, str] = field(default_factory=dict)
    refused: str = ""


def rerun(
    store: Store, keys: Iterable[str], baseline: Baseline, *, author: str = "", owner: str | None = None,
    seen: Callable[[Scenario], Seen] = Seen.reckoned, label: Callable[[str, Scenario], str] = lambda key, _: key,
    progress: Progress = silent,
) -> list[Rerun]:  # fmt: skip
    """Each scenario with what it sets, on another baseline, saved with the old version as its parent.

    On later figures of the same company it becomes the next version of the same scenario; on another company's a
    scenario of its own. A note says what it was rerun on and what was left out.

    Parameters
    ----------
    keys : iterable of str
        Versions; of others' scenarios a copy is made.
    seen : callable
        Outcomes of a scenario as they are kept with it.
    label : callable
        What a key that a scenario sets is called in the note.
    progress : callable
        Told the share done, 0 to 1, and the name of the next.
    """
    wanted, done = list(dict.fromkeys(keys)), list[Rerun]()
    for i, key in enumerate(wanted):
        entry = store.entry(key, owner)
        progress(i / len(wanted), entry.name)
        try:
            done.append(_one(store, key, baseline, author, owner, seen, label))
        except TrileverError as fault:
            done.append(Rerun(entry.name, refused=f"{fault.message} {fault.hint}".strip()))
    return done


def _one(
    store: Store, key: str, baseline: Baseline, author: str, owner: str | None, seen: Callable[[Scenario], Seen],
    label: Callable[[str, Scenario], str],
) -> Rerun:  # fmt: skip
    entry = store.entry(key, owner)
    before = store.receipt(key, withdrawn=entry.mine).scenario
    if before.baseline.digest == baseline.digest:
        return Rerun(entry.name, refused="It stands on these figures already.")
    scenario, left_out = on_baseline(before.model_copy(update={"name": entry.name}), baseline)
    same = entry.mine and entry.company == baseline.name
    name = entry.name if same else f"{entry.name}, {baseline.name}"[: LONGEST["name"]]
    note = f"Rerun on {baseline.name}{f', {baseline.period}' if baseline.period else ''}, from version {entry.number}."
    if left_out:
        names = ", ".join(label(one, before) for one in left_out)
        note += f" Left as today, for it cannot be set on these figures: {names}."
    named = scenario.model_copy(update={"name": name})
    new = store.save(named, seen(named), author=author, note=note[: LONGEST["note"]], owner=owner,
                     onto=key if same else None, parent=key)  # fmt: skip
    return Rerun(name, new, store.entry(new, owner).number, before, left_out)
