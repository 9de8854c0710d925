"""What goes wrong on purpose, on both sides: switched on from the page, listed on it, and healed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.deepgram.edge.faults import Body, Delay, Drop, Fault, Reset, Status, Strike
from dgbot.sandbox.slack import LocalSlack

AWAY = 10.0
"""Seconds for which a Slack that goes away stays away."""
PATIENCE, LATE = 5, 2.0
"""Seconds that a limited caller is told to wait, and that a slow Slack takes."""


class Heal(msgspec.Struct, frozen=True, tag="heal", tag_field="fault", forbid_unknown_fields=True):
    """Every fault at Deepgram is switched off."""


Trouble = Strike | Delay | Heal
"""What may happen to Deepgram."""

AT_ONCE = {
    "warn": "Slack announced that it will ask for a new connection.",
    "refresh": "Slack asked for a new connection.",
    "away": f"Slack went away for {AWAY:.0f} s.",
    "restart": "Slack's server was restarted.",
}
"""What is over as soon as it is done, and stands in no list."""

How = Literal["rate_limit", "fail", "slow", "drop", "lost_edit", "revoke", "warn", "refresh", "away", "restart"]


class SlackTrouble(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may happen to Slack: to the next *times* calls, or until it is healed."""

    how: How
    times: Annotated[int, Meta(ge=1, le=1000)] | None = None


class Healed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One trouble is over, or with neither field all are."""

    side: Literal["Slack", "Deepgram"] | None = None
    number: int | None = None


@dataclass
class Troubles:
    """The levers of both sides; each returns the sentence that refuses what was asked, or None.

    *restart* takes the local Slack's server down and up again.
    """

    slack: LocalSlack
    deepgram: LocalDeepgram
    restart: Callable[[], Awaitable[None]] | None = None
    _restarting: set[asyncio.Future[None]] = field(default_factory=set[asyncio.Future[None]], repr=False)

    def at_deepgram(self, asked: Trouble) -> str | None:
        """Let Deepgram fail, or heal it."""
        if isinstance(asked, Heal):
            self.deepgram.heal()
        else:
            self.deepgram.switch_on(asked)
        return None

    async def at_slack(self, asked: SlackTrouble) -> str | None:
        """Let Slack fail."""
        faults, times = self.slack.faults, asked.times
        match asked.how:
            case "rate_limit":
                faults.rate_limit(retry_after=PATIENCE, times=times)
            case "fail":
                faults.fail(status=500, times=times)
            case "slow":
                faults.delay(seconds=LATE, times=times)
            case "drop":
                faults.drop(times=times)
            case "lost_edit":
                faults.refuse("chat.update", "message_not_found", times=times)
            case "revoke":
                faults.revoke()
            case "warn" | "refresh":
                if not self.slack.delivery.connections:
                    return "The bot has no Socket Mode connection that could be told."
                await self.slack.delivery.sockets.disconnect("warning" if asked.how == "warn" else "refresh_requested")
            case "away":
                outage = faults.drop(times=None)
                await self.slack.delivery.sockets.hang_up()
                asyncio.get_running_loop().call_later(AWAY, faults.take_back, outage)
            case "restart":
                return self._restart()
        return None

    def heal(self, asked: Healed) -> str | None:
        """Take one trouble back, or all of them."""
        if asked.side is None:
            self.slack.faults.clear()
            self.deepgram.heal()
        elif asked.number is None or (asked.side == "Slack" and asked.number == 0):
            self._clear(asked)
        else:
            faults = self.slack.faults.take_back if asked.side == "Slack" else self.deepgram.faults.clear
            faults(asked.number)  # one that has struck for the last time is gone already
        return None

    def standing(self) -> list[dict[str, Any]]:
        """Return what is on, in a few words each; number 0 is the revoked token."""
        slack = self.slack.faults
        revoked = [("Slack", 0, f"every call: {slack.revoked}", None)] if slack.revoked else []
        at_slack = [("Slack", one.number, _slack_words(one.fault.method, one.fault.told), one.left)
                    for one in slack.standing()]  # fmt: skip
        at_deepgram = [("Deepgram", one.number, _deepgram_words(one.fault), one.left)
                       for one in self.deepgram.faults.standing()]  # fmt: skip
        return [
            {"side": side, "number": number, "what": what, "left": left}
            for side, number, what, left in (*revoked, *at_slack, *at_deepgram)
        ]

    def _clear(self, asked: Healed) -> None:
        if asked.side == "Deepgram":
            self.deepgram.heal()
        elif asked.number == 0:
            self.slack.faults.revoked = ""
        else:
            self.slack.faults.clear()

    def _restart(self) -> str | None:
        if self.restart is None:
            return "This Slack's server is not ours to restart."
        restarting = asyncio.ensure_future(self.restart())  # the answer to this very request goes out before
        self._restarting.add(restarting)
        restarting.add_done_callback(self._restarting.discard)
        return None


KINDS = {"GET,HEAD": "reads", "POST,PUT,PATCH,DELETE": "changes"}
"""What the page offers to strike, in the words in which it offers that."""


def _slack_words(method: str, told: str) -> str:
    return f"{'every call' if method == '*' else method}: {told}"


def _deepgram_words(fault: Fault) -> str:
    verbs = KINDS.get(fault.method, fault.method)
    struck = " ".join(part for part in (verbs, fault.path) if part != "*") or "every call"
    match fault:
        case Status():
            told = f"HTTP {fault.status}"
        case Delay():
            told = f"{fault.seconds:g} s late"
        case Drop():
            told = "no answer"
        case Reset():
            told = "done, answer lost"
        case Body():
            told = f"a body of {fault.body}"
        case _:
            told = "answer cut short"
    return f"{struck}: {told}"
