"""Files in, a measured baseline out. `read` a file, `measure` it, or make a baseline of ten `typed` numbers."""

from model.intake.columns import ROLE_LABELS, Guess
from model.intake.file import File, read
from model.intake.measuring import measure
from model.intake.problems import Problem, Problems
from model.intake.rounding import rounded
from model.intake.samples import SAMPLES, sample
from model.intake.typed import TYPED, TypedRow, typed

__all__ = [
    "ROLE_LABELS", "SAMPLES", "TYPED", "File", "Guess", "Problem", "Problems", "TypedRow", "measure", "read", "rounded",
    "sample", "typed",
]  # fmt: skip
