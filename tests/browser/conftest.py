"""A real browser in front of a real bot; every page that a test opens is watched to the end."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser import chromium
from tests.browser.seats import Sits, seats
from tests.browser.witness import Witness
from tests.e2e.company import Company, company

HERE = Path(__file__).parent

in_session = functools.partial(pytest_asyncio.fixture, loop_scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run what needs the session's browser in the session's loop, and leave it to `make test`."""
    ours = [one for one in items if "browser" in getattr(one, "fixturenames", ()) and HERE in one.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
        item.add_marker(pytest.mark.slow)
    if ours and chromium.found() is None and not chromium.required():
        ours[0].add_marker(pytest.mark.skip(reason=f"{chromium.MISSING} ({len(ours)} tests are left out)"))
        config.hook.pytest_deselected(items=ours[1:])  # one line in the summary is enough
        items[:] = [one for one in items if one not in ours[1:]]


@in_session(scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = chromium.found()
    if path is None:
        pytest.fail(chromium.MISSING)
    async with chromium.launched(path) as started:
        yield started


@in_session(params=["socket"])
async def acme(browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Company]:
    """A company of the test's own; parametrize it indirectly for HTTP."""
    async with company(tmp_path / "acme", request.param) as opened:
        yield opened


@in_session()
async def witness(browser: Browser) -> AsyncIterator[Witness]:
    watching = Witness()
    yield watching
    assert watching.complaints == []


@in_session()
async def sits(browser: Browser, acme: Company, witness: Witness) -> AsyncIterator[Sits]:
    async with seats(browser, acme.slack.origin, witness) as sit:
        yield sit
