"""What goes wrong on purpose, and the ledger of what was asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

DROP = 0  # the "status" of a connection that is cut without an answer


@dataclass(frozen=True)
class Seen:
    """One call as the server saw it; entries are in the order in which calls ended."""

    method: str
    path: str
    """Decoded, with ``/v1``."""
    query: Mapping[str, tuple[str, ...]]
    body: object
    """The parsed JSON, frozen: read-only mappings and tuples. Text that is no JSON stays text; None is no body."""
    api_key_id: str | None
    """Whose credential it was; None if it was missing, unknown or never looked at."""
    status: int
    """What was answered, or would have been if the answer had not been lost; 0 for a call that was dropped undone."""
    arrived: datetime
    answered: datetime | None
    """None if no answer was sent; an answer that was sent may still have found nobody waiting."""


@dataclass
class _Fault:
    method: str
    path: re.Pattern[str]
    status: int
    times: int | None

    def strikes(self, method: str, path: str) -> bool:
        return self.times != 0 and self.method in ("*", method) and self.path.fullmatch(path) is not None

    def use(self) -> None:
        if self.times is not None:
            self.times -= 1


@dataclass
class Faults:
    """The faults that are switched on; of those that fit a call, the newest strikes."""

    _failures: list[_Fault] = field(default_factory=list)
    _losses: list[_Fault] = field(default_factory=list)
    _delays: list[tuple[re.Pattern[str], float]] = field(default_factory=list)

    def fail(self, method: str, pattern: str, status: int, times: int | None) -> None:
        """Answer *status* instead of doing the call; 0 drops the connection. ``times=None`` is until `heal`."""
        if status != DROP and not 400 <= status <= 599:
            raise ValueError(f"{status} is not a failure: give a status from 400 to 599, or 0 to drop the connection.")
        self._failures.append(_Fault(method.upper(), compiled(pattern), status, _checked(times)))

    def lose(self, method: str, pattern: str, times: int | None) -> None:
        """Do the call, then drop the connection."""
        self._losses.append(_Fault(method.upper(), compiled(pattern), DROP, _checked(times)))

    def delay(self, seconds: float, pattern: str) -> None:
        """Wait *seconds* before the call is done."""
        if seconds < 0:
            raise ValueError(f"{seconds} seconds is no delay: give 0 or more.")
        self._delays.append((compiled(pattern), seconds))

    def heal(self) -> None:
        """Switch every fault off."""
        self._failures.clear()
        self._losses.clear()
        self._delays.clear()

    def pause(self, path: str) -> float:
        """Seconds to wait before the call to *path*."""
        return next((seconds for route, seconds in reversed(self._delays) if route.fullmatch(path)), 0.0)

    def failure(self, method: str, path: str) -> int | None:
        """The status to answer instead of doing the call, and uses it up; None to go on."""
        return _strike(self._failures, method, path)

    def loses(self, method: str, path: str) -> bool:
        """Whether the answer to this call is lost; uses the fault up."""
        return _strike(self._losses, method, path) is not None


def compiled(pattern: str) -> re.Pattern[str]:
    """A path pattern such as ``/v1/projects/*/balances``, where ``*`` stands for one segment or more."""
    return re.compile(".+".join(re.escape(part) for part in pattern.split("*")))


def _checked(times: int | None) -> int | None:
    if times is not None and times < 1:
        raise ValueError(f"times={times} would never strike: give 1 or more, or None for every time.")
    return times


def _strike(faults: list[_Fault], method: str, path: str) -> int | None:
    for fault in reversed(faults):
        if fault.strikes(method, path):
            fault.use()
            return fault.status
    return None
