"""Many at once: sessions that each move a slider now and then, on Explore and on a stock one-slider app, in turn.

    python -m tests.benchmarks.load [--sessions 20] [--seconds 40] [--gap 2] [--page explore]

Speaks the server's own protocol, without a browser, on this computer only. Milliseconds from a move until the server
has sent its last answer, half, 95 and 99 % of the moves staying within them; and what went wrong.
"""

import argparse
import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from tests import protocol
from tests.benchmarks.stock import ours, quantile, stock

FINISHED_WHOLE = ForwardMsg.FINISHED_SUCCESSFULLY
"""How a run of the whole page ends, and not one of some of its parts."""


@dataclass
class Tally:
    moves: list[float] = field(default_factory=list)
    first_pages: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    received: int = 0

    def told(self, seconds: float) -> dict[str, Any]:
        def ms(times: list[float], share: float) -> int | None:
            return round(quantile(times, share) * 1000) if times else None

        return {
            "moves": len(self.moves),
            "moves_a_second": round(len(self.moves) / seconds, 1),
            **{f"p{round(share * 100)}_ms": ms(self.moves, share) for share in (0.5, 0.95, 0.99)},
            "first_page_p50_ms": ms(self.first_pages, 0.5),
            "kb_a_move": round(self.received / 1024 / max(1, len(self.moves)), 1),
            "faults": len(self.faults),
            "first_faults": self.faults[:3],
        }


@dataclass
class Visitor:
    """One session. Each lever keeps its place, and remembers the fragment it stands in, if any."""

    socket: ClientConnection
    page: str
    tally: Tally
    places: dict[str, list[float]] = field(default_factory=dict)
    fragments: dict[str, str] = field(default_factory=dict)
    sliders: list[Any] = field(default_factory=list)

    async def run(self, fragment: str = "") -> float:
        begin = time.perf_counter()
        await self.socket.send(protocol.ask(self.page, self.places.items(), fragment))
        sent = []
        while not sent or not protocol.is_last(sent[-1]):
            raw = await asyncio.wait_for(self.socket.recv(decode=False), 90)
            self.tally.received += len(raw)
            sent.append(protocol.read(raw))
        seconds = time.perf_counter() - begin
        self.tally.faults += [error.message[:200] for error in protocol.elements(sent, "exception")]
        for message in sent:
            if message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element":
                slider = message.delta.new_element.slider
                if slider.id:
                    self.fragments[slider.id] = message.delta.fragment_id
        self.see(protocol.elements(sent, "slider"), sent[-1].script_finished == FINISHED_WHOLE)
        return seconds

    def see(self, sliders: list[Any], whole: bool) -> None:
        """Know the sliders on the page; as a browser does, forget those that a run of the whole page did not draw."""
        known = {} if whole else {slider.id: slider for slider in self.sliders}
        known |= {slider.id: slider for slider in sliders}
        self.sliders = list(known.values())
        self.places = {identity: place for identity, place in self.places.items() if identity in known}
        for slider in sliders:
            stands = slider.value if slider.set_value else self.places.get(slider.id, slider.default)
            self.places[slider.id] = list(stands)

    async def move(self, chance: random.Random) -> float:
        slider = chance.choice([slider for slider in self.sliders if slider.max > slider.min and not slider.disabled])
        step = slider.step or (slider.max - slider.min) / 10
        steps = max(1, round((slider.max - slider.min) / step))
        self.places[slider.id] = sorted(slider.min + chance.randint(0, steps) * step for _ in slider.default)
        return await self.run(self.fragments.get(slider.id, ""))


async def visit(number: int, port: int, options: argparse.Namespace, tally: Tally, until: float) -> None:
    chance = random.Random(number)
    await asyncio.sleep(number * min(0.05, 2 / options.sessions))
    try:
        async with connect(
            protocol.address(port), subprotocols=protocol.SUBPROTOCOLS, max_size=None, open_timeout=60
        ) as socket:
            visitor = Visitor(socket, options.page, tally)
            tally.first_pages.append(await visitor.run())
            while time.monotonic() < until:
                await asyncio.sleep(options.gap * chance.uniform(0.5, 1.5))
                tally.moves.append(await visitor.move(chance))
    except Exception as fault:  # one session's end is a finding, not the end of the measurement
        tally.faults.append(repr(fault)[:200])


async def load(port: int, options: argparse.Namespace) -> dict[str, Any]:
    tally, begin = Tally(), time.monotonic()
    visits = (visit(number, port, options, tally, begin + options.seconds) for number in range(options.sessions))
    await asyncio.gather(*visits)
    return tally.told(time.monotonic() - begin)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sessions", type=int, default=20)
    asked.add_argument("--seconds", type=float, default=40)
    asked.add_argument("--gap", type=float, default=2, help="mean pause between a session's moves, in seconds")
    asked.add_argument("--page", default="explore", help="the slug of the page")
    options = asked.parse_args()
    with stock() as yardstick:
        told = {"stock": asyncio.run(load(yardstick.port, argparse.Namespace(**vars(options) | {"page": ""})))}
    with ours() as app:
        asyncio.run(load(app.port, argparse.Namespace(**vars(options) | {"sessions": 1, "seconds": 3})))  # compiles
        told["ours"] = asyncio.run(load(app.port, options))
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
