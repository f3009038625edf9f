"""The safe defaults of .streamlit/config.toml, each seen on a running server."""

import http.client
import json
import shutil
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import NewSession
from websockets.exceptions import InvalidStatus

from tests import protocol
from tests.browser.steps import PATIENCE_MS, settle
from tests.serving import ROOT, Server, serving

SECRET = "Customer 4711 of Acme"
FAULTY = f"""
import streamlit as st
st.file_uploader("Upload")
"not asked to be shown"
account = {SECRET!r}
raise ValueError(account)
"""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A page that breaks, with a folder of files beside it, under our configuration."""
    folder = tmp_path_factory.mktemp("faulty")
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit", ignore=shutil.ignore_patterns("secrets.toml"))
    (folder / "app.py").write_text(FAULTY)
    (folder / "static").mkdir()
    (folder / "static" / "wages.txt").write_text(SECRET)
    with serving(folder=folder, log=folder / "server.log") as running:
        yield running


def messages_of(server: Server) -> list[ForwardMsg]:
    with protocol.open_session(server.port) as session:
        return protocol.run(session, protocol.ask())


def new_session(messages: list[ForwardMsg]) -> NewSession:
    return next(message.new_session for message in messages if message.WhichOneof("type") == "new_session")


def upload(server: Server, size: int, *, token: bool) -> int:
    """The status that an upload of `size` bytes gets within a session, with or without the token against forgery."""
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    if token:
        given = forgery_token(server)
        headers |= {"Cookie": f"_streamlit_xsrf={given}", "X-Xsrftoken": given}
    head, tail = b'--x\r\nContent-Disposition: form-data; name="a"; filename="a.csv"\r\n\r\n', b"\r\n--x--\r\n"
    with (
        protocol.open_session(server.port) as session,
        closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection,
    ):
        identity = new_session(protocol.run(session, protocol.ask())).initialize.session_id
        connection.putrequest("PUT", f"/_stcore/upload_file/{identity}/1")
        for name, value in (headers | {"Content-Length": str(len(head) + size + len(tail))}).items():
            connection.putheader(name, value)
        connection.endheaders(head)
        if size < 2**20:  # a larger one is refused for the size it announces, before its bytes are sent
            connection.send(bytes(size) + tail)
        return connection.getresponse().status


def forgery_token(server: Server) -> str:
    with urllib.request.urlopen(f"{server.url}/_stcore/health") as answer:
        cookie = answer.headers["Set-Cookie"]
    assert cookie and cookie.startswith("_streamlit_xsrf="), "the server hands out no token against forged requests"
    return str(cookie.split(";")[0].partition("=")[2])


def fetch(url: str, body: bytes | None = None) -> tuple[int, bytes]:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read()


@pytest.mark.parametrize("address", ["127.0.0.2", "::1"])
def test_only_this_computer_can_connect(server: Server, address: str) -> None:
    """Another address of this computer stands for the network: a server that listens everywhere answers there too."""
    with pytest.raises(OSError), socket.create_connection((address, server.port), timeout=5):
        pass


def test_a_strange_host_name_gets_no_session(server: Server) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        protocol.open_session(server.port, host="figures.example.com")


def test_a_strange_page_gets_no_session(server: Server) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        protocol.open_session(server.port, origin="http://figures.example.com")


def test_usage_statistics_are_off(server: Server) -> None:
    assert new_session(messages_of(server)).config.gather_usage_stats is False


def test_the_browser_asks_nobody_but_the_app(server: Server, open_context: Callable[..., BrowserContext]) -> None:
    context, asked = open_context(), set[str]()
    context.on("request", lambda request: asked.add(request.url))
    page = context.new_page()
    page.goto(server.url)
    settle(page)
    page.wait_for_timeout(2000)
    abroad = {url for url in asked if not url.startswith((server.url, "data:", "blob:"))}
    assert asked and not abroad


def test_files_beside_the_app_are_not_served(faulty: Server) -> None:
    for path in ("app/static/wages.txt", "static/wages.txt", ".streamlit/config.toml"):
        status, body = fetch(f"{faulty.url}/{path}")
        assert SECRET.encode() not in body and b"allowedHosts" not in body, (path, status)


def test_the_agent_interface_is_off(server: Server) -> None:
    status, _ = fetch(f"{server.url}/_stcore/agent/interact", b"{}")
    assert status >= 400
    described = json.loads(fetch(f"{server.url}/_stcore/agent/openapi.json")[1])
    assert described["info"]["x-streamlit-agent-api"] == "disabled"


def test_an_error_does_not_leave_the_server(faulty: Server) -> None:
    messages = messages_of(faulty)
    (said,) = protocol.elements(messages, "exception")
    sent = b"".join(message.SerializeToString() for message in messages)
    assert said.message
    assert not said.stack_trace
    for internal in (SECRET, "ValueError", "account", "app.py", str(Path.home())):
        assert internal.encode() not in sent.replace(b"/app.py", b""), internal


def test_an_error_shows_no_way_to_strangers(
    faulty: Server, take_window: Callable[..., Page], faults: list[str]
) -> None:
    page = take_window()
    page.goto(faulty.url)
    error = page.get_by_test_id("stException")
    expect(error).to_be_visible(timeout=PATIENCE_MS)
    expect(error.get_by_role("link")).to_have_count(0)
    told = -1
    while told != len(faults) or not faults:  # the page tells in its own time, and once for each change that it sees
        told = len(faults)
        page.wait_for_timeout(300)
    faults.clear()


def test_only_what_a_page_asks_to_be_shown_is_shown(faulty: Server) -> None:
    assert protocol.elements(messages_of(faulty), "markdown") == []


def test_an_upload_within_the_limit_is_taken(faulty: Server) -> None:
    assert upload(faulty, 1000, token=True) == 204


def test_an_upload_over_the_limit_is_refused(faulty: Server) -> None:
    (uploader,) = protocol.elements(messages_of(faulty), "file_uploader")
    assert uploader.max_upload_size_mb == 200
    assert upload(faulty, 200 * 2**20 + 1, token=True) == 413


def test_a_forged_upload_is_refused(faulty: Server) -> None:
    assert upload(faulty, 1000, token=False) == 403


def test_there_is_no_deploy_button_and_no_developers_menu(page: Page) -> None:
    expect(page.get_by_test_id("stMainBlockContainer")).to_be_visible()
    expect(page.get_by_test_id("stAppDeployButton")).to_have_count(0)
    expect(page.get_by_test_id("stMainMenu")).to_have_count(0)
    expect(page.get_by_text("Deploy", exact=True)).to_have_count(0)
