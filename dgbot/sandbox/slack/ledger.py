"""What went over the wire between the bot and Slack, kept for whoever wants to watch, without its secrets."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from dgbot.sandbox.masking import MASK, masked

Way = Literal["to Slack", "to the bot"]
KEPT: Final = 1000
HIDDEN: Final = frozenset({"authorization", "cookie", "token", "x-slack-signature"})
_BEARER = re.compile(r"(ticket=|/response/|/upload/)\w+|(xox[a-z]-|xapp-)[\w-]+")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer.

    *kind* is a Web API method, ``response_url``, ``upload``, or what was delivered (``slash_commands``,
    ``interactive``, ``events_api``); *status* an HTTP status, or what became of an envelope; *at* sandbox time,
    *seconds* the wall time until the answer.
    """

    way: Way
    kind: str
    at: datetime
    status: int | str
    seconds: float
    payload: Mapping[str, Any]
    answer: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class Ledger:
    """The latest thousand exchanges, oldest first, as they may be shown.

    Tokens, signatures and addresses that open something are masked always, and whatever *secrets* returns: it is
    asked when somebody looks, so that a secret made after the exchange is covered too.
    """

    def __init__(self, now: Callable[[], datetime], *, kept: int = KEPT) -> None:
        self.secrets: Callable[[], Iterable[str]] = tuple
        self.count = 0
        self._now = now
        self._kept: deque[Exchange] = deque(maxlen=kept)

    def note(
        self,
        way: Way,
        kind: str,
        *,
        status: int | str,
        seconds: float,
        payload: Mapping[str, Any],
        answer: Mapping[str, Any],
        headers: Mapping[str, str],
    ) -> None:
        """Keep one exchange; the oldest goes when there is no room."""
        self.count += 1
        self._kept.append(Exchange(way, kind, self._now(), status, seconds, payload, answer, headers))

    def exchanges(self) -> list[Exchange]:
        """Return what is kept, masked."""
        secrets = list(self.secrets())
        return [
            replace(
                one,
                payload=_shown(one.payload, secrets),
                answer=_shown(one.answer, secrets),
                headers=_shown(one.headers, secrets),
            )
            for one in self._kept
        ]


def _shown(thing: Any, secrets: list[str]) -> Any:
    if isinstance(thing, Mapping):
        return {name: MASK if name.lower() in HIDDEN else _shown(value, secrets) for name, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [_shown(one, secrets) for one in thing]
    if isinstance(thing, str):
        return masked(_BEARER.sub(lambda found: f"{found[1] or found[2]}{MASK}", thing), secrets)
    return thing
