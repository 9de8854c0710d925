"""Which connection a call goes over, how long it may take in all, and what another process or a hook may do."""

import asyncio
import os
import socket
import threading

import httpx
import pytest

from dgbot.deepgram import (
    AsyncManageClient,
    DeepgramAnswerError,
    DeepgramApiError,
    DeepgramClosedError,
    DeepgramError,
    DeepgramNotFoundError,
    DeepgramOptionsError,
    DeepgramUnknownOutcomeError,
    ManageClient,
)

OWN = "the-bots-own-key-0123456789"
CREATE = ("create_key", "p", {"comment": "ci", "scopes": ["usage:read"]})


async def test_what_changes_something_gets_a_connection_of_its_own(loopback):
    loopback.answers({})
    async with AsyncManageClient(OWN, base_url=loopback.url) as client:
        await client.get_projects()
        await client.get_projects()
        await client.delete_key("p", "k")
        await client.get_projects()
        await client.delete_key("p", "k")
    assert loopback.connections == 3


async def test_a_blocking_change_gets_a_connection_of_its_own(loopback):
    loopback.answers({})
    with ManageClient(OWN, base_url=loopback.url) as client:
        for method, *args in [("get_projects",), ("delete_key", "p", "k"), ("get_projects",), ("delete_key", "p", "k")]:
            await asyncio.to_thread(getattr(client, method), *args)
    assert loopback.connections == 3


