"""Hands and eyes of the people in a test; every act returns when the bot has done all that follows from it."""

from __future__ import annotations

import asyncio
import contextlib
import textwrap
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import pytest

from dgbot.sandbox.slack import Delivered, LocalSlack, NoSuchThing
from dgbot.sandbox.slack.screen.forms import presses, same_label
from dgbot.sandbox.slack.screen.rendering import message_text, view_text
from dgbot.testing.journal import Journal

WITHIN = 1.0
"""Real seconds that `sees` waits for what an idle bot has not said."""


class Seen(str):
    """What became visible on a screen, as read, oldest first; it knows its messages, so that they can be clicked."""

    messages: tuple[tuple[str, str], ...]

    __slots__ = ("messages",)

    def __new__(cls, text: str, messages: tuple[tuple[str, str], ...] = ()) -> Seen:
        """Return *text* that stands in these *messages* (channel id, ts)."""
        seen = super().__new__(cls, text)
        seen.messages = messages
        return seen


class Surroundings(Protocol):
    """What a person acts on."""

    slack: LocalSlack
    journal: Journal

    def require_own_loop(self) -> None:
        """Fail in another event loop than the bot's."""

    async def settled(self) -> None:
        """Return when the bot is idle."""


class Colleague:
    """One person of the workspace, before their screen."""

    def __init__(self, name: str, bot: Surroundings) -> None:
        self._person = bot.slack.people[name]
        self._bot = bot
        self.name, self.user_id = name, self._person.user_id
        self.email = bot.slack.workspace.users[self.user_id].email

    async def says(self, text: str, channel: str = "general") -> Seen:
        """Type *text* in *channel* ("dgbot" is the DM with the bot) and return what is new on the screen then."""
        __tracebackhide__ = True
        return await self._act(f"says {text}", lambda: self._person.says(text, channel))

    async def clicks(self, card: str, label: str = "") -> Seen:
        """Press the button *label* in *card*, which an act or `sees` returned; or ``clicks(label)``, the newest one.

        The confirm dialog is accepted. Raises NoSuchThing, which names what can be clicked.
        """
        __tracebackhide__ = True
        if not label:
            return await self._act(f"clicks {card}", lambda: self._person.clicks(card))
        if not isinstance(card, Seen):
            raise TypeError(
                "clicks: a card is what an act or sees() returned; for the newest one give the label alone."
            )
        return await self._act(f"clicks {label}", lambda: self._press(card, label))

    async def submits(self, fields: Mapping[str, str] | None = None) -> Seen:
        """Fill in the open modal (label -> text, or an option's text) and send it; raises NotAccepted, NoSuchThing."""
        __tracebackhide__ = True
        return await self._act(f"submits {dict(fields or {})}", lambda: self._person.submits(fields))

    @property
    def screen(self) -> list[Seen]:
        """Everything that is on the screen now, by its last change."""
        return self._new_since(0)

    async def sees(self, text: str, *, within: float = WITHIN) -> Seen:
        """Wait until something on the screen contains *text*, and return the newest that does.

        Case and the width of gaps don't matter. Fails after *within* real seconds, and shows the screen.
        """
        __tracebackhide__ = True
        await self._bot.settled()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while not self._showing(text):
                    await self._bot.slack.next_change(self._bot.slack.mark())
        if not (found := self._showing(text)):
            pytest.fail(f"{self.name} does not see {text!r} ({within:g} s after the bot was idle).\n{self._told()}")
        return found[-1]

    async def sees_nothing_of(self, text: str) -> None:
        """Wait until the bot is idle; fail if anything on the screen contains *text*."""
        __tracebackhide__ = True
        await self._bot.settled()
        if self._showing(text):
            pytest.fail(f"{self.name} sees {text!r}.\n{self._told()}")

    async def _act(self, act: str, do: Callable[[], Awaitable[Delivered]]) -> Seen:
        __tracebackhide__ = True
        self._bot.require_own_loop()
        journal, mark = self._bot.journal, self._bot.slack.mark()
        journal.begin(f"{self.name} {act}")
        delivered = await do()
        await self._bot.settled()
        new = self._new_since(mark)
        journal.seen(self.name, "\n".join(new))
        if not delivered.acked:
            pytest.fail(f"The bot did not acknowledge that {self.name} {act} ({delivered.status}).\n{self._told()}")
        return Seen("\n".join(new), tuple(place for one in new for place in one.messages))

    async def _press(self, card: Seen, label: str) -> Delivered:
        workspace, labels = self._bot.slack.workspace, list[str]()
        for message in reversed(workspace.messages_for(self.user_id)):
            if (message.channel_id, message.ts) not in card.messages:
                continue
            for press in presses(message.blocks):
                if same_label(press.label, label):
                    user = workspace.users[self.user_id]
                    return await self._person._interactions.press_in_message(user, message, press)
                labels.append(press.label)
        raise NoSuchThing(f"{self.name} sees no button {label!r} on that card; on it: {', '.join(labels) or 'none'}.")

    def _new_since(self, mark: int) -> list[Seen]:
        workspace = self._bot.slack.workspace
        names = workspace.names()
        new = [
            (one.changed, Seen(message_text(one, names), ((one.channel_id, one.ts),)))
            for one in workspace.messages_for(self.user_id)
        ]
        new += [(one.changed, Seen(view_text(one, names))) for one in workspace.views_for(self.user_id)]
        return [text for changed, text in sorted(new, key=lambda pair: pair[0]) if changed > mark]

    def _showing(self, text: str) -> list[Seen]:
        return [seen for seen in self.screen if _folded(text) in _folded(seen)]

    def _told(self) -> str:
        shown = "\n".join(f"  - {textwrap.indent(text, '    ').strip()}" for text in self.screen)
        screen = (
            f"The screen of {self.name}, newest last:\n{shown}" if shown else f"The screen of {self.name} is empty."
        )
        logged = textwrap.indent(self._bot.journal.logged(), "  ")
        return f"{screen}\nThe bot's log since the last act:\n{logged}" if logged else screen


def _folded(text: str) -> str:
    """Case and the width of gaps are layout; a person reads over both."""
    return " ".join(text.casefold().split())
