"""An independent referee of the model: the same queues simulated contact by contact in Ciw.

from model import referee
scene = referee.Scene((referee.Line("phone", 0.03, agents=10, handle_time_s=300, patience_s=180, target_s=20),))
referee.simulate(scene).table
referee.busiest_hours(scenario, "phone").overall
"""

from typing import TYPE_CHECKING

from model.lazily import lazily

if TYPE_CHECKING:
    from model.referee.against import expected, scene_of
    from model.referee.apart import Run, Update
    from model.referee.hours import Hours, Question, busiest_hours, question
    from model.referee.scene import Line, Scene
    from model.referee.steady import Simulated, simulate

_HOMES = {
    "Hours": "hours", "Line": "scene", "Question": "hours", "Scene": "scene", "Simulated": "steady",
    "busiest_hours": "hours", "expected": "against", "question": "hours", "scene_of": "against",
    "Run": "apart", "Update": "apart", "simulate": "steady",
}  # fmt: skip

__all__ = [
    "Hours", "Line", "Question", "Run", "Scene", "Simulated", "Update", "busiest_hours", "expected", "question",
    "scene_of", "simulate",
]  # fmt: skip

# Each on first use: the process that simulates needs neither the engine nor its compiled parts.
__getattr__ = lazily(__name__, _HOMES)
