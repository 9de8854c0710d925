"""What goes wrong on purpose: faults as values, and those of them that are switched on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Literal

import msgspec

from dgbot.sandbox.deepgram.edge.patterns import check_pattern, fits

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT")
Form = Literal["modern", "legacy", "string", "array", "text", "html", "empty"]
Substitute = Literal["html", "text", "null", "object", "array", "string", "empty", "gzip", "lists"]


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="fault"):
    """Something that strikes calls of *method* on paths that fit the pattern, the next *times* or until it is cleared.

    ``*`` as the method is any verb, and several stand between commas (``POST,PUT``); in the pattern ``*`` stands for
    one path segment or more.
    """

    method: str = "*"
    path: str = "*"
    times: int | None = None

    def __post_init__(self) -> None:
        if self.method != "*" and not set(self.method.upper().split(",")) <= set(VERBS):
            raise ValueError(f"method: {self.method[:60]!r} is none of {', '.join(VERBS)}, or * for any.")
        check_pattern(self.path)
        if self.times is not None and not 1 <= self.times <= 10**9:
            raise ValueError(
                f"times={str(self.times)[:20]} makes no sense: give 1 to a billion, or None for every time."
            )


class Status(Fault, frozen=True, kw_only=True, tag="status"):
    """The call is answered with an error; *done* says whether it is performed first."""

    status: int
    form: Form = "modern"
    retry_after: int | float | str | None = None
    done: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 400 <= self.status <= 599:
            raise ValueError(f"{self.status} is not a failure: give a status from 400 to 599.")
        if self.retry_after is not None and not _is_wait(str(self.retry_after)):
            raise ValueError("retry_after: give seconds such as 2, or a date such as Wed, 18 Nov 2026 12:00:07 GMT.")


class Delay(Fault, frozen=True, kw_only=True, tag="delay"):
    """The call waits *seconds* of real time before it is done."""

    seconds: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.seconds <= 3600:
            raise ValueError(f"{self.seconds} seconds is no delay: give 0 to 3600.")


class Drop(Fault, frozen=True, kw_only=True, tag="drop"):
    """The connection is closed; nothing is done."""


class Reset(Fault, frozen=True, kw_only=True, tag="reset"):
    """The call is done, then the connection is reset: the caller can't know the outcome."""


class Truncate(Fault, frozen=True, kw_only=True, tag="truncate"):
    """The call is done and its answer announced in full; then half of it is sent and the connection closed."""


class Body(Fault, frozen=True, kw_only=True, tag="body"):
    """The call is answered with 200 and a body that no operation has; *done* says whether it is performed first."""

    body: Substitute
    done: bool = True


Strike = Status | Drop | Reset | Truncate | Body
"""What happens to a call; a delay may come before it."""


@dataclass
class Standing:
    """A fault that is switched on, and how often it will strike yet."""

    number: int
    fault: Strike | Delay
    left: int | None

    def fits(self, method: str, target: str) -> bool:
        """Whether the fault strikes this call."""
        verbs = self.fault.method.upper().split(",")
        return (verbs == ["*"] or method in verbs) and fits(self.fault.path, target)


@dataclass
class Faults:
    """The faults that are switched on; of those that fit a call, the newest delay and the newest other one strike."""

    _standing: list[Standing] = field(default_factory=list)
    _last: int = 0

    def switch_on(self, fault: Strike | Delay) -> int:
        """Let *fault* strike from now on; returns the number by which it can be cleared."""
        self._last += 1
        self._standing.append(Standing(self._last, fault, fault.times))
        return self._last

    def standing(self) -> tuple[Standing, ...]:
        """The faults that can still strike, oldest first."""
        return tuple(self._standing)

    def clear(self, number: int) -> bool:
        """Switch one fault off; False if it is not on."""
        before = len(self._standing)
        self._standing = [one for one in self._standing if one.number != number]
        return len(self._standing) < before

    def heal(self) -> None:
        """Switch every fault off."""
        self._standing.clear()

    def pause(self, method: str, target: str) -> float:
        """Seconds to wait before the call on the path *target*, as it was sent; uses the delay up."""
        for one in reversed(self._standing):
            if isinstance(one.fault, Delay) and one.fits(method, target):
                self._use(one)
                return one.fault.seconds
        return 0.0

    def strike(self, method: str, target: str) -> Strike | None:
        """What happens to the call, and uses it up; None to go on as usual."""
        for one in reversed(self._standing):
            if not isinstance(one.fault, Delay) and one.fits(method, target):
                self._use(one)
                return one.fault
        return None

    def _use(self, one: Standing) -> None:
        """Count a strike, and forget a fault that has none left."""
        if one.left is not None:
            one.left -= 1
            if one.left == 0:
                self._standing.remove(one)


def _is_wait(text: str) -> bool:
    """Whether a ``Retry-After`` can say *text*: seconds, or a date as HTTP writes them."""
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", text):
        return True
    if not re.fullmatch(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT", text):
        return False
    try:
        return bool(parsedate_to_datetime(text))
    except ValueError:
        return False
