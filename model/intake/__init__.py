"""Files in, a measured baseline out. `read` a file, `measure` it, or make a baseline of ten `typed` numbers."""

from model.intake.cells import Setting
from model.intake.columns import ROLE_LABELS, SIDES, Guess
from model.intake.file import File, read
from model.intake.filters import Filters
from model.intake.findings import Measurement
from model.intake.folder import from_folder, listing
from model.intake.held import Held, held_back
from model.intake.joined import Conflict
from model.intake.large import Big, big
from model.intake.learned import learned
from model.intake.measuring import measure, measurement
from model.intake.problems import Problem, Problems
from model.intake.reading import MAX_BYTES
from model.intake.recipe import Recipe, load_recipe, recipe_of
from model.intake.remembered import measure_files, measured_files
from model.intake.rounding import rounded
from model.intake.samples import SAMPLES, sample
from model.intake.typed import TYPED, TypedRow, typed
from model.intake.warehouses import Warehouse, warehouse
from model.progress import Cancelled, Progress

__all__ = [
    "MAX_BYTES", "ROLE_LABELS", "SAMPLES", "SIDES", "TYPED", "Big", "Cancelled", "Conflict", "File", "Filters", "Guess",
    "Held", "Measurement", "Problem", "Problems", "Progress", "Recipe", "Setting", "TypedRow", "Warehouse", "big",
    "from_folder", "held_back", "learned", "listing", "load_recipe", "measure", "measure_files", "measured_files",
    "measurement", "read", "recipe_of", "rounded", "sample", "typed", "warehouse",
]  # fmt: skip
