import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

import pytest

from dgbot.sandbox.cast import StepFailed
from dgbot.sandbox.clock import SandboxClock
from dgbot.sandbox.masking import masking
from dgbot.sandbox.script import parse
from dgbot.sandbox.stage import Patience, Stage
from dgbot.sandbox.transcript import News

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = "c0ffee" * 6


class NoSuchButton(Exception):
    pass


@dataclass
class FakeSlack:
    """A wall with notes: each has a number, a place and a text."""

    notes: list[tuple[str, str]] = field(default_factory=list)
    done: list[tuple[object, ...]] = field(default_factory=list)
    answers: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.people = {name: FakePerson(name, self) for name in ("alice", "bob", "carol", "gina")}

    def put(self, place: str, text: str) -> None:
        self.notes.append((place, text))

    def mark(self) -> int:
        return len(self.notes)

    async def next_change(self, after: int) -> None:
        while self.mark() <= after:
            await asyncio.sleep(0.001)

    def channel_texts(self, name: str, since: int = 0) -> list[str]:
        return [text for place, text in self.notes[since:] if place == f"#{name}"]


@dataclass
class FakePerson:
    name: str
    slack: FakeSlack

    async def says(self, text: str, channel: str = "general") -> None:
        self.slack.done.append((self.name, "says", text, channel))
        if text in self.slack.answers:
            self.slack.put(*self.slack.answers[text])

    async def clicks(self, label: str) -> None:
        self.slack.done.append((self.name, "clicks", label))
        if label == "Nowhere":
            raise NoSuchButton(f"{self.name} sees no button {label!r}; there is Approve.")

    async def submits(self, fields: Mapping[str, str] = MappingProxyType({})) -> None:
        self.slack.done.append((self.name, "submits", fields))

    def sees(self, since: int = 0) -> list[str]:
        return [text for place, text in self.slack.notes[since:] if place.startswith("#") or place == self.name]


@dataclass
class FakeDeepgram:
    done: list[tuple[object, ...]] = field(default_factory=list)

    def set_balance(self, amount: Decimal) -> None:
        self.done.append(("balance", amount))

    def fail(self, method: str, path_pattern: str, status: int) -> None:
        self.done.append(("fail", method, path_pattern, status))

    def delay(self, seconds: float) -> None:
        self.done.append(("slow", seconds))

    def heal(self) -> None:
        self.done.append(("heal",))


@dataclass
class FakeBot:
    up: bool = True
    settles: int = 0
    stuck: bool = False

    def alive(self) -> bool:
        return self.up

    async def start(self) -> None:
        self.up = True

    async def kill(self) -> None:
        self.up = False

    async def settled(self, *, within: float) -> None:
        self.settles += 1
        if self.stuck:
            raise StepFailed("The bot still had work to do.")


class FollowedClock(SandboxClock):
    """A clock whose bot follows at once, or never."""

    follows = True

    async def confirmed(self, jump: int, *, within: float) -> bool:
        await asyncio.sleep(0.001)
        return self.follows


@dataclass
class Theatre:
    slack: FakeSlack = field(default_factory=FakeSlack)
    deepgram: FakeDeepgram = field(default_factory=FakeDeepgram)
    bot: FakeBot = field(default_factory=FakeBot)
    shown: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = FollowedClock(lambda: NOON)
        self.stage = Stage(
            self.slack,
            self.deepgram,
            self.clock,
            self.bot,
            show=masking(self.shown.append, lambda: self.secrets),
            news=self._news,
            refusals=(NoSuchButton,),
            patience=Patience(expect=0.05, expect_not=0.03, settle=0.05),
        )

    def _news(self, since: int) -> list[News]:
        notes = self.slack.notes[since:]
        return [News(count, place, "dgbot", text) for count, (place, text) in enumerate(notes)]

    async def play(self, source: str) -> bool:
        return await self.stage.play(parse(source))

    @property
    def transcript(self) -> str:
        return "\n".join(self.shown)


@pytest.fixture
async def theatre():
    return Theatre()


async def test_what_people_do_reaches_slack(theatre):
    assert await theatre.play(
        """
        carol: /deepgram invite bob@co.com
        carol in #ops: hello
        bob: click "Approve"
        bob: submit "Why"="no \\"need\\""
        """
    )
    assert theatre.slack.done == [
        ("carol", "says", "/deepgram invite bob@co.com", "general"),
        ("carol", "says", "hello", "ops"),
        ("bob", "clicks", "Approve"),
        ("bob", "submits", {"Why": 'no "need"'}),
    ]
    assert theatre.bot.settles == 4
    assert theatre.shown[-1] == "\n4 steps, all as expected."


async def test_what_the_script_says_of_deepgram_happens_there(theatre):
    assert await theatre.play("deepgram: balance 20\ndeepgram: fail GET /v1/* 503\ndeepgram: slow 5\ndeepgram: heal")
    assert theatre.deepgram.done == [("balance", Decimal(20)), ("fail", "GET", "/v1/*", 503), ("slow", 5.0), ("heal",)]


