"""What goes wrong on request: the local Slack's answers as on a bad day."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from dgbot.sandbox.slack.arguments import RateLimited, Refused

Answer = TypeVar("Answer")
EVERY = "*"
DROPPED = 0  # the "status" of a call whose connection ended without an answer


class Spoiled(Exception):
    """A call that gets no answer of Slack's: a server error's *status*, or DROPPED."""

    def __init__(self, status: int) -> None:
        super().__init__(f"The answer is spoiled: {status or 'dropped'}.")
        self.status = status


@dataclass(frozen=True, slots=True)
class Fault:
    """What becomes of a call of *method* (``*`` is any): a wait, and then perhaps an *ending* instead of its answer.

    *performed* says that the call's work is done before it ends badly.
    """

    method: str
    ending: Callable[[], Exception] | None = None
    seconds: float = 0.0
    performed: bool = False


class Faults:
    """Levers for a bad day; each strikes the next *times* calls of a method, or until ``clear`` if that is None.

    Beside the methods, ``response_url`` and ``upload`` name the other doors. The oldest lever that fits a call strikes
    it; a call meets one at most. *pause* is how ``delay`` waits.
    """

    def __init__(self, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self.revoked = ""
        self._pause = pause
        self._standing: list[tuple[Fault, int | None]] = []

    def rate_limit(self, method: str = EVERY, *, retry_after: int = 1, times: int | None = 1) -> None:
        """Answer 429 ``ratelimited``; *retry_after* is in seconds."""
        self._stand(Fault(method, lambda: RateLimited(retry_after)), times)

    def refuse(self, method: str, error: str, *, times: int | None = 1) -> None:
        """Answer ``ok: false`` with *error*, such as ``message_not_found`` to an edit."""
        self._stand(Fault(method, lambda: Refused(error)), times)

    def fail(self, method: str = EVERY, *, status: int = 500, performed: bool = False, times: int | None = 1) -> None:
        """Answer with a server error."""
        self._stand(Fault(method, lambda: Spoiled(status), performed=performed), times)

    def drop(self, method: str = EVERY, *, performed: bool = False, times: int | None = 1) -> None:
        """End the connection without an answer."""
        self._stand(Fault(method, lambda: Spoiled(DROPPED), performed=performed), times)

    def delay(self, method: str = EVERY, *, seconds: float, times: int | None = 1) -> None:
        """Wait before the call is performed."""
        self._stand(Fault(method, seconds=seconds), times)

    def revoke(self, error: str = "token_revoked") -> None:
        """Refuse every call of the bot until ``clear``: ``token_revoked``, or ``account_inactive``."""
        self.revoked = error

    def clear(self) -> None:
        """Take every lever back."""
        self.revoked = ""
        self._standing.clear()

    async def around(self, method: str, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """Return what *work* answers, unless a lever has another idea: then Refused or Spoiled."""
        fault = self._struck(method)
        if fault is None:
            return await work()
        if fault.seconds:
            await self._pause(fault.seconds)
        if fault.ending is None:
            return await work()
        if fault.performed:
            with contextlib.suppress(Refused):
                await work()
        raise fault.ending()

    def _stand(self, fault: Fault, times: int | None) -> None:
        self._standing.append((fault, times))

    def _struck(self, method: str) -> Fault | None:
        for index, (fault, left) in enumerate(self._standing):
            if fault.method in (EVERY, method):
                if left is None:
                    return fault
                self._standing[index : index + 1] = [(fault, left - 1)] if left > 1 else []
                return fault
        return None
