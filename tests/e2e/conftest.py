"""Companies to test the whole bot in; each is searched for leaked secrets when its test is over."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.company import Company, company


@pytest.fixture
async def acme(tmp_path) -> AsyncIterator[Company]:
    """A company of the test's own, over Socket Mode."""
    async with company(tmp_path / "acme") as opened:
        yield opened


@pytest.fixture
async def acme_http(tmp_path) -> AsyncIterator[Company]:
    """A company of the test's own, over HTTP."""
    async with company(tmp_path / "acme", "http") as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory) -> AsyncIterator[Company]:
    """One company for a whole file of tests that do not get in each other's way, over HTTP."""
    async with company(tmp_path_factory.mktemp("e2e") / "acme", "http") as opened:
        yield opened
