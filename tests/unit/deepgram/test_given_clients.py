"""An httpx client, or a transport, that the caller brings: what is used of it, and what is not."""

import asyncio
import gzip
import json

import httpx
import pytest

from dgbot.deepgram import (
    AsyncManageClient,
    DeepgramAnswerError,
    DeepgramClient,
    DeepgramNotSentError,
    DeepgramOptionsError,
    DeepgramUnknownOutcomeError,
    ManageClient,
)

PROJECTS = {"projects": [{"project_id": "p", "name": "acme"}]}


@pytest.fixture(params=["sync", "async"])
def kind(request):
    return request.param


def hook(kind, seen):
    """An event hook that keeps what it sees."""

    async def keep(event):
        seen.append(event)

    return seen.append if kind == "sync" else keep


async def ask(kind, url, method, *args, http=None, transport=None, **settings):
    """Call *method* with a client or a transport of ours."""
    settings |= {"base_url": url, "retries": 0}
    if kind == "sync":
        with ManageClient("the-bots-own-key", httpx_client=http, transport=transport, **settings) as client:
            return await asyncio.to_thread(getattr(client, method), *args)
    async with AsyncManageClient("the-bots-own-key", httpx_client=http, transport=transport, **settings) as twin:
        return await getattr(twin, method)(*args)


def http_client(kind, **settings):
    return httpx.Client(**settings) if kind == "sync" else httpx.AsyncClient(**settings)


async def shut(http):
    if isinstance(http, httpx.Client):
        http.close()
    else:
        await http.aclose()


async def test_a_given_client_is_used_and_left_open(kind, loopback):
    loopback.answers(PROJECTS)
    sent: list[httpx.Request] = []
    answered: list[httpx.Response] = []
    http = http_client(kind, event_hooks={"request": [hook(kind, sent)], "response": [hook(kind, answered)]})
    for _ in range(2):
        assert (await ask(kind, loopback.url, "get_projects", http=http)).projects[0].name == "acme"
    assert [str(request.url) for request in sent] == [f"{loopback.url}/v1/projects"] * 2
    assert [response.status_code for response in answered] == [200, 200]
    assert not http.is_closed
    assert loopback.connections == 1
    await shut(http)


async def test_our_url_headers_and_timeout_win(kind, loopback):
    loopback.answers({})
    sent: list[httpx.Request] = []
    http = http_client(
        kind,
        base_url="http://127.0.0.1:9/elsewhere",
        headers={"Authorization": "Bearer theirs", "Accept": "text/html", "X-Theirs": "yes"},
        params={"theirs": "yes"},
        cookies={"theirs": "yes"},
        timeout=0.001,
        event_hooks={"request": [hook(kind, sent)]},
    )
    await ask(kind, loopback.url, "get_projects", http=http, timeout=7.0)
    (seen,) = loopback.seen
    assert seen.target == "/v1/projects"
    assert seen.headers["authorization"] == "Token the-bots-own-key"
    assert seen.headers["accept"] == "application/json"
    assert not {"cookie", "x-theirs"} & set(seen.headers)
    assert sent[0].extensions["timeout"] == {"connect": 3.5, "pool": 3.5, "read": 7.0, "write": 7.0}
    await shut(http)


async def test_its_own_authentication_is_not_used(kind, loopback):
    loopback.answers({})
    http = http_client(kind, auth=("somebody", "else"))
    await ask(kind, loopback.url, "get_projects", http=http)
    assert loopback.seen[0].headers["authorization"] == "Token the-bots-own-key"
    await shut(http)


async def test_it_follows_no_redirect(kind, loopback):
    loopback.answers("", 307, Location="http://127.0.0.1:9/elsewhere")
    http = http_client(kind, follow_redirects=True)
    with pytest.raises(Exception, match="Deepgram answered 307"):
        await ask(kind, loopback.url, "get_projects", http=http)
    assert len(loopback.seen) == 1
    await shut(http)


async def test_a_hook_that_reads_the_answer_takes_nothing_away(kind, loopback):
    loopback.answers(gzip.compress(json.dumps(PROJECTS).encode()), Content_Encoding="gzip")
    read = []

    def peek(response):
        read.append(response.read())

    async def apeek(response):
        read.append(await response.aread())

    http = http_client(kind, event_hooks={"response": [peek if kind == "sync" else apeek]})
    assert (await ask(kind, loopback.url, "get_projects", http=http)).projects[0].name == "acme"
    assert json.loads(read[0]) == PROJECTS
    await shut(http)


