"""What goes wrong on purpose: faults as values, and those of them that are switched on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

import msgspec

Form = Literal["modern", "legacy", "string", "array", "text", "html", "empty"]
Substitute = Literal["html", "text", "null", "object", "array", "string", "empty", "gzip"]


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="fault"):
    """Something that strikes calls of *method* on paths that fit the pattern, the next *times* or until it is cleared.

    ``*`` as the method is any verb; in the pattern it stands for one path segment or more.
    """

    method: str = "*"
    path: str = "*"
    times: int | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\*|[A-Za-z]+", self.method):
            raise ValueError(f"method: {self.method!r} is not a verb such as GET, or * for any.")
        if not self.path.startswith(("/", "*")):
            raise ValueError(f"path: {self.path!r} would never strike: begin with / or *.")
        if self.times is not None and self.times < 1:
            raise ValueError(f"times={self.times} would never strike: give 1 or more, or None for every time.")


class Status(Fault, frozen=True, kw_only=True, tag="status"):
    """The call is answered with an error; *done* says whether it is performed first."""

    status: int
    form: Form = "modern"
    retry_after: int | str | None = None
    done: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 400 <= self.status <= 599:
            raise ValueError(f"{self.status} is not a failure: give a status from 400 to 599.")
        if not re.fullmatch(r"[ -~]{0,100}", str(self.retry_after)):
            raise ValueError("retry_after: give seconds or a date, in plain characters.")


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

    def fits(self, method: str, path: str) -> bool:
        """Whether the fault strikes this call."""
        wanted = self.fault.method.upper()
        return self.left != 0 and wanted in ("*", method) and compiled(self.fault.path).fullmatch(path) is not None

    def use(self) -> None:
        """Count a strike."""
        if self.left is not None:
            self.left -= 1


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
        return tuple(one for one in self._standing if one.left != 0)

    def clear(self, number: int) -> bool:
        """Switch one fault off; False if it is not on."""
        found = [one for one in self.standing() if one.number == number]
        self._standing = [one for one in self.standing() if one.number != number]
        return bool(found)

    def heal(self) -> None:
        """Switch every fault off."""
        self._standing.clear()

    def pause(self, method: str, path: str) -> float:
        """Seconds to wait before the call; uses the delay up."""
        for one in reversed(self._standing):
            if isinstance(one.fault, Delay) and one.fits(method, path):
                one.use()
                return one.fault.seconds
        return 0.0

    def strike(self, method: str, path: str) -> Strike | None:
        """What happens to the call, and uses it up; None to go on as usual."""
        for one in reversed(self._standing):
            if not isinstance(one.fault, Delay) and one.fits(method, path):
                one.use()
                return one.fault
        return None


def compiled(pattern: str) -> re.Pattern[str]:
    """A path pattern such as ``/v1/projects/*/balances``, where ``*`` stands for one segment or more."""
    return re.compile(".+".join(re.escape(part) for part in pattern.split("*")))
