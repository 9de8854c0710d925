"""Each row of what a connection can do to a call, on both transports, against a real server."""

import asyncio
import socket
from contextlib import suppress

import pytest

from dgbot.deepgram import (
    AsyncManageClient,
    DeepgramApiError,
    DeepgramClient,
    DeepgramNotSentError,
    DeepgramUnknownOutcomeError,
    ManageClient,
)

CALLS = [
    ("get_balances", "p"),
    ("delete_key", "p", "k"),
    ("create_key", "p", {"comment": "ci", "scopes": ["usage:read"]}),
]
every_call = pytest.mark.parametrize("asked", CALLS, ids=lambda asked: asked[0])


@every_call
@pytest.mark.parametrize("ending", ["close", "reset"])
async def test_a_dropped_connection_is_an_unknown_outcome_and_sent_once(call, loopback, asked, ending):
    loopback.sends(b"", ending)
    with pytest.raises(DeepgramUnknownOutcomeError) as caught:
        await call(loopback.url, *asked)
    assert caught.value.may_have_happened
    assert ("may or may not have been carried out" in str(caught.value)) is (loopback.seen[0].method != "GET")
    assert len(loopback.seen) == 1


@every_call
async def test_a_kept_connection_that_drops_is_an_unknown_outcome_and_sent_once(loopback, asked):
    loopback.answers({}).sends(b"", "close")
    async with AsyncManageClient("k", base_url=loopback.url, retries=0) as client:
        await client.get_projects()
        with pytest.raises(DeepgramUnknownOutcomeError):
            await getattr(client, asked[0])(*asked[1:])
    assert (len(loopback.seen), loopback.connections) == (2, 1 if loopback.seen[1].method == "GET" else 2)


