"""Speed of the engine, against one rerun of a stock one-slider Streamlit app in a browser, in one run.

    python -m tests.benchmarks.bench_engine [--rounds 9] [--company retail]

Each round moves every lever to a value not asked for before, so that nothing is kept from the round before but what a
user's next slider move would find as well. Milliseconds by the clock, half of the rounds staying within them (the
first, which compiles and fills tables, apart), their ratio to the stock rerun until it is painted, and milliseconds of
the processor: one core but for draws, which take two.
"""

import argparse
import json
import resource
import time
from collections.abc import Callable
from functools import lru_cache

from playwright.sync_api import sync_playwright

import model
from tests.benchmarks.latency import WARM_UP, move, opened
from tests.benchmarks.stock import quantile, stock
from tests.serving import CHROMIUM_FLAGS, chromium

TEN = (
    "self_service_spend", "agent_assist_spend", "routing_spend", "back_office_spend", "fcr_programme", "training_hours",
    "qa_coverage", "schedule_flex", "shrinkage", "wage_premium",
)  # fmt: skip


@lru_cache(maxsize=4)
def _sliders(base: model.Baseline) -> dict[str, tuple[float, float]]:
    """Today and highest value of the ten, made once as on a page: it is not what is measured."""
    table = model.lever_table(base)
    return {key: (float(table.at[key, "today"]), float(table.at[key, "high"])) for key in TEN}


def scenario(base: model.Baseline, number: int, levers: int = len(TEN), rule: str = "as_set") -> model.Scenario:
    """Every lever a quarter up from today, and a little more each time."""
    part = 0.25 + 0.003 * number
    moved = {key: today + part * (high - today) for key, (today, high) in list(_sliders(base).items())[:levers]}
    return model.Scenario(baseline=base, levers=moved, staffing_rule=rule)


def jobs(base: model.Baseline, rule: str) -> dict[str, Callable[[int], object]]:
    def both(number: int) -> object:
        now = scenario(base, number, rule=rule)
        # Doing nothing in a world of its own, so that it is not known either.
        world = now.model_copy(update={"conditions": {"demand": 1 + number / 1e4}})
        return model.evaluate(world)

    def parts(number: int) -> object:
        now = scenario(base, number, rule=rule)
        return model.attribute(now.doing_nothing(), now, ["operating_cost", "csat", "service_level"])

    return {
        "evaluate, and doing nothing": both,
        "32 draws and their path": lambda n: model.ranges(scenario(base, n, rule=rule), path=True),
        "256 draws": lambda n: model.draws(scenario(base, n, rule=rule), 256),
        "1,000 draws": lambda n: model.draws(scenario(base, n, rule=rule), 1000),
        "what caused it, ten levers": parts,
    }


def rerun(moves: int) -> float:
    """Milliseconds of a stock one-slider rerun until painted, half of the moves staying within it."""
    executable = chromium()
    if executable is None:
        raise SystemExit("no Chromium or Chrome found; install one, or name it in the environment variable CHROMIUM")
    with stock() as yardstick, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        page, _ = opened(browser, yardstick.url)
        painted = [move(page, number)[1] for number in range(WARM_UP + moves)][WARM_UP:]
        browser.close()
    return quantile([value for value in painted if value is not None], 0.5)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=9)
    asked.add_argument("--company", default="retail", choices=["retail", "bank", "software"])
    options = asked.parse_args()
    base = model.sample(options.company)
    told: dict[str, object] = {}
    yardstick = rerun(20)
    for rule in ("as_set", "follow_work"):
        for name, job in jobs(base, rule).items():
            times, processor = [], []
            for number in range(options.rounds + 1):
                begin, busy = time.perf_counter(), time.process_time()
                job(number)
                times.append(1000 * (time.perf_counter() - begin))
                processor.append(1000 * (time.process_time() - busy))
            middle = quantile(times[1:], 0.5)
            told[f"{name}, {rule}"] = {
                "first_ms": round(times[0]), "ms": round(middle, 1), "of_a_stock_rerun": round(middle / yardstick, 2),
                "processor_ms": round(quantile(processor[1:], 0.5), 1),
            }  # fmt: skip
    told["stock_rerun_ms"] = round(yardstick)
    told["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
