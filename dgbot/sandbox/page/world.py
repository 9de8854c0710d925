"""The world beside the conversation: the clock, the balance, the bot, and what is wrong just now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from dgbot.plugin.kind import Unfit
from dgbot.plugin.params import read_duration
from dgbot.sandbox.clock import SandboxClock, TooLate
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.keeper import Keeper
from dgbot.sandbox.page.console import Console, Leaves, TopsUp
from dgbot.sandbox.page.trouble import Troubles

TOLD = 3
"""The latest things that happened to the bot are shown."""


class Jump(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The clock moves on, by a duration such as ``3h``."""

    by: str


class Left(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many US dollars are left to acme-prod, or so many come on top."""

    amount: str | int | float
    more: bool = False


class Turned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bot is killed, or started."""

    do: Literal["kill", "start"]


@dataclass(frozen=True, slots=True)
class Levers:
    """Each returns the sentence that refuses what was asked, or None."""

    deepgram: LocalDeepgram
    clock: SandboxClock

    def jump(self, asked: Jump) -> str | None:
        """Move the clock on; the bot follows by itself."""
        if not asked.by.strip():
            return "Write how far the clock moves on, such as 30m, 12h or 7d."
        try:
            self.clock.advance(read_duration(asked.by))
        except Unfit as unfit:
            return f"{asked.by[:40]!r} {unfit}"
        except TooLate as error:
            return str(error)
        return None

    def leave(self, asked: Left) -> str | None:
        """Drain or top up."""
        deed = TopsUp if asked.more else Leaves
        made = deed(project=self.deepgram.project_id, amount=asked.amount)
        return Console(self.deepgram, self.clock).carry_out(made)


def world(deepgram: LocalDeepgram, clock: SandboxClock, troubles: Troubles, keeper: Keeper | None) -> dict[str, Any]:
    """Return what the panel shows; without a *keeper* nobody has started a bot."""
    return {
        "balance": f"{deepgram.balance:.2f}",
        "followed": clock.followed,
        "troubles": troubles.standing(),
        "bot": {
            "state": "down" if keeper is None else keeper.state,
            "words": "" if keeper is None else keeper.last_words,
            "happened": []
            if keeper is None
            else [{"at": one.at.timestamp(), "what": one.what.partition("\n")[0]} for one in keeper.happened[-TOLD:]],
        },
    }
