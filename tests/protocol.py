"""The server's own protocol: a session without a browser, for what a page must not send and for load."""

import socket
from collections.abc import Iterable
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

SUBPROTOCOLS: list[Any] = ["streamlit", "PLACEHOLDER"]
FINISHED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


def address(port: int, host: str = "127.0.0.1") -> str:
    return f"ws://{host}:{port}/_stcore/stream"


def ask(page: str = "", sliders: Iterable[tuple[str, list[float]]] = (), fragment: str = "") -> bytes:
    """The message that asks for a run of `page` (its slug; "" for the default page) with these slider values."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    message.rerun_script.page_name = page
    message.rerun_script.fragment_id = fragment
    for identity, values in sliders:
        widget = message.rerun_script.widget_states.widgets.add()
        widget.id = identity
        widget.double_array_value.data.extend(values)
    return message.SerializeToString()


def read(raw: Any) -> ForwardMsg:
    message = ForwardMsg()
    message.ParseFromString(raw)
    return message


def is_last(message: ForwardMsg) -> bool:
    """Does this message end the run? One cut short for another run does not."""
    return message.WhichOneof("type") == "script_finished" and message.script_finished in FINISHED


def open_session(port: int, host: str = "127.0.0.1", origin: Any = None) -> ClientConnection:
    """A session of its own; `host` is the name under which the app is asked for, `origin` the page that asks."""
    line = socket.create_connection(("127.0.0.1", port), timeout=60)
    try:
        return connect(
            address(port, host), sock=line, origin=origin, subprotocols=SUBPROTOCOLS, max_size=None, open_timeout=60
        )
    except BaseException:
        line.close()
        raise


def run(session: ClientConnection, message: bytes) -> list[ForwardMsg]:
    """Send what was asked for, and give back every answer up to the end of the run."""
    session.send(message)
    answers = [read(session.recv(timeout=90))]
    while not is_last(answers[-1]):
        answers.append(read(session.recv(timeout=90)))
    return answers


def elements(messages: Iterable[ForwardMsg], kind: str) -> list[Any]:
    """The elements of one kind ("slider", "exception", ...) in the order in which they were sent."""
    deltas = (message.delta for message in messages if message.WhichOneof("type") == "delta")
    shown = (delta.new_element for delta in deltas if delta.WhichOneof("type") == "new_element")
    return [getattr(element, kind) for element in shown if element.WhichOneof("type") == kind]
