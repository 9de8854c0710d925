"""Requests page by page: when the next page is asked for, and when there is none."""

import pytest
import pytest_asyncio

from dgbot.deepgram import (
    AsyncManageClient,
    DeepgramAnswerError,
    DeepgramOptionsError,
    DeepgramScopeError,
    ManageClient,
    UsageRequestOptions,
)
from tests.unit.deepgram.described import operations
from tests.unit.deepgram.refusing import LACKS_SCOPE


@pytest_asyncio.fixture(params=["sync", "async"], loop_scope="session")
async def walk(request, loopback):
    """``iter_usage_requests`` of either client, as something to go through with ``async for``."""
    settings = {"base_url": loopback.url, "retries": 0}
    async with AsyncManageClient("k", **settings) as twin:
        with ManageClient("k", **settings) as client:

            def walked(*args, **kwargs):
                if request.param == "async":
                    return twin.iter_usage_requests(*args, **kwargs)
                return _awaitable(client.iter_usage_requests(*args, **kwargs))

            yield walked


async def _awaitable(items):
    for item in items:
        yield item


def page(*ids, limit=2, **more):
    return {"page": 0, "limit": limit, "requests": [{"request_id": each} for each in ids]} | more


async def gather(walking, found):
    async for request in walking:
        found.append(request.request_id)


async def ids(walking):
    return [request.request_id async for request in walking]


def asked(loopback):
    return [dict(seen.query) for seen in loopback.seen]


async def test_pages_are_asked_for_until_a_short_one(walk, loopback):
    loopback.answers(page("6", "5")).answers(page("4", "3")).answers(page("2"))
    assert await ids(walk("p", limit=2)) == ["6", "5", "4", "3", "2"]
    assert asked(loopback) == [{"limit": "2", "page": str(number)} for number in range(3)]


async def test_an_empty_page_is_the_last(walk, loopback):
    loopback.answers(page("6", "5")).answers(page())
    assert await ids(walk("p", limit=2)) == ["6", "5"]
    assert len(loopback.seen) == 2


@pytest.mark.parametrize("nothing", [page(), page(requests=None), {}], ids=["empty", "null", "absent"])
async def test_nothing_is_no_page(walk, loopback, nothing):
    loopback.answers(nothing)
    assert await ids(walk("p")) == []
    assert len(loopback.seen) == 1


async def test_a_server_that_repeats_a_page_for_ever_is_left(walk, loopback):
    for _ in range(50):
        loopback.answers(page("6", "5"))
    loopback.answers("that is enough", 400)
    assert await ids(walk("p", limit=2)) == ["6", "5"]


async def test_a_page_is_full_at_the_limit_that_the_server_keeps_to(walk, loopback):
    loopback.answers(page("6", "5")).answers(page("4", "3")).answers(page("2"))
    assert await ids(walk("p", limit=1000)) == ["6", "5", "4", "3", "2"]
    assert [one["limit"] for one in asked(loopback)] == ["1000"] * 3


@pytest.mark.parametrize("echo", [0, 1000])
async def test_a_limit_that_the_server_does_not_tell_or_that_is_larger_changes_nothing(walk, loopback, echo):
    loopback.answers(page("6", "5", limit=echo)).answers(page("4", limit=echo))
    assert await ids(walk("p", limit=2)) == ["6", "5", "4"]
    assert len(loopback.seen) == 2


async def test_requests_that_slid_to_the_next_page_are_not_shown_twice(walk, loopback):
    loopback.answers(page("6", "5")).answers(page("5", "4")).answers(page("4", "3")).answers(page("2"))
    assert await ids(walk("p", limit=2)) == ["6", "5", "4", "3", "2"]


async def test_more_than_a_page_may_be_made_meanwhile(walk, loopback):
    loopback.answers(page("5", "4")).answers(page("6", "5")).answers(page("4", "3")).answers(page("2"))
    found = await ids(walk("p", limit=2))
    assert sorted(found) == ["2", "3", "4", "5", "6"]


async def test_just_a_page_may_be_made_meanwhile(walk, loopback):
    loopback.answers(page("5", "4")).answers(page("5", "4")).answers(page("3", "2")).answers(page("1"))
    assert await ids(walk("p", limit=2)) == ["5", "4", "3", "2", "1"]


async def test_a_hundred_are_asked_for_at_a_time_unless_said_otherwise(walk, loopback):
    loopback.answers(page("1"))
    await ids(walk("p"))
    await ids(walk("p", UsageRequestOptions(limit=7, page=3, status="failed", start="2026-11-01")))
    assert asked(loopback) == [
        {"limit": "100", "page": "0"},
        {"limit": "7", "page": "3", "status": "failed", "start": "2026-11-01T00:00:00Z"},
    ]


async def test_the_filters_go_with_every_page_and_the_pages_count_from_the_first(walk, loopback):
    loopback.answers(page("6", "5")).answers(page("4"))
    await ids(walk("p", limit=2, page=4, accessor="k", method="sync"))
    assert asked(loopback) == [
        {"limit": "2", "page": str(number), "accessor": "k", "method": "sync"} for number in (4, 5)
    ]


async def test_nothing_is_sent_before_something_is_asked_for(walk, loopback):
    loopback.answers(page("6", "5"))
    walking = walk("p", limit=2)
    assert loopback.seen == []
    assert (await anext(walking)).request_id == "6"
    assert (await anext(walking)).request_id == "5"
    assert len(loopback.seen) == 1
    await walking.aclose()


async def test_an_error_in_the_middle_comes_after_what_was_there(walk, loopback):
    loopback.answers(page("6", "5")).answers(LACKS_SCOPE, 403)
    found: list[str] = []
    with pytest.raises(DeepgramScopeError, match="usage:read"):
        await gather(walk("p", limit=2), found)
    assert found == ["6", "5"]


async def test_an_unreadable_page_is_an_error(walk, loopback):
    loopback.answers(page("6", "5")).answers({"requests": [{"request_id": 5}]})
    walking = walk("p", limit=2)
    assert [(await anext(walking)).request_id for _ in range(2)] == ["6", "5"]
    with pytest.raises(DeepgramAnswerError, match=r"\$\.requests\[0\]\.request_id"):
        await anext(walking)


@pytest.mark.parametrize(
    ("arguments", "fields"),
    [(("..",), {}), (("",), {}), (("p",), {"limit": 0}), (("p",), {"limit": 1001}), (("p",), {"page": -1}),
     (("p",), {"start": "soon"}), (("p",), {"statsu": "failed"}), (("p", {"limit": 5}), {"page": 1})],
    ids=repr,
)  # fmt: skip
def test_what_does_not_fit_is_refused_at_the_call(arguments, fields):
    client = ManageClient("k", base_url="http://127.0.0.1:9")
    for each in (client.iter_usage_requests, client.asyncmanage.iter_usage_requests, operations.iter_usage_requests):
        with pytest.raises(DeepgramOptionsError):
            each(*arguments, **fields)


async def test_two_walks_do_not_disturb_each_other(walk, loopback):
    loopback.answers(page("6", "5")).answers(page("6", "5")).answers(page("4")).answers(page("4"))
    first, second = walk("p", limit=2), walk("p", limit=2)
    found = [(await anext(one)).request_id for _ in range(3) for one in (first, second)]
    assert found == ["6", "6", "5", "5", "4", "4"]
