"""A sign of life goes out after complete good rounds alone, and whoever does not take it stops nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dgbot.adapters.heartbeat import HttpPing
from dgbot.adapters.storage import StoreBusy
from dgbot.services.alerting.watchdog import Watchdog
from dgbot.services.rounds import Rounds
from dgbot.serving import serving
from tests.office import MovableClock

MINUTE = timedelta(minutes=1)
AT_ONCE = timedelta(microseconds=1)


class Taking:
    """Where the service sends whoever asks for ``/inside``."""

    inner = ""


@asynccontextmanager
async def hearing() -> AsyncIterator[tuple[str, list[str]]]:
    """Yield the address of a service that takes signs of life, and what it heard."""
    asked: list[str] = []

    async def take(request: Request) -> Response:
        asked.append(request.url.path)
        if request.url.path == "/moved":
            return RedirectResponse("/alive")
        if request.url.path == "/inside":
            return RedirectResponse(Taking.inner)
        if request.url.path == "/hangs":
            await asyncio.sleep(5)
        if request.url.path == "/fails":
            return Response(status_code=500)
        return Response(status_code=404 if request.url.path == "/unknown" else 200)

    async with serving(Starlette(routes=[Route("/{rest:path}", take)])) as origin:
        yield origin, asked


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr("dgbot.adapters.heartbeat.TIMEOUT", aiohttp.ClientTimeout(total=0.5))


@pytest.fixture
async def heard():
    async with hearing() as service:
        yield service


def rounds(url: str, clock: MovableClock, *, sees=lambda: True, fails: bool = False) -> Rounds:
    async def duty() -> None:
        if fails:
            raise OSError("disk full")

    watchdog = Watchdog(HttpPing(SecretStr(url)), every=MINUTE, sees=sees, monotonic=lambda: clock.now().timestamp())
    return Rounds(clock, {"monitor": duty}, after=watchdog.after)


async def test_each_complete_good_round_gives_a_sign_but_no_more_than_one_a_minute(heard):
    origin, asked = heard
    clock = MovableClock()
    made = rounds(f"{origin}/alive", clock)
    for _ in range(5):
        await made.make()
        clock.advance(timedelta(seconds=30))
    assert asked == ["/alive"] * 3


async def test_a_clock_that_is_set_back_keeps_no_sign_back(new_office):
    async with (
        hearing() as (origin, asked),
        new_office(settings={"alerts": {"heartbeat_url": f"{origin}/alive", "heartbeat_every": AT_ONCE}}) as office,
    ):
        await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
        await office.tick()
        await office.tick(timedelta(minutes=-4))
        assert len(asked) == 2


async def test_a_sign_that_was_not_taken_is_given_again_after_the_next_round(heard, logged):
    origin, asked = heard
    made = rounds(f"{origin}/fails", clock := MovableClock())
    for _ in range(3):
        await made.make()
        clock.advance(timedelta(seconds=5))
    assert asked == ["/fails"] * 3


@pytest.mark.parametrize("bad", ["a duty fails", "a check sees nothing"])
async def test_after_any_other_round_it_stays_silent(heard, bad, logged):
    origin, asked = heard
    made = rounds(f"{origin}/alive", MovableClock(), sees=lambda: bad == "a duty fails", fails=bad == "a duty fails")
    await made.make()
    assert asked == []


@pytest.mark.parametrize("path", ["unknown", "moved"])
async def test_who_does_not_take_it_is_in_the_log_without_the_address(heard, path, logged):
    origin, asked = heard
    await rounds(f"{origin}/{path}", MovableClock()).make()
    assert asked == [f"/{path}"], "a redirect is not followed"
    [event] = logged
    assert (event["event"], event["error"]) == ("heartbeat not sent", "HeartbeatRefused")
    assert origin not in str(event)


async def test_nobody_there_is_in_the_log_too(logged):
    await rounds("http://127.0.0.1:9/secret", MovableClock()).make()
    [event] = logged
    assert "secret" not in str(event)


async def test_a_bot_whose_check_hangs_gives_no_sign(new_office, monkeypatch):
    monkeypatch.setattr("dgbot.services.alerting.measuring.CHECK_SECONDS", 0.2)
    async with (
        hearing() as (origin, asked),
        new_office(settings={"alerts": {"heartbeat_url": f"{origin}/alive"}}) as office,
    ):
        await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
        office.deepgram.delay(5, "*/balances")
        await office.tick()
        office.deepgram.hang_up()
        assert asked == []


async def test_a_bot_that_cant_save_what_it_measured_gives_no_sign_until_it_can(new_office, monkeypatch):
    async with (
        hearing() as (origin, asked),
        new_office(settings={"alerts": {"heartbeat_url": f"{origin}/alive"}}) as office,
    ):
        await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")

        async def busy(*_):
            raise StoreBusy("Another process keeps the database locked.")

        with monkeypatch.context() as patched:
            patched.setattr(office.store, "save_round", busy)
            await office.tick()
            await office.tick(timedelta(minutes=2))
            assert asked == []
        await office.tick(timedelta(minutes=2))
        assert asked == ["/alive"]


@pytest.mark.parametrize("path", ["fails", "hangs"])
async def test_an_address_that_holds_credentials_is_not_logged_whatever_its_service_does(heard, path, logged):
    origin, _ = heard
    url = f"{origin.replace('//', '//dgbot:s3cret-p4ss@')}/{path}?token=s3cret-t0ken"
    await rounds(url, MovableClock()).make()
    [event] = logged
    assert event["event"] == "heartbeat not sent"
    assert "s3cret" not in str(event)


async def test_a_service_that_never_answers_holds_up_no_round_for_long(heard, logged):
    origin, asked = heard
    made = rounds(f"{origin}/hangs", clock := MovableClock())
    async with asyncio.timeout(20):
        await made.make()
    assert made.last_at == clock.now()
    assert asked == ["/hangs"]


async def test_a_redirect_to_an_inner_address_is_not_followed(heard, logged):
    origin, asked = heard
    async with hearing() as (inner, asked_inside):
        Taking.inner = f"{inner}/admin"
        await rounds(f"{origin}/inside", MovableClock()).make()
    assert (asked, asked_inside) == (["/inside"], [])
    assert inner not in str(logged)


async def test_a_bot_whose_check_fails_gives_no_sign_until_it_sees_again(new_office):
    quarter = timedelta(minutes=15)
    async with (
        hearing() as (origin, asked),
        new_office(settings={"alerts": {"heartbeat_url": f"{origin}/alive", "heartbeat_every": AT_ONCE}}) as office,
    ):
        await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
        await office.tick()
        assert len(asked) == 1
        office.deepgram.fail("GET", "*/balances", 503)
        await office.tick(quarter, timedelta(minutes=2))
        assert len(asked) == 1
        office.deepgram.heal()
        await office.tick(quarter)
        assert len(asked) == 2
