"""What goes wrong on request: the local Slack's answers as on a bad day."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from dgbot.sandbox.slack.edge.arguments import RateLimited, Refused

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

    *told* says it in a few words; *performed*, that the call's work is done before it ends badly.
    """

    method: str
    told: str
    ending: Callable[[], Exception] | None = None
    seconds: float = 0.0
    performed: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A lever that is on, and how often it will strike yet; None is until it is taken back."""

    number: int
    fault: Fault
    left: int | None


class Faults:
    """Levers for a bad day; each strikes the next *times* calls of a method, or until ``clear`` if that is None.

    Beside the methods, ``response_url`` and ``upload`` name the other doors. The oldest lever that fits a call strikes
    it; a call meets one at most. *pause* is how ``delay`` waits. Each returns its number, for ``take_back``.
    """

    def __init__(self, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self.revoked = ""
        self._pause = pause
        self._standing: list[Standing] = []
        self._last = 0

    def rate_limit(self, method: str = EVERY, *, retry_after: int = 1, times: int | None = 1) -> int:
        """Answer 429 ``ratelimited``; *retry_after* is in seconds."""
        return self._stand(Fault(method, f"429, retry after {retry_after} s", lambda: RateLimited(retry_after)), times)

    def refuse(self, method: str, error: str, *, times: int | None = 1) -> int:
        """Answer ``ok: false`` with *error*, such as ``message_not_found`` to an edit."""
        return self._stand(Fault(method, error, lambda: Refused(error)), times)

    def fail(self, method: str = EVERY, *, status: int = 500, performed: bool = False, times: int | None = 1) -> int:
        """Answer with a server error."""
        return self._stand(Fault(method, f"HTTP {status}", lambda: Spoiled(status), performed=performed), times)

    def drop(self, method: str = EVERY, *, performed: bool = False, times: int | None = 1) -> int:
        """End the connection without an answer."""
        return self._stand(Fault(method, "no answer", lambda: Spoiled(DROPPED), performed=performed), times)

    def delay(self, method: str = EVERY, *, seconds: float, times: int | None = 1) -> int:
        """Wait before the call is performed."""
        return self._stand(Fault(method, f"{seconds:g} s late", seconds=seconds), times)

    def revoke(self, error: str = "token_revoked") -> None:
        """Refuse every call of the bot until ``clear``: ``token_revoked``, or ``account_inactive``."""
        self.revoked = error

    def standing(self) -> tuple[Standing, ...]:
        """Return the levers that can still strike, oldest first; ``revoked`` is none of them."""
        return tuple(self._standing)

    def take_back(self, number: int) -> bool:
        """Take one lever back; False if it is not on."""
        before = len(self._standing)
        self._standing = [one for one in self._standing if one.number != number]
        return len(self._standing) < before

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

    def _stand(self, fault: Fault, times: int | None) -> int:
        self._last += 1
        self._standing.append(Standing(self._last, fault, times))
        return self._last

    def _struck(self, method: str) -> Fault | None:
        for index, one in enumerate(self._standing):
            if one.fault.method in (EVERY, method):
                if one.left is not None:
                    less = [replace(one, left=one.left - 1)] if one.left > 1 else []
                    self._standing[index : index + 1] = less
                return one.fault
        return None
