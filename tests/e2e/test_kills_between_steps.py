"""Kill -9 after every step of the first day: the script goes on, nothing is posted twice, nothing is lost.

The bot is killed after every step of one play, and then after every other one of two more: the first shows that no step
needs what only memory held, the others that a bot which has been running for a step is as good as a fresh one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import pytest_asyncio

from dgbot.sandbox.botsettings import Mode
from dgbot.sandbox.demo import first_day
from dgbot.sandbox.script import Line, parse, parse_step
from tests.e2e.company import Company, company

DAY = parse(first_day())
REVIEW = "keys.report"
"""Falls into whichever round of the clock comes first, which a start brings forward."""

KILL, START = (Line(0, text, parse_step(text)) for text in ("bot: kill", "bot: start"))


def with_kills(after: Callable[[int], bool]) -> list[Line]:
    """Return the first day with a kill and a start after each step whose number fits."""
    return [one for n, line in enumerate(DAY) for one in (line, *((KILL, START) if after(n) else ()))]


def outcome(of: Company) -> dict[str, Any]:
    """Return what people and Deepgram got, without moments and ids of requests."""
    audited = [action for action in of.audited() if action != "command.begin"]
    return {
        "posts": of.posts(),
        "answers": of.answers(),
        "Deepgram": of.changes(),
        "keys": sorted((key.comment.split(" [")[0], key.scopes) for key in of.deepgram.keys),
        "invites": of.deepgram.invites,
        "audit": [action for action in audited if action != REVIEW],
        "reviews": audited.count(REVIEW),
    }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def undisturbed(tmp_path_factory) -> dict[str, Any]:
    async with company(tmp_path_factory.mktemp("calm") / "acme") as calm:
        assert await calm.sandbox.stage.play(DAY), calm.transcript
        return outcome(calm)


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("mode", "after"),
    [
        pytest.param("socket", lambda n: True, id="every step"),
        pytest.param("http", lambda n: n % 2 == 0, id="every odd step"),
        pytest.param("socket", lambda n: n % 2 == 1, id="every even step"),
    ],
)
async def test_a_bot_that_is_killed_between_two_steps_goes_on_where_it_was(tmp_path, undisturbed, mode: Mode, after):
    async with company(tmp_path / "acme", mode) as acme:
        assert await acme.sandbox.stage.play(with_kills(after)), acme.transcript
        disturbed = outcome(acme)
    for part, usual in undisturbed.items():
        assert disturbed[part] == usual, part
