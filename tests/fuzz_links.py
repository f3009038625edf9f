"""Random, mutated and forged tokens against `links.open`: `python -m tests.fuzz_links 100000 [seed]`.

Each must give the scenario it came from or a LinkError, within the limits of time and memory that a public link needs.
Prints the slowest and what was said how often; ends with 1 where anything else happened.
"""

import base64
import random
import string
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator

from model import links
from model.errors import LinkError
from model.links import envelope
from tests.links_examples import company, seen, what_if

ALPHABET = string.ascii_letters + string.digits + "-_"


def tokens(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """(kind, token): noise, cut, swapped, spliced, and bodies mutated under a right checksum."""
    rng = random.Random(seed)
    valid = [links.encode(what_if(company(i, peak)), seen(i)) for i, peak in ((1, 60), (2, 8))]
    for i in range(count):
        token = rng.choice(valid)
        kind = ("noise", "cut", "swapped", "spliced", "forged", "text")[i % 6]
        at = rng.randrange(len(token))
        if kind == "noise":
            yield kind, "".join(rng.choices(ALPHABET, k=rng.randrange(0, 3000)))
        elif kind == "cut":
            yield kind, token[:at]
        elif kind == "swapped":
            yield kind, token[:at] + rng.choice(ALPHABET) + token[at + 1 :]
        elif kind == "spliced":
            yield kind, token[:at] + rng.choice(valid)[rng.randrange(1500) :]
        elif kind == "forged":
            body = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))[8:])
            for _ in range(rng.randrange(1, 4)):
                body[rng.randrange(len(body))] = rng.randrange(256)
            yield kind, envelope.seal(rng.choice((1, 1, 1, 0, 2, 200)), bytes(body))
        else:
            yield kind, "".join(rng.choices(string.printable + "éß\u202e\U0001f600\x00", k=rng.randrange(0, 200)))


def run(count: int, seed: int = 1) -> tuple[Counter[str], list[str]]:
    """(what happened how often, faults): a fault is anything but a LinkError with a hint or a whole scenario."""
    told: Counter[str] = Counter()
    faults = []
    for kind, token in tokens(count, seed):
        try:
            links.open(token)
            told[f"{kind}: opened"] += 1
        except LinkError as error:
            told[f"{kind}: refused"] += 1
            if not (error.message and error.hint and len(error.message) <= 300):
                faults.append(f"{kind}: {error!r}")
        except Exception as error:  # what this is here to find
            faults.append(f"{kind}: {error!r} for {token[:80]}")
    return told, faults


def main() -> int:
    count, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1
    told, faults = run(count, seed)
    slowest, largest = 0.0, 0
    for _, token in tokens(min(count, 3_000), seed):
        for measured in (False, True):
            if measured:
                tracemalloc.start()
            start = time.thread_time()  # a busy computer's other work is none of it
            try:
                links.open(token)
            except LinkError:
                took = time.thread_time() - start
                slowest = slowest if measured else max(slowest, took)
            if measured:
                largest = max(largest, tracemalloc.get_traced_memory()[1])
                tracemalloc.stop()
    print(*(f"{n:8,} {what}" for what, n in sorted(told.items())), sep="\n")
    print(f"slowest refusal {slowest * 1e3:.1f} ms, largest memory {largest / 1e6:.1f} MB, faults {len(faults)}")
    for fault in faults[:20]:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
