import asyncio
from datetime import UTC, datetime

import pytest

from dgbot.deepgram import AsyncManageClient
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.services.projects import FRESH_SECONDS, RETRY_SECONDS, Projects
from dgbot.serving import serving


class Watch:
    """A monotonic clock that stands still until it is moved."""

    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def deepgram():
    return LocalDeepgram(lambda: datetime.now(UTC))


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
async def projects(deepgram, watch):
    async with serving(deepgram.app) as origin, AsyncManageClient(deepgram.api_key, base_url=origin, retries=0) as one:
        yield Projects(one, deepgram.project_id, monotonic=watch)


async def test_who_asks_at_the_same_time_gets_the_name_and_not_the_id(projects, deepgram):
    deepgram.delay(0.1)
    found = await asyncio.gather(*(projects.project() for _ in range(5)))
    assert {project.name for project in found} == {"acme-prod"}
    assert len(deepgram.requests) == 1


async def test_while_the_name_is_asked_again_the_old_one_serves(projects, deepgram, watch):
    await projects.project()
    watch.seconds += FRESH_SECONDS
    deepgram.production.name = "acme-live"
    deepgram.delay(0.2)
    again = asyncio.create_task(projects.project())
    while not deepgram.pending:
        await asyncio.sleep(0.001)
    assert (await projects.project()).name == "acme-prod"
    assert (await again).name == "acme-live"


async def test_without_an_answer_the_id_serves_for_a_while(projects, deepgram, watch):
    deepgram.fail("GET", "*", 503)
    assert (await projects.project()).name == deepgram.project_id
    deepgram.heal()
    assert (await projects.project()).name == deepgram.project_id
    watch.seconds += RETRY_SECONDS
    assert (await projects.project()).name == "acme-prod"
