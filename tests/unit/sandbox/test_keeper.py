"""What the page is told of the bot, whatever the bot wrote."""

import json
import os
import sys
from datetime import UTC, datetime

import pytest

from dgbot.sandbox.botprocess import LAST_BYTES, BotProcess
from dgbot.sandbox.cast import StepFailed
from dgbot.sandbox.keeper import LONGEST_LINE, Keeper

SECRET = "s3cr3t-s3cr3t"


@pytest.fixture
def keeper_of(tmp_path):
    def keeper_of(bot=None) -> Keeper:
        now = datetime(2026, 11, 22, tzinfo=UTC)
        return Keeper(bot, tmp_path / "bot.log", now=lambda: now, tell=lambda _: None, secrets=lambda: [SECRET])

    return keeper_of


@pytest.fixture
def bot_of(tmp_path):
    def bot_of(source: str) -> BotProcess:
        command = (sys.executable, "-c", source)
        return BotProcess({}, folder=tmp_path, log=tmp_path / "bot.log", port=9, command=command)

    return bot_of


@pytest.mark.parametrize("line", ["[1, 2]", "[" * 60_000, "7", "null", '{"event": NaN}', r'{"event": "\ud800"}', "{}"])
async def test_a_line_that_is_no_event_is_shown_as_it_is(keeper_of, tmp_path, line):
    (tmp_path / "bot.log").write_text(f"{line}\n")
    assert keeper_of().tail() == [line]


async def test_last_words_are_few_short_and_without_secrets(keeper_of, bot_of):
    whole = json.dumps({"timestamp": "now", "level": "error", "event": "x" * (LONGEST_LINE - 15) + SECRET + "y" * 999})
    source = f"import sys; print('z' * {20 * LAST_BYTES}); print({whole!r}); sys.exit(3)"
    bot = bot_of(source)
    async with bot:
        with pytest.raises(StepFailed) as failed:
            await bot.start()
        assert len(str(failed.value)) < 2 * LAST_BYTES
        words = keeper_of(bot).last_words
    assert "exit code 3" in words
    assert SECRET[:4] not in words
    assert max(map(len, words.split("\n"))) <= LONGEST_LINE + 1


async def test_of_a_line_without_end_only_that_it_was_there_is_told(bot_of):
    bot = bot_of(f"import sys; sys.stdout.write('z' * {20 * LAST_BYTES}); sys.exit(3)")
    async with bot:
        with pytest.raises(StepFailed, match=r"Its last words:\n    …$"):
            await bot.start()


async def test_last_words_are_looked_up_once(bot_of, tmp_path):
    bot = bot_of("print('because')")
    async with bot:
        await bot._spawn()
        await bot.ended()
        first = bot.last_words
        os.truncate(tmp_path / "bot.log", 0)
        assert "because" in bot.last_words
        assert bot.last_words == first