@pytest.fixture
def dripping():
    """A server that answers headers, or early hints, a little at a time, for ever."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            hints = b"103" in connection.recv(65536)
            connection.sendall(b"" if hints else b"HTTP/1.1 200 OK\r\n")
            line = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" if hints else b"X-More: x\r\n"
            try:
                while not over.wait(0.02):
                    connection.sendall(line)
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    over.set()
    thread.join(5)
    listener.close()


@pytest.mark.parametrize("project", ["p", "103"])
async def test_headers_that_never_end_end_with_the_timeout(call, dripping, project):
    with pytest.raises(DeepgramUnknownOutcomeError, match=r"within 0\.3 s"):
        await call(dripping, "get_project", project, timeout=0.3)


def test_a_hook_that_fails_to_connect_elsewhere_does_not_prove_that_nothing_was_sent(loopback):
    loopback.answers({"api_key_id": "k", "key": "secret"})

    def audit(_response: httpx.Response) -> None:
        httpx.post("http://127.0.0.1:9/audit")

    with httpx.Client(event_hooks={"response": [audit]}) as http:
        client = ManageClient(OWN, base_url=loopback.url, httpx_client=http, sleep=lambda _: None)
        with pytest.raises(DeepgramUnknownOutcomeError) as caught:
            client.create_key(*CREATE[1:])
    assert caught.value.may_have_happened
    assert len(loopback.seen) == 1


def test_a_hook_that_raises_for_the_status_leaves_a_refusal(loopback):
    loopback.answers({"category": "NOT_FOUND", "message": "No such project."}, 404)
    with httpx.Client(event_hooks={"response": [httpx.Response.raise_for_status]}) as http:
        client = ManageClient(OWN, base_url=loopback.url, httpx_client=http, sleep=lambda _: None)
        with pytest.raises(DeepgramNotFoundError):
            client.get_project("p")
    assert len(loopback.seen) == 1


def test_a_given_client_that_is_closed_is_not_waited_for(loopback):
    pauses: list[float] = []
    with httpx.Client() as http:
        pass
    with pytest.raises(DeepgramClosedError):
        ManageClient(OWN, base_url=loopback.url, httpx_client=http, sleep=pauses.append).get_projects()
    assert (pauses, loopback.seen) == ([], [])


def test_a_delete_whose_second_sending_gets_no_connection_may_have_happened(loopback):
    loopback.sends(b"", "close")
    client = ManageClient(OWN, base_url=loopback.url, retries=1, sleep=lambda _: loopback.stop())
    with pytest.raises(DeepgramUnknownOutcomeError) as caught:
        client.delete_key("p", "k")
    assert caught.value.may_have_happened


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_fork_opens_connections_of_its_own(loopback):
    loopback.answers({})
    with ManageClient(OWN, base_url=loopback.url, timeout=5) as client:
        client.get_projects()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                client.get_projects()
                code = 0
            finally:
                os._exit(code)
        assert os.waitpid(child, 0)[1] == 0
        client.get_projects()
    assert loopback.connections == 2


@pytest.mark.parametrize(
    "body",
    [
        f"No such key: {OWN}".encode(),
        f"No such key: {OWN.upper()}".encode(),
        f'{{"message": "No such key: \\u0074{OWN[1:]}"}}'.encode(),
        f"<title>No such key: &#116;{OWN[1:]}</title>".encode(),
        f'{{"category": "NO", "details": {{"{OWN}": ["{OWN}"]}}}}'.encode(),
        OWN.encode("utf-16"),
        b"x" * 290 + OWN.encode(),
    ],
)
async def test_the_key_is_not_repeated_however_the_server_writes_it(call, loopback, body):
    loopback.answers(body, 401, dg_request_id=OWN)
    with pytest.raises(DeepgramApiError) as caught:
        await call(loopback.url, "get_projects", api_key=OWN)
    shown = f"{caught.value} {caught.value!r} {vars(caught.value)}".lower()
    assert OWN not in shown
    assert OWN[:12] not in shown


async def test_what_can_not_be_read_still_has_its_request_id(call, loopback):
    loopback.answers(b"no gzip", Content_Encoding="gzip", dg_request_id="r-1")
    with pytest.raises(DeepgramAnswerError) as caught:
        await call(loopback.url, "get_projects")
    assert caught.value.request_id == "r-1"


async def test_a_page_of_a_proxy_is_searched_for_a_title_at_its_beginning_alone(call, loopback):
    loopback.answers(b"<html>" + b" " * 5000 + b"<title>late</title>", 502)
    with pytest.raises(DeepgramApiError, match="a web page instead of a reason"):
        await call(loopback.url, "get_projects")


@pytest.mark.parametrize("number", [b"1e99999999999999999999", b"-1e99999999999999999999"])
async def test_a_number_beyond_all_numbers_is_an_unreadable_answer(call, loopback, number):
    loopback.answers(b'{"projects":[{"project_id":"p"}],"x":[' + number + b'],"y":null}')
    assert (await call(loopback.url, "get_projects")).projects[0].project_id == "p"
    loopback.script.clear()
    loopback.answers(b'{"projects":null,"x":' + number + b"}")
    with pytest.raises(DeepgramAnswerError, match="number that is too large"):
        await call(loopback.url, "get_projects")


@pytest.mark.parametrize(
    "settings", [{"timeout": -1}, {"base_url": "http://evil.example.com"}, {"api_key": OWN + " x"}]
)
def test_a_refused_client_shows_its_key_in_no_frame(settings):
    settings = {"api_key": OWN, **settings}
    with pytest.raises(DeepgramOptionsError) as caught:
        ManageClient(**settings)
    traceback = caught.value.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        if "/tests/" not in frame.f_code.co_filename:
            assert OWN not in repr(frame.f_locals)
        traceback = traceback.tb_next


def test_two_threads_with_loops_of_their_own_share_a_client(loopback):
    loopback.answers({"projects": [{"project_id": "p"}]})
    client = AsyncManageClient(OWN, base_url=loopback.url)
    failures: list[BaseException] = []

    async def several() -> None:
        await asyncio.gather(*(client.get_projects() for _ in range(5)))

    def alone() -> None:
        try:
            for _ in range(3):
                asyncio.run(several())
        except (DeepgramError, RuntimeError) as error:
            failures.append(error)

    threads = [threading.Thread(target=alone) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert len(loopback.seen) == 60