async def test_a_hook_that_fails_fails_the_call_as_it_is(kind, loopback):
    class Mine(Exception):
        """An exception of the caller's."""

    def fail(_request):
        raise Mine("stop")

    async def afail(_request):
        fail(_request)

    http = http_client(kind, event_hooks={"request": [fail if kind == "sync" else afail]})
    with pytest.raises(Mine, match="stop") as caught:
        await ask(kind, loopback.url, "get_projects", http=http)
    assert caught.value.__context__ is None
    assert loopback.seen == []
    await shut(http)


async def test_a_given_client_that_is_closed_sends_nothing(kind, loopback):
    http = http_client(kind)
    await shut(http)
    with pytest.raises(DeepgramNotSentError, match="is closed"):
        await ask(kind, loopback.url, "get_projects", http=http)
    assert loopback.seen == []


def replies(*answers):
    """A transport without a network, and the requests that it gets."""
    seen: list[httpx.Request] = []
    left = list(answers)

    def reply(request):
        seen.append(request)
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return httpx.MockTransport(reply), seen


class Closing(httpx.MockTransport):
    """A transport that keeps count of its closings."""

    closed = 0

    def close(self):
        self.closed += 1

    async def aclose(self):
        self.closed += 1


async def test_a_given_transport_is_closed_with_the_client(kind):
    transport = Closing(lambda _request: httpx.Response(200, json=PROJECTS))
    await ask(kind, "https://deepgram.invalid", "get_projects", transport=transport)
    assert transport.closed


async def test_a_transport_replaces_the_network(kind):
    transport, seen = replies(httpx.Response(200, json=PROJECTS))
    answer = await ask(kind, "https://deepgram.invalid", "get_projects", transport=transport)
    assert answer.projects[0].name == "acme"
    assert str(seen[0].url) == "https://deepgram.invalid/v1/projects"
    assert seen[0].headers["authorization"] == "Token the-bots-own-key"


@pytest.mark.parametrize(
    ("failure", "meaning"),
    [
        (httpx.ConnectError("x"), DeepgramNotSentError),
        (httpx.ConnectTimeout("x"), DeepgramNotSentError),
        (httpx.PoolTimeout("x"), DeepgramNotSentError),
        (httpx.ReadTimeout("x"), DeepgramUnknownOutcomeError),
        (httpx.WriteTimeout("x"), DeepgramUnknownOutcomeError),
        (httpx.ReadError("x"), DeepgramUnknownOutcomeError),
        (httpx.WriteError("x"), DeepgramUnknownOutcomeError),
        (httpx.CloseError("x"), DeepgramUnknownOutcomeError),
        (httpx.RemoteProtocolError("x"), DeepgramUnknownOutcomeError),
        (httpx.DecodingError("x"), DeepgramUnknownOutcomeError),
        (ConnectionResetError("x"), DeepgramUnknownOutcomeError),
        (TimeoutError("x"), DeepgramUnknownOutcomeError),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value.__name__,
)
async def test_what_a_transport_raises_is_told_in_our_words(kind, failure, meaning):
    transport, _ = replies(failure)
    with pytest.raises(meaning) as caught:
        await ask(kind, "https://deepgram.invalid", "delete_key", "p", "k", transport=transport)
    assert caught.value.may_have_happened is (meaning is DeepgramUnknownOutcomeError)
    assert caught.value.__cause__ is caught.value.__context__ is None


async def test_an_answer_of_a_transport_is_no_larger_than_any_other(kind):
    transport, _ = replies(httpx.Response(200, content=b" " * (8 * 1024 * 1024 + 1)))
    with pytest.raises(DeepgramAnswerError, match="larger than 8 MB"):
        await ask(kind, "https://deepgram.invalid", "get_projects", transport=transport)


@pytest.mark.parametrize("make", [ManageClient, DeepgramClient])
def test_a_client_and_a_transport_together_are_refused(make):
    transport, _ = replies()
    with httpx.Client() as http, pytest.raises(DeepgramOptionsError, match="not both"):
        make("k", httpx_client=http, transport=transport)
    twin = httpx.AsyncClient()
    with pytest.raises(DeepgramOptionsError, match="not both"):
        make("k", async_httpx_client=twin, async_transport=transport)
    with pytest.raises(DeepgramOptionsError, match="not both"):
        AsyncManageClient("k", httpx_client=twin, transport=transport)
    asyncio.run(twin.aclose())


async def test_both_clients_of_an_account_take_a_transport_each(loopback):
    transport, seen = replies(httpx.Response(200, json=PROJECTS), httpx.Response(200, json=PROJECTS))
    async with DeepgramClient("k", transport=transport, async_transport=transport) as client:
        assert client.manage.get_projects() == await client.manage.asyncmanage.get_projects()
    assert len(seen) == 2
