"""What docs/digest.md tells of digests is what the code does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from dgbot.domain.charts import Chart
from dgbot.domain.digests import AT_LEAST
from dgbot.domain.replies import Buttons, Facts, Note, Part, Reply, Text, plain
from dgbot.domain.spending import MOVES
from dgbot.services.digests import gathering, lists, rounds
from dgbot.services.facts import reply_of

PAGE = (Path(__file__).parents[1] / "docs" / "digest.md").read_text()
[EXAMPLE] = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def in_letters(said: Reply) -> str:
    """Return a message as somebody might write it down."""
    return "\n\n".join([plain(said.headline), *("\n".join(_lines(part)) for part in said.parts)])


def _lines(part: Part) -> Iterator[str]:
    match part:
        case Text(line) | Note(line):
            yield plain(line)
        case Chart():
            yield f"{part.title}: {part.in_letters()}"
        case Facts(pairs):
            for name, line in pairs:
                yield "\n  ".join([name, *plain(line).split("\n")])
        case Buttons(buttons):
            yield "  ".join(f"[{one.label}]" for one in buttons)
        case _:
            raise AssertionError(part)


async def test_the_example_is_what_a_channel_reads(office):
    line, _, said = EXAMPLE.partition("\n\n")
    await office.asks("carol", "/deepgram balance-alert set 600 --channel #general")
    assert "this channel hears its spending every Monday at 9:00" in await office.asks("carol", line, "alerts")
    await office.tick(17 * HOUR)
    await office.asks("alice", "/deepgram create-key ci --scopes usage:read")
    await office.tick(HOUR)
    sql = "SELECT facts FROM outbox WHERE kind = 'digest'"
    [(facts,)] = await office.store._run(lambda connection: connection.exec_driver_sql(sql).all())
    assert in_letters(reply_of(json.loads(facts))).replace("\N{NO-BREAK SPACE}", " ") == said.rstrip("\n")


def test_the_numbers_are_those_of_the_code():
    assert f"for {rounds.PATIENCE // HOUR} hour, every {rounds.PAUSE // MINUTE} minutes" in PAGE
    assert f"and {AT_LEAST // HOUR} hours at least" in PAGE
    assert f"within {lists.SOON.days} days" in PAGE
    assert f"the {lists.MOST} dearest" in PAGE
    assert f"at least {MOVES:.0%}".replace("%", " %") in PAGE
    assert f"{gathering.BACK.days + 1} days" in PAGE
