"""Where a script is played: each step is carried out, waited for, and shown with what it brought about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dgbot.sandbox.cast import Bot, StepFailed, Workspace, World
from dgbot.sandbox.clock import SandboxClock
from dgbot.sandbox.script import (
    Channel,
    Clicks,
    Expects,
    Fails,
    Heals,
    Kills,
    Line,
    Says,
    Screen,
    SetsBalance,
    Slows,
    Starts,
    Step,
    Submits,
    Waits,
)
from dgbot.sandbox.transcript import News, listing, paragraph


@dataclass(frozen=True)
class Patience:
    """How many real seconds the stage waits: for news, for no news, for the bot to be idle or to follow the clock."""

    expect: float = 5.0
    expect_not: float = 2.0
    settle: float = 15.0


class Stage:
    """Plays steps and shows the transcript, whose *news* are what became visible after a mark.

    *refusals* are the errors with which the local Slack says that a person can't do what the step wants.
    """

    def __init__(
        self,
        slack: Workspace,
        deepgram: World,
        clock: SandboxClock,
        bot: Bot,
        *,
        show: Callable[[str], None],
        news: Callable[[int], Iterable[News]],
        refusals: tuple[type[Exception], ...],
        patience: Patience = Patience(),
    ) -> None:
        self._slack = slack
        self._deepgram = deepgram
        self._clock = clock
        self._bot = bot
        self._show = show
        self._news = news
        self._refusals = refusals
        self._patience = patience
        self._mark = 0
        self._shown = slack.mark()

    async def play(self, lines: Sequence[Line]) -> bool:
        """Play *lines* up to the first that fails; whether all went as expected."""
        for count, line in enumerate(lines, start=1):
            if count > 1 and not isinstance(line.step, Expects):
                self._show("")
            self._show(line.text)
            try:
                await self.perform(line.step)
            except StepFailed as failure:
                self.tell(failure)
                self._show(f"\nStep {count} of {len(lines)} (line {line.number}) failed.")
                return False
        self._show(f"\n{len(lines)} step{'s' * (len(lines) != 1)}, all as expected.")
        return True

    async def perform(self, step: Step) -> None:
        """Carry out one step and show what became visible; raises StepFailed."""
        try:
            await self._carry_out(step)
        except self._refusals as refusal:
            raise StepFailed(str(refusal)) from refusal
        finally:
            self._show_news()

    def tell(self, failure: StepFailed) -> None:
        """Show why a step failed."""
        self._show(f"  Failed: {failure}")

    async def _carry_out(self, step: Step) -> None:
        match step:
            case Expects(present=True):
                await self._expect(step)
            case Expects():
                await self._expect_not(step)
            case Kills():
                await self._kill()
            case Starts():
                if self._bot.alive():
                    raise StepFailed("The bot is running already; bot: kill would end it.")
                await self._bot.start()
            case Says() | Clicks() | Submits():
                self._mark = self._slack.mark()
                await self._act(step)
                await self._settle()
            case Waits():
                self._mark = self._slack.mark()
                await self._wait(step)
            case _:
                self._mark = self._slack.mark()
                self._turn(step)

    async def _act(self, step: Says | Clicks | Submits) -> None:
        person = self._slack.people[step.who]
        match step:
            case Says():
                await person.says(step.text, step.channel)
            case Clicks():
                await person.clicks(step.label)
            case Submits():
                await person.submits(dict(step.fields))

    def _turn(self, step: SetsBalance | Fails | Slows | Heals) -> None:
        match step:
            case SetsBalance():
                self._deepgram.set_balance(step.amount)
            case Fails():
                self._deepgram.fail(step.method, step.path, step.status)
            case Slows():
                self._deepgram.delay(step.seconds)
            case Heals():
                self._deepgram.heal()

    async def _wait(self, step: Waits) -> None:
        jump = self._clock.advance(step.by)
        deadline = self._time() + self._patience.settle
        while self._bot.alive() and not await self._clock.confirmed(jump, within=0.2):
            if self._time() > deadline:
                raise StepFailed(f"The bot did not follow the clock within {self._patience.settle:g} s.")
        await self._settle()

    async def _kill(self) -> None:
        if not self._bot.alive():
            raise StepFailed("The bot is not running; bot: start would start it.")
        await self._settle()
        await self._bot.kill()

    async def _settle(self) -> None:
        if self._bot.alive():
            await self._bot.settled(within=self._patience.settle)

    async def _expect(self, step: Expects) -> None:
        if not await self._appears(step, self._patience.expect):
            raise StepFailed(
                f"Nothing new in {step.place} contains {step.text!r} within {self._patience.expect:g} s. "
                f"This is new there:\n{listing(self._texts(step.place))}"
            )

    async def _expect_not(self, step: Expects) -> None:
        if await self._appears(step, self._patience.expect_not):
            raise StepFailed(f"Something new in {step.place} contains {step.text!r}:\n{listing(self._matches(step))}")

    async def _appears(self, step: Expects, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                while True:
                    looked = self._slack.mark()
                    if self._matches(step):
                        return True
                    await self._slack.next_change(looked)
        except TimeoutError:
            return bool(self._matches(step))

    def _matches(self, step: Expects) -> list[str]:
        return [text for text in self._texts(step.place) if _folded(step.text) in _folded(text)]

    def _texts(self, place: Channel | Screen) -> list[str]:
        if isinstance(place, Channel):
            return self._slack.channel_texts(place.name, self._mark)
        return self._slack.people[place.name].sees(self._mark)

    def _show_news(self) -> None:
        since, self._shown = self._shown, self._slack.mark()
        for item in self._news(since):
            self._show(paragraph(item))

    def _time(self) -> float:
        return asyncio.get_running_loop().time()


def _folded(text: str) -> str:
    """Case and the width of gaps are layout; a person reads over both."""
    return " ".join(text.casefold().split())