@every_call
async def test_a_body_that_is_cut_off_is_an_unknown_outcome(call, loopback, asked):
    loopback.sends(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"api_key_id": "x"', "close")
    with pytest.raises(DeepgramUnknownOutcomeError):
        await call(loopback.url, *asked)


@every_call
async def test_what_is_not_http_is_an_unknown_outcome(call, loopback, asked):
    loopback.sends(b"220 mail.example.com ESMTP\r\n\r\n", "close")
    with pytest.raises(DeepgramUnknownOutcomeError):
        await call(loopback.url, *asked)


@every_call
async def test_no_answer_in_time_is_an_unknown_outcome(call, loopback, asked):
    loopback.sends(b"", "stall")
    with pytest.raises(DeepgramUnknownOutcomeError, match=r"within 0\.2 s"):
        await call(loopback.url, *asked, timeout=0.2)


async def test_a_body_that_stops_in_the_middle_ends_with_the_timeout(call, loopback):
    loopback.sends(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "stall")
    with pytest.raises(DeepgramUnknownOutcomeError, match=r"within 0\.2 s"):
        await call(loopback.url, "get_projects", timeout=0.2)


@every_call
async def test_a_refused_connection_is_certainly_not_sent(call, asked):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(DeepgramNotSentError, match=r"nothing was sent: 127\.0\.0\.1 refused the connection") as caught:
        await call(f"http://127.0.0.1:{port}", *asked)
    assert not caught.value.may_have_happened


async def test_a_name_without_an_address_is_certainly_not_sent(call, monkeypatch):
    def unknown(*_args, **_kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(DeepgramNotSentError, match=r"deepgram\.invalid has no address"):
        await call("https://deepgram.invalid", *CALLS[2])


@pytest.mark.parametrize("greeting", [b"220 mail.example.com ESMTP\r\n", b""])
async def test_a_server_that_speaks_no_tls_is_certainly_not_sent(call, greeting):
    async def greet(_reader, writer):
        writer.write(greeting)
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(DeepgramNotSentError, match="nothing was sent"):
            await call(f"https://127.0.0.1:{port}", *CALLS[2], timeout=1)


async def test_a_handshake_that_stalls_is_certainly_not_sent(call):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(DeepgramNotSentError, match="in time"):
            await call(url, *CALLS[2], timeout=0.6)


async def test_an_answer_that_trickles_ends_with_the_timeout(call):
    hung_up = asyncio.Event()

    async def trickle(_reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n")
        with suppress(ConnectionError):
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.02)
        writer.close()
        hung_up.set()

    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    with pytest.raises(DeepgramUnknownOutcomeError, match=r"within 0\.3 s"):
        await call(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", "get_projects", timeout=0.3)
    server.close()
    async with asyncio.timeout(5):
        await hung_up.wait()


async def test_a_caller_who_gives_up_sees_a_cancellation_without_the_key(loopback):
    loopback.sends(b"", "stall")
    async with AsyncManageClient("the-bots-own-key", base_url=loopback.url) as client:
        task = asyncio.create_task(client.get_projects())
        async with asyncio.timeout(2):
            while not loopback.seen:
                await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
    assert caught.value.__context__ is None


async def test_a_redirect_is_not_followed(call, loopback):
    loopback.answers("", 302, Location=f"{loopback.url}/elsewhere")
    with pytest.raises(DeepgramApiError, match="Deepgram answered 302"):
        await call(loopback.url, "get_projects")
    assert [seen.target for seen in loopback.seen] == ["/v1/projects"]


async def test_cookies_are_not_kept(loopback):
    loopback.answers({}, Set_Cookie="a=b; Path=/")
    url = loopback.url.replace("127.0.0.1", "localhost")  # cookie jars leave bare addresses out anyway
    with ManageClient("k", base_url=url) as client:
        await asyncio.to_thread(client.get_projects)
        await asyncio.to_thread(client.get_projects)
    async with AsyncManageClient("k", base_url=url) as twin:
        await twin.get_projects()
        await twin.get_projects()
    assert len(loopback.seen) == 4
    assert not any("cookie" in seen.headers for seen in loopback.seen)


async def test_proxies_and_passwords_of_the_environment_are_not_used(call, loopback, monkeypatch, tmp_path):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    loopback.answers({})
    await call(loopback.url, "get_projects")
    assert loopback.seen[0].target == "/v1/projects"
    assert loopback.seen[0].headers["authorization"] == "Token the-bots-own-key"


async def test_one_connection_serves_calls_in_turn(loopback):
    loopback.answers({})
    async with AsyncManageClient("k", base_url=loopback.url) as client:
        for _ in range(5):
            await client.get_projects()
    assert loopback.connections == 1


async def test_what_goes_out_is_what_deepgram_documents(call, loopback):
    loopback.answers({"message": "sent"})
    await call(loopback.url, "send_invite", "a/b", {"email": "a+b@x.io", "scope": "member"})
    seen = loopback.seen[0]
    assert (seen.method, seen.target) == ("POST", "/v1/projects/a%2Fb/invites")
    assert seen.body == b'{"email":"a+b@x.io","scope":"member"}'
    assert seen.headers["authorization"] == "Token the-bots-own-key"
    assert seen.headers["accept"] == "application/json"
    assert seen.headers["content-type"] == "application/json"


async def test_a_query_survives_the_way(call, loopback):
    loopback.answers({})
    await call(loopback.url, "get_usage_summary", "p", tag="a+b c&d=é", diarize=True)
    assert loopback.seen[0].target.split("?")[1] in {
        "tag=a%2Bb+c%26d%3D%C3%A9&diarize=true",
        "tag=a%2Bb%20c%26d%3D%C3%A9&diarize=true",
    }


async def test_a_get_has_no_body(call, loopback):
    loopback.answers({})
    await call(loopback.url, "get_projects")
    assert loopback.seen[0].body == b""
    assert "content-type" not in loopback.seen[0].headers


@pytest.mark.parametrize("status", [403, 503])
async def test_a_refusal_whose_words_are_lost_is_still_a_refusal(call, loopback, status):
    loopback.answers(b"not gzip", status, Content_Encoding="gzip").answers(b"x" * (9 * 1024 * 1024), status)
    for _ in range(2):
        with pytest.raises(DeepgramApiError, match=f"Deepgram answered {status}: it gave no reason"):
            await call(loopback.url, "get_projects")


async def test_both_clients_of_one_account_get_the_same(loopback):
    loopback.answers({"projects": [{"project_id": "p", "name": "acme"}]})
    async with DeepgramClient("k", base_url=loopback.url) as client:
        blocking = await asyncio.to_thread(client.manage.get_projects)
        assert blocking == await client.manage.asyncmanage.get_projects()


@pytest.mark.slow
async def test_a_connection_that_is_never_accepted_is_certainly_not_sent(call):
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
            fillers.append(filler)
        try:
            with pytest.raises(DeepgramNotSentError, match="in time"):
                await call(f"http://127.0.0.1:{port}", *CALLS[2], timeout=1)
        finally:
            for filler in fillers:
                filler.close()
