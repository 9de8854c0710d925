"""Balances that drain, and reports that agree with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import aiohttp
import msgspec
import pytest

from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.serving import serving

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)


class _Amount(msgspec.Struct):
    amount: Decimal


class _Balances(msgspec.Struct):
    balances: list[_Amount]


class _Spend(msgspec.Struct):
    dollars: Decimal


class _Billing(msgspec.Struct):
    results: list[_Spend]


@dataclass
class Account:
    """acme-prod on a socket and the hands of its clock."""

    http: aiohttp.ClientSession
    now: datetime = MONDAY

    def __post_init__(self):
        self.deepgram = LocalDeepgram(lambda: self.now, seed=7)
        self.origin = ""

    async def raw(self, path: str) -> tuple[int, bytes]:
        url = f"{self.origin}/v1/projects/{self.deepgram.project_id}{path}"
        async with self.http.get(url, headers={"Authorization": f"Token {self.deepgram.api_key}"}) as answer:
            return answer.status, await answer.read()

    async def get(self, path: str) -> Any:
        status, body = await self.raw(path)
        assert status == 200, body
        return msgspec.json.decode(body)

    async def left(self) -> Decimal:
        _, body = await self.raw("/balances")
        return sum((b.amount for b in msgspec.json.decode(body, type=_Balances).balances), Decimal(0))

    async def billed(self, first: str, last: str) -> Decimal:
        _, body = await self.raw(f"/billing/breakdown?start={first}&end={last}&grouping=line_item&grouping=accessor")
        return sum((r.dollars for r in msgspec.json.decode(body, type=_Billing).results), Decimal(0))


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    async with aiohttp.ClientSession() as http:
        account = Account(http)
        async with serving(account.deepgram.app) as account.origin:
            yield account


async def test_a_weekday_costs_about_nineteen_dollars_and_a_weekend_day_four(account):
    before = await account.left()
    account.now += timedelta(days=5)
    weekdays = before - await account.left()
    account.now += timedelta(days=2)
    assert 17 < weekdays / 5 < 21
    assert 3 < (before - weekdays - await account.left()) / 2 < 5


async def test_the_balance_drains_within_the_day_and_to_the_last_digit_as_billed(account):
    account.deepgram.set_balance(Decimal(200))
    last = Decimal(200)
    for _ in range(3):
        account.now += timedelta(hours=7)
        left = await account.left()
        assert left < last
        last = left
    assert await account.billed("2026-11-16", "2026-11-16") == 200 - last


async def test_the_gift_is_used_up_first(account):
    gift, bought = (await account.get("/balances"))["balances"]
    account.now += timedelta(days=3)
    later = (await account.get("/balances"))["balances"]
    assert later[0]["amount"] == 0 < gift["amount"]
    assert 0 < later[1]["amount"] < bought["amount"]
    assert await account.get(f"/balances/{bought['balance_id']}") == later[1]
    assert (await account.raw("/balances/none"))[0] == 404


async def test_an_empty_account_stays_at_nothing(account):
    account.deepgram.set_balance(Decimal(20))
    account.now += timedelta(days=30)
    assert await account.left() == 0
    assert account.deepgram.balance == 0


async def test_a_top_up_is_a_purchase(account):
    account.deepgram.set_balance(Decimal(42))
    orders = len((await account.get("/purchases"))["orders"])
    account.deepgram.set_balance(Decimal(542))
    newest = (await account.get("/purchases"))["orders"]
    assert (len(newest), newest[0]["amount"], newest[0]["order_type"]) == (orders + 1, 500, "purchased")
    assert len((await account.get("/purchases?limit=1"))["orders"]) == 1


def test_a_balance_below_nothing_is_refused():
    with pytest.raises(ValueError, match="-1 is no balance"):
        LocalDeepgram(lambda: MONDAY).set_balance(Decimal(-1))


async def test_a_day_reads_the_same_again_and_totals_agree_in_every_report(account):
    account.now += timedelta(hours=18)
    week = "?start=2026-11-10&end=2026-11-16"
    days = (await account.get(f"/usage{week}"))["results"]
    assert [day["start"] for day in days] == [f"2026-11-{n}" for n in range(10, 17)]
    assert days == (await account.get(f"/usage{week}"))["results"]

    groups = (await account.get(f"/usage/breakdown{week}&grouping=accessor"))["results"]
    assert sum(g["hours"] for g in groups) == pytest.approx(sum(d["hours"] for d in days))
    assert sum(g["requests"] for g in groups) == sum(d["requests"] + d["tts"]["requests"] for d in days)
    assert sum(g["tokens_in"] for g in groups) == sum(d["tokens"]["in"] for d in days)


async def test_yesterday_does_not_change_when_a_day_passes(account):
    yesterday = "/usage?start=2026-11-15&end=2026-11-15"
    before = await account.get(yesterday)
    account.now += timedelta(days=1)
    assert await account.get(yesterday) == before


async def test_filters_narrow_and_unknown_names_are_features(account):
    async def requests(query: str) -> int:
        found = await account.get(f"/usage/breakdown?start=2026-11-09&end=2026-11-15&{query}")
        return sum(result["requests"] for result in found["results"])

    everything = await requests("")
    for query in ("tag=calls", "method=async", "endpoint=speak", "diarize=true", "diarize=false"):
        assert 0 < await requests(query) < everything
    assert await requests("diarize=true") + await requests("diarize=false") == everything
    assert await requests("dairize=true") == 0
    assert await requests("deployment=beta") == 0


async def test_the_fields_name_what_a_filter_finds(account):
    fields = await account.get("/usage/fields?start=2026-11-09&end=2026-11-15")
    assert fields["processing_methods"] == ["async", "streaming", "sync"]
    assert "calls" in fields["tags"]
    assert {model["name"] for model in fields["models"]} >= {"nova-3", "nova-2"}
    billing = await account.get("/billing/fields")
    assert billing["line_items"]["streaming::nova-3"] == "Nova - 3 (Stream)"
    only = await account.get("/billing/breakdown?start=2026-11-15&end=2026-11-15&line_item=streaming::nova-3")
    assert len(only["results"]) == 1


NONSENSE = [
    "/usage?start=2026-11-18T00:00:00",
    "/usage?start=2026-13-01",
    "/usage?start=2026-11-18&end=2026-11-01",
    "/usage?punctuate=True",
    "/usage?method=POST",
    "/usage/breakdown?grouping=model",
    "/billing/breakdown?grouping=models",
    "/requests?limit=0",
    "/requests?limit=1001",
    "/requests?start=2026-11-18T00:00:00.123456",
]


async def test_a_query_that_makes_no_sense_is_refused(account):
    for query in NONSENSE:
        status, body = await account.raw(query)
        assert (status, msgspec.json.decode(body).get("err_code")) == (400, "INVALID_QUERY_PARAMETER"), query


async def test_the_log_has_as_many_requests_as_the_usage_says(account):
    account.now += timedelta(hours=9)
    [day] = (await account.get("/usage?start=2026-11-16&end=2026-11-16"))["results"]
    listed = (await account.get("/requests?start=2026-11-16T00:00:00Z&limit=1000"))["requests"]
    assert len(listed) == day["requests"] + day["tts"]["requests"]
    created = [request["created"] for request in listed]
    assert created == sorted(created, reverse=True)


async def test_pages_follow_each_other(account):
    one = (await account.get("/requests?limit=20&accessor="))["requests"]
    two = [(await account.get(f"/requests?limit=10&page={page}"))["requests"] for page in (0, 1)]
    assert one == two[0] + two[1]


async def test_one_request_can_be_picked_out_of_the_log(account):
    picked = (await account.get("/requests?limit=3"))["requests"][2]
    by_id = f"/requests?request_id={picked['request_id']}"
    assert (await account.get(by_id))["requests"] == [picked]
    assert (await account.get(f"{by_id}&status=failed&page=0"))["requests"] == []
    assert (await account.get(f"{by_id}&end=2026-11-01"))["requests"] == []


async def test_failed_requests_have_a_message_and_no_price(account):
    failed = (await account.get("/requests?status=failed&limit=5"))["requests"]
    assert len(failed) == 5
    assert all(request["response"]["message"] and "details" not in request["response"] for request in failed)


async def test_a_request_is_priced_a_minute_after_it_was_made(account):
    account.now += timedelta(hours=12)
    newest = (await account.get("/requests?limit=1&method=streaming"))["requests"][0]
    account.now = datetime.fromisoformat(newest["created"])

    async def response() -> Any:
        found = (await account.get(f"/requests/{newest['request_id']}"))["request"]
        return found["response"]

    assert await response() is None
    account.now += timedelta(seconds=10)
    assert (await response())["details"]["usd"] == 0
    account.now += timedelta(minutes=1)
    assert (await response())["details"]["usd"] > 0


async def test_the_log_forgets_after_ninety_days(account):
    newest = (await account.get("/requests?limit=1"))["requests"][0]["request_id"]
    account.now += timedelta(days=91)
    assert (await account.raw(f"/requests/{newest}"))[0] == 404
    assert (await account.raw("/requests/nonsense"))[0] == 404


async def test_a_revoked_key_stops_spending(account):
    account.now += timedelta(hours=12)
    call_center = next(key for key in account.deepgram.keys if key.comment == "call-center")
    url = f"{account.origin}/v1/projects/{account.deepgram.project_id}/keys/{call_center.api_key_id}"
    headers = {"Authorization": f"Token {account.deepgram.api_key}"}
    async with account.http.delete(url, headers=headers) as answer:
        assert answer.status == 200
    before = await account.left()
    account.now += timedelta(days=1)
    assert 6 < before - await account.left() < 11
    used = f"/usage/breakdown?start=2026-11-16&end=2026-11-17&accessor={call_center.api_key_id}"
    assert [result["grouping"]["start"] for result in (await account.get(used))["results"]] == ["2026-11-16"]
