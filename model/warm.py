"""Ready before it is asked for: the kernels compiled and loaded aside, so that a first visitor does not wait unawares.

On a computer's first start that takes up to a minute, later a second or two.
"""

import gc
import logging
import threading
from collections.abc import Callable

from model.scenario import CELLS, Baseline, Channel, Scenario

LOG = logging.getLogger("trilever")
_done = threading.Event()
_begun = threading.Lock()


def start(*afterwards: Callable[[], object]) -> None:
    """Begin, once a process, in a thread of its own that never holds up its end; `afterwards` nobody waits for."""
    if _begun.acquire(blocking=False):
        threading.Thread(target=_run, args=afterwards, name="warm", daemon=True).start()


def is_ready() -> bool:
    """Whether all that a page asks of the model has been asked once."""
    return _done.is_set()


def wait(timeout: float | None = None) -> bool:
    """Wait until it is ready, at most so many seconds; whether it is. Without `start` there is nothing to wait for."""
    return _done.wait(timeout)


def _run(*afterwards: Callable[[], object]) -> None:
    try:
        work()
    except Exception as fault:
        # Who asks the model next meets the same fault, and is told; here there is nobody to tell.
        LOG.error("getting ready failed: %s", type(fault).__name__)
    finally:
        _keep()
        _done.set()
    for one in afterwards:
        one()
    if afterwards:
        _keep()


def _keep() -> None:
    """What is loaded now stays for good: left out of every later collection, which costs a page more than its sums."""
    gc.collect()
    gc.freeze()


def work() -> None:
    """Ask once for all that a page asks: a small company with every kind of channel, both staffing rules."""
    from model.engine import evaluate
    from model.explain import attribute
    from model.uncertainty import path_ranges, ranges

    day = tuple(20.0 if 16 <= cell % 48 < 40 else 0.0 for cell in range(CELLS))
    agents = tuple(arrivals / 2 for arrivals in day)
    kinds = {"phone": "live", "chat": "chat", "email": "deferred"}
    channels = [Channel(name=n, kind=k, arrivals=day, agents=agents) for n, k in kinds.items()]
    still = Scenario(baseline=Baseline(name="Warm", channels=tuple(channels)))
    for rule in ("as_set", "follow_work"):
        moved = still.model_copy(update={"levers": {"fcr_programme": 0.5}, "staffing_rule": rule})
        evaluate(moved)
        ranges(moved, path=True)
        path_ranges(moved, "csat")
        attribute(still, moved, "csat")


def company(scenario: Scenario) -> None:
    """Reckon what later answers about a company start from: its calibration, and a scenario's doing nothing in draws.

    A worker process that has not does so at the first question, for half a second of somebody's move.
    """
    from model.uncertainty import path_ranges, ranges

    still = scenario.doing_nothing()
    ranges(still, path=True)
    path_ranges(still, "operating_cost")
