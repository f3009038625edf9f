"""The process in which `apart` simulates: a question on standard input, updates as lines of JSON on standard output."""

import json
import os
import sys
import time

from model.referee.apart import packed
from model.referee.hours import Hours, Question, simulate_hours

SAID_EVERY_S = 0.7


def main() -> None:
    """Answer one question."""
    if hasattr(os, "nice"):
        os.nice(10)  # people who move sliders come first
    asked = json.loads(sys.stdin.read())
    before = -SAID_EVERY_S

    def say(gone: float, hours: Hours, last: bool = False) -> None:
        nonlocal before
        if last or time.monotonic() - before >= SAID_EVERY_S:
            before = time.monotonic()
            state = "done" if last else "running"
            print(json.dumps({"gone": gone, "hours": packed(hours), "state": state}), flush=True)

    found = simulate_hours(Question.from_json(asked["question"]), seconds=asked["seconds"], progress=say)
    say(1.0, found, last=True)


if __name__ == "__main__":
    main()
