"""Does one who moves a slider notice that others let the computer search for mixes?

    python -m tests.benchmarks.crowd [--searching 2] [--seconds 15] [--rounds 3] [--limit 3]

Speaks the server's own protocol, without a browser, on this computer only. One session moves levers on Explore, in turn
alone and while others draw the curve of best mixes, each looking at its progress as a browser does. Milliseconds from a
move until the server has sent its last answer, and how many times as long it takes in company; ends with 1 beyond the
limit. TRILEVER_WORKERS=0 shows what it would be with all sums in the server's own process.
"""

import argparse
import asyncio
import json
import random
import time
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from tests import protocol
from tests.benchmarks.load import Tally, Visitor
from tests.benchmarks.stock import ours, quantile

LOOK_S = 0.5
PATIENCE_S = 300
"""A first visit to a fresh server compiles the model."""
CURVE = "Draw the curve"


async def answers(socket: ClientConnection, message: bytes) -> list[ForwardMsg]:
    """Ask for a run, and take all that is sent until it has ended."""
    await socket.send(message)
    sent: list[ForwardMsg] = []
    while not sent or not protocol.is_last(sent[-1]):
        sent.append(protocol.read(await asyncio.wait_for(socket.recv(decode=False), PATIENCE_S)))
    return sent


def pressed(button: str) -> bytes:
    message = BackMsg()
    message.ParseFromString(protocol.ask("best_mix"))
    widget = message.rerun_script.widget_states.widgets.add()
    widget.id, widget.trigger_value = button, True
    return message.SerializeToString()


async def searching(port: int, told: dict[str, int], stop: asyncio.Event) -> None:
    """Draw the curve, look at its progress twice a second, and begin again when it is drawn; at the end, leave."""
    async with connect(
        protocol.address(port), subprotocols=protocol.SUBPROTOCOLS, max_size=None, open_timeout=60
    ) as socket:
        first = await answers(socket, protocol.ask("best_mix"))
        button = next(one.id for one in protocol.elements(first, "button") if one.label == CURVE)
        while not stop.is_set():
            sent = await answers(socket, pressed(button))
            told["searches"] += 1
            looks = [one.auto_rerun.fragment_id for one in sent if one.WhichOneof("type") == "auto_rerun"]
            while looks and not stop.is_set():
                await asyncio.sleep(LOOK_S)
                sent = await answers(socket, protocol.ask("best_mix", (), looks[0]))
                told["looks"] += 1
                if sent[-1].script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    break
            else:
                if not looks:
                    told["faults"] += 1
                    return


async def moving(port: int, seconds: float, chance: random.Random) -> list[float]:
    tally = Tally()
    async with connect(
        protocol.address(port), subprotocols=protocol.SUBPROTOCOLS, max_size=None, open_timeout=60
    ) as socket:
        visitor = Visitor(socket, "explore", tally)
        await visitor.run()
        await visitor.move(chance)
        end, times = time.monotonic() + seconds, []
        while time.monotonic() < end:
            await asyncio.sleep(chance.uniform(0.2, 0.6))
            times.append(await visitor.move(chance))
    if tally.faults:
        raise SystemExit(f"Explore showed a fault: {tally.faults[0]}")
    return times


async def crowd(port: int, options: argparse.Namespace) -> dict[str, Any]:
    alone, company = list[float](), list[float]()
    told = {"searches": 0, "looks": 0, "faults": 0}
    chance = random.Random(7)
    async with connect(protocol.address(port), subprotocols=protocol.SUBPROTOCOLS, max_size=None) as socket:
        await answers(socket, protocol.ask("explore"))
    for _ in range(options.rounds):
        alone += await moving(port, options.seconds, chance)
        stop = asyncio.Event()
        others = [asyncio.create_task(searching(port, told, stop)) for _ in range(options.searching)]
        await asyncio.sleep(8)  # until all of them search
        company += await moving(port, options.seconds, chance)
        stop.set()
        await asyncio.gather(*others)
        await asyncio.sleep(2)

    def ms(times: list[float], share: float) -> int:
        return round(quantile(times, share) * 1000)

    figures = {name: {"moves": len(times), "p50_ms": ms(times, 0.5), "p95_ms": ms(times, 0.95)}
               for name, times in (("alone", alone), ("in_company", company))}  # fmt: skip
    ratio = {f"p{share}": round(figures["in_company"][f"p{share}_ms"] / figures["alone"][f"p{share}_ms"], 2)
             for share in (50, 95)}  # fmt: skip
    return {**figures, **told, "times_as_long": ratio}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--searching", type=int, default=2, help="sessions that draw the curve")
    asked.add_argument("--seconds", type=float, default=15, help="of moving, each time")
    asked.add_argument("--rounds", type=int, default=3, help="of alone and in company")
    asked.add_argument("--limit", type=float, default=3.0, help="how many times as long the median move may take")
    options = asked.parse_args()
    with ours() as app:
        told = asyncio.run(crowd(app.port, options))
    print(json.dumps(told, indent=1))
    if told["faults"] or told["times_as_long"]["p50"] > options.limit:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