async def test_a_wait_moves_the_clock_and_lets_the_bot_finish(theatre):
    assert await theatre.play("wait 30m")
    assert theatre.clock.now() == NOON + timedelta(minutes=30)
    assert theatre.bot.settles == 1


async def test_a_bot_that_does_not_follow_the_clock_fails_the_wait(theatre):
    theatre.clock.follows = False
    assert not await theatre.play("wait 30m")
    assert "did not follow the clock" in theatre.transcript


async def test_nobody_waits_for_a_killed_bot(theatre):
    theatre.clock.follows = False
    assert await theatre.play("bot: kill\nwait 30m\ncarol: /deepgram help")
    assert theatre.bot.settles == 1


async def test_a_killed_bot_can_be_started_and_a_running_one_can_not(theatre):
    assert await theatre.play("bot: kill\nbot: start")
    assert not await theatre.play("bot: start")
    assert "running already" in theatre.transcript
    assert not await theatre.play("bot: kill\nbot: kill")
    assert "not running" in theatre.transcript


async def test_a_bot_that_stays_busy_fails_the_step(theatre):
    theatre.bot.stuck = True
    assert not await theatre.play("carol: /deepgram help")
    assert "still had work to do" in theatre.transcript


async def test_a_click_on_nothing_fails_in_slacks_words_and_ends_the_play(theatre):
    assert not await theatre.play('bob: click "Nowhere"\nbob: click "Approve"')
    assert "bob sees no button 'Nowhere'; there is Approve." in theatre.transcript
    assert theatre.shown[-1] == "\nStep 1 of 2 (line 1) failed."
    assert ("bob", "clicks", "Approve") not in theatre.slack.done


async def test_expected_texts_are_found_without_regard_to_case_and_gaps(theatre):
    theatre.slack.answers["/deepgram usage"] = ("alice", "acme-prod\nModel    Hours\nnova-3   1,097")
    assert await theatre.play("alice: /deepgram usage\nexpect alice: NOVA-3 1,097\nexpect-not bob: nova")


async def test_an_expectation_waits_for_what_is_still_to_come(theatre):
    expecting = asyncio.create_task(theatre.play("expect #alerts: $42 left"))
    await asyncio.sleep(0.01)
    theatre.slack.put("#alerts", "acme-prod: $42 left, about 2 days")
    assert await expecting


async def test_a_failed_expectation_shows_what_was_there_instead(theatre):
    theatre.slack.answers["/deepgram usage"] = ("alice", "You may not\nread usage.")
    assert not await theatre.play("alice: /deepgram usage\nexpect alice: requests")
    assert "Nothing new in alice contains 'requests'" in theatre.transcript
    assert "    You may not\n      read usage." in theatre.transcript
    assert not await theatre.play("alice: hello\nexpect #ops: requests")
    assert "(nothing new)" in theatre.transcript


async def test_something_unwanted_fails_expect_not_also_when_it_comes_late(theatre):
    expecting = asyncio.create_task(theatre.play("expect-not #alerts: left"))
    await asyncio.sleep(0.01)
    theatre.slack.put("#alerts", "acme-prod: $42 left")
    assert not await expecting
    assert "Something new in #alerts contains 'left'" in theatre.transcript


@pytest.mark.parametrize("moves", ["carol: hello", "deepgram: heal", "wait 1m"])
async def test_people_deepgram_and_waits_make_older_texts_old(theatre, moves):
    theatre.slack.put("#ops", "old news")
    assert await theatre.play(f"expect #ops: old news\n{moves}\nexpect-not #ops: old news")


async def test_expectations_and_the_bots_fate_leave_texts_new(theatre):
    theatre.slack.put("#ops", "the news")
    assert await theatre.play("expect #ops: news\nbot: kill\nbot: start\nexpect-not #ops: nothing\nexpect #ops: news")


async def test_the_transcript_shows_each_line_and_beneath_it_what_became_visible_where(theatre):
    theatre.slack.answers["/deepgram usage"] = ("alice", "1,097 h\n$212")
    theatre.slack.answers["hello"] = ("#general", "Good morning")
    assert await theatre.play("alice: /deepgram usage\nexpect alice: 212\ncarol: hello")
    assert theatre.transcript == (
        "alice: /deepgram usage\n"
        "  alice  dgbot: 1,097 h\n"
        "      $212\n"
        "expect alice: 212\n"
        "\n"
        "carol: hello\n"
        "  #general  dgbot: Good morning\n"
        "\n"
        "3 steps, all as expected."
    )


async def test_secrets_are_compared_but_never_shown(theatre):
    theatre.secrets.append(SECRET)
    theatre.slack.answers["/reveal"] = ("alice", f"Your new key\n{SECRET}")
    assert await theatre.play(f"alice: /reveal\nexpect alice: {SECRET}\nexpect-not bob: {SECRET}")
    assert not await theatre.play(f"expect bob: {SECRET}")
    assert not await theatre.play(f"alice: /reveal\nexpect alice: {SECRET}!")
    assert SECRET not in theatre.transcript
    assert "Your new key\n      ***" in theatre.transcript
