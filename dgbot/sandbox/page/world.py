"""The world beside the conversation: the clock, the balance, and what goes wrong at Deepgram."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import msgspec

from dgbot.sandbox.clock import SandboxClock
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.deepgram.edge.faults import Delay, Strike
from dgbot.sandbox.script import ScriptError, Waits, parse_step


class Jump(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The clock moves on, by a duration such as ``3h``."""

    by: str


class Left(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many US dollars are left."""

    amount: str | int | float


class Heal(msgspec.Struct, frozen=True, tag="heal", tag_field="fault", forbid_unknown_fields=True):
    """Every fault is switched off."""


Trouble = Strike | Delay | Heal


@dataclass(frozen=True, slots=True)
class Levers:
    """Each returns the sentence that refuses what was asked, or None."""

    deepgram: LocalDeepgram
    clock: SandboxClock

    def jump(self, asked: Jump) -> str | None:
        """Move the clock on; the bot follows by itself."""
        try:
            step = parse_step(f"wait {asked.by}")
        except ScriptError as error:
            return str(error).removeprefix("wait: ")
        if not isinstance(step, Waits):
            return f"{asked.by[:40]!r} is not a duration such as 30m, 12h or 7d."
        self.clock.advance(step.by)
        return None

    def leave(self, asked: Left) -> str | None:
        """Drain or top up."""
        try:
            self.deepgram.set_balance(Decimal(str(asked.amount)))
        except InvalidOperation:
            return f"{str(asked.amount)[:40]!r} is not an amount such as 20 or 49.50."
        except ValueError as error:
            return str(error)
        return None

    def trouble(self, asked: Trouble) -> str | None:
        """Let Deepgram fail, or heal it."""
        if isinstance(asked, Heal):
            self.deepgram.heal()
        else:
            self.deepgram.switch_on(asked)
        return None
