"""A session's own figures: files read, what was refused, what was measured. Plain data, no interface.

Rows live here only, in the memory of one session; what leaves is a baseline: totals and averages.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from model import intake
from model.errors import IntakeError
from model.progress import Progress, part, silent
from model.report.grammar import within
from model.scenario import Scenario
from pages.parts.history import fresh


@dataclass(frozen=True, slots=True)
class Fault:
    """What was wrong with a file or a number, and what to do about it, in the user's words."""

    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file that could be read; `fault` where it cannot be measured as it stands."""

    digest: str
    file: intake.File
    fault: Fault | None = None

    @property
    def key(self) -> str:
        """A short name of exactly these bytes, for widgets."""
        return self.digest[:12]


@dataclass(frozen=True, slots=True)
class Own:
    """Immutable: each step gives a new one, so that a run cut short leaves the old one whole.

    Attributes
    ----------
    loaded : files in use
    refused : what could not be read at all, of the last upload
    complaint : why the last correction of a column or target was not taken
    target_s, target_share : channel -> the user's own service target
    finance : the five figures, as `intake.measure` takes them
    measured : the last that could be measured, with nothing moved; it stays while something is wrong
    measurement : the same with its evidence and aggregates, for the fit
    sources : names of the files behind it
    recipes : header of a file -> what was corrected in it, for the next file of the same header
    channels : word of a queue -> the channel it belongs to, "" to leave it out
    filters : period, opening hours, weekdays, test contacts
    """

    loaded: tuple[Loaded, ...] = ()
    refused: tuple[Fault, ...] = ()
    complaint: Fault | None = None
    target_s: Mapping[str, float] = field(default_factory=dict)
    target_share: Mapping[str, float] = field(default_factory=dict)
    finance: Mapping[str, Any] = field(default_factory=dict)
    measured: Scenario | None = None
    measurement: intake.Measurement | None = None
    sources: tuple[str, ...] = ()
    recipes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    filters: intake.Filters = field(default_factory=intake.Filters)

    def upload(self, uploads: Sequence[Any], keep: bool = True, progress: Progress = silent) -> Self:
        """Take file objects with a name; those known by their bytes are not read again, and keep their corrections.

        Where none of them can be read, the files in use stay; without `keep` the user has taken those out.
        """
        known = {(one.digest, one.file.name): one for one in self.loaded}
        loaded, refused = list[Loaded](), list[Fault]()
        for number, upload in enumerate(uploads):
            step = part(progress, 0.9 * number / len(uploads), 0.9 * (number + 1) / len(uploads))
            step(0.0, upload.name)
            digest = hashlib.sha256(upload.getbuffer()).hexdigest()
            if any(one.digest == digest for one in loaded):
                refused.append(Fault(f"{upload.name} holds the same as another file here.", "It is counted once."))
                continue
            try:
                loaded.append(known.get((digest, upload.name)) or self._read(digest, upload, step))
            except IntakeError as fault:
                refused.append(Fault(fault.message, fault.hint))
        progress(0.9, "Measuring")
        if not loaded:
            return replace(self if keep else self.forget(), refused=tuple(refused), complaint=None)
        return replace(self, loaded=tuple(loaded), refused=tuple(refused), complaint=None)._measure()

    def _read(self, digest: str, upload: Any, progress: Progress) -> Loaded:
        told = _named(progress, upload.name)
        return Loaded(digest, intake.read(upload, upload.name, recipes=self.recipes.values(), progress=told))

    def correct(
        self, digest: str, roles: Mapping[str, str | None], kind: Any = None, choices: Mapping[str, str] | None = None
    ) -> Self:
        """Another column for a role, another kind of file, or another reading of its cells; remembered for files of the
        same header. A choice that cannot be read changes nothing."""
        loaded, recipes = [], dict(self.recipes)
        for one in self.loaded:
            if one.digest == digest:
                try:
                    one = Loaded(digest, one.file.with_columns(roles, kind, choices))
                    recipes[one.file.header] = _remembered(one.file.recipe(), "sheet" in (choices or {}))
                except IntakeError as fault:
                    return replace(self, complaint=Fault(fault.message, fault.hint))
            loaded.append(one)
        return replace(self, loaded=tuple(loaded), complaint=None, recipes=recipes)._measure()

    def wish(
        self, target_s: Mapping[str, float], target_share: Mapping[str, float], finance: Mapping[str, Any]
    ) -> Self:
        """The user's own targets and finance figures; what cannot be measured under them changes nothing."""
        after = replace(self, target_s=target_s, target_share=target_share, finance=finance, complaint=None)._measure()
        wrong = next((one.fault for one in after.loaded if one.fault), None)
        return replace(self, complaint=wrong) if wrong and after.measured is self.measured else after

    def arrange(self, channels: Mapping[str, str], filters: intake.Filters) -> Self:
        """Queues to channels, and what of the time counts; what leaves nothing to measure changes nothing."""
        after = replace(self, channels=channels, filters=filters, complaint=None)._measure()
        wrong = after.complaint or next((one.fault for one in after.loaded if one.fault and not self._had(one)), None)
        return self.complain(wrong) if wrong else after

    def _had(self, one: Loaded) -> bool:
        return any(other.digest == one.digest and other.fault for other in self.loaded)

    def complain(self, fault: Fault) -> Self:
        """The same, with what was wrong with the last wish."""
        return replace(self, complaint=fault)

    def recipe(self) -> intake.Recipe:
        """How these files are understood and measured."""
        return intake.recipe_of([one.file for one in self.loaded], channels=dict(self.channels), filters=self.filters,
                                target_s=dict(self.target_s), target_share=dict(self.target_share))  # fmt: skip

    def follow(self, recipe: intake.Recipe) -> Self:
        """As another time: the files in use are understood by the recipe where their columns are the same."""
        known = {str(each["header"]): each for each in recipe.files}
        loaded = tuple(replace(one, file=one.file.following(recipe.files)) for one in self.loaded)
        after = replace(
            self, loaded=loaded, recipes={**self.recipes, **known}, channels=recipe.channels, filters=recipe.filters,
            target_s=recipe.target_s, target_share=recipe.target_share, complaint=None,
        )  # fmt: skip
        return after._measure() if loaded else after

    def forget(self) -> Self:
        """Nothing in use any more; what is on Explore stays there."""
        return type(self)(finance=self.finance, recipes=self.recipes, channels=self.channels, filters=self.filters)

    def _measure(self) -> Self:
        """Measure all files as one company; where that fails, those that can be, so that one does not stop the rest."""
        checked, complaint = self.loaded, self.complaint
        try:
            found = self._measured([one.file for one in checked])
            good = checked = tuple(replace(one, fault=None) for one in checked)
        except IntakeError as fault:
            checked = tuple(replace(one, fault=self._fault(one.file)) for one in checked)
            good = tuple(one for one in checked if one.fault is None)
            if not good:
                return replace(self, loaded=checked)
            if len(good) == len(checked):  # each alone is sound, together they are not
                return replace(self, loaded=checked, complaint=Fault(fault.message, fault.hint))
            found = self._measured([one.file for one in good])
        return replace(self, loaded=checked, complaint=complaint, measured=fresh(found.baseline), measurement=found,
                       sources=tuple(one.file.name for one in good))  # fmt: skip

    def _fault(self, file: intake.File) -> Fault | None:
        try:
            if file.kind in intake.SIDES:
                self._measured([*(one.file for one in self.loaded if one.file.kind not in intake.SIDES), file])
            else:
                self._measured([file])
        except IntakeError as fault:
            return Fault(fault.message, fault.hint)
        return None

    def _measured(self, files: list[intake.File]) -> intake.Measurement:
        return intake.measurement(*files, target_s=self.target_s, target_share=self.target_share, finance=self.finance,
                                  channels=self.channels, filters=self.filters)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """The ten typed numbers as they were last accepted, and the company they make."""

    numbers: Mapping[str, float] = field(default_factory=dict)
    kind: str = "live"
    currency: str = "USD"
    complaint: Fault | None = None
    measured: Scenario | None = None

    def type(self, numbers: Mapping[str, float], kind: Any, currency: str) -> Self:
        """Take ten numbers; those that cannot be leave what was there, and say why."""
        try:
            scenario = fresh(intake.typed(kind=kind, currency=currency, **numbers))
        except IntakeError as fault:
            return replace(self, numbers=numbers, kind=kind, currency=currency,
                           complaint=Fault(fault.message, fault.hint))  # fmt: skip
        return replace(self, numbers=numbers, kind=kind, currency=currency, complaint=None, measured=scenario)


def _named(progress: Progress, name: str) -> Progress:
    """Progress that says of which file."""
    return lambda share, step: progress(share, f"{name}: {within(step)}")


def _remembered(recipe: Mapping[str, Any], sheet: bool) -> Mapping[str, Any]:
    """A correction for files of the same header; of which sheet only where that was what the user chose."""
    choices = {key: value for key, value in recipe["choices"].items() if sheet or key != "sheet"}
    return {**recipe, "choices": choices}
