"""Files in, a measured baseline out. `read` a file, `measure` it, or make a baseline of ten `typed` numbers."""

from model.intake.cells import Setting
from model.intake.columns import ROLE_LABELS, Guess
from model.intake.file import File, read
from model.intake.findings import Measurement
from model.intake.large import Big, big
from model.intake.measuring import measure, measurement
from model.intake.problems import Problem, Problems
from model.intake.progress import Cancelled, Progress
from model.intake.reading import MAX_BYTES
from model.intake.remembered import measure_files
from model.intake.rounding import rounded
from model.intake.samples import SAMPLES, sample
from model.intake.typed import TYPED, TypedRow, typed
from model.intake.warehouses import Warehouse, warehouse

__all__ = [
    "MAX_BYTES", "ROLE_LABELS", "SAMPLES", "TYPED", "Big", "Cancelled", "File", "Guess", "Measurement", "Problem",
    "Problems", "Progress", "Setting", "TypedRow", "Warehouse", "big", "measure", "measure_files", "measurement",
    "read", "rounded", "sample", "typed", "warehouse",
]  # fmt: skip
