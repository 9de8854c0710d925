"""The world beside the conversation: the clock, the balance, the bot, and what is wrong just now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from dgbot.sandbox.clock import SandboxClock, TooLate
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.keeper import Keeper
from dgbot.sandbox.page.console import Console, Leaves
from dgbot.sandbox.page.trouble import Troubles
from dgbot.sandbox.script import ScriptError, Waits, parse_step

TOLD = 3
"""The latest things that happened to the bot are shown."""


class Jump(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The clock moves on, by a duration such as ``3h``."""

    by: str


class Left(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many US dollars are left to acme-prod."""

    amount: str | int | float


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
        try:
            step = parse_step(f"wait {asked.by}")
            if isinstance(step, Waits):
                self.clock.advance(step.by)
                return None
        except TooLate as error:
            return str(error)
        except ScriptError as error:
            return str(error).removeprefix("wait: ")
        return f"{asked.by[:40]!r} is not a duration such as 30m, 12h or 7d."

    def leave(self, asked: Left) -> str | None:
        """Drain or top up."""
        project = self.deepgram.project_id
        return Console(self.deepgram, self.clock).carry_out(Leaves(project=project, amount=asked.amount))


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
