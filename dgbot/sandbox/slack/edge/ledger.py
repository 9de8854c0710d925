"""What went over the wire between the bot and Slack, kept for whoever wants to watch, without its secrets."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from dgbot.sandbox.masking import MASK, mask

Way = Literal["to Slack", "to the bot", "to Deepgram"]
KEPT: Final = 1000
HIDDEN: Final = frozenset({"authorization", "cookie", "set-cookie", "token", "x-slack-signature"})
_BEARER = re.compile(r"(ticket=|/response/|/upload/)\w+|(xox[a-z]-|xapp-)[\w-]+")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer.

    *kind* is a Web API method, ``response_url``, ``upload``, or what was delivered (``slash_commands``,
    ``interactive``, ``events_api``); *status* an HTTP status, or what became of an envelope; *at* sandbox time,
    *seconds* the wall time until the answer. What goes to Deepgram has its verb and its path as *kind*.
    """

    way: Way
    kind: str
    at: datetime
    status: int | str
    seconds: float
    payload: Mapping[str, Any]
    answer: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    answer_headers: Mapping[str, str] = field(default_factory=dict)


class Ledger:
    """The latest thousand exchanges, oldest first, as they may be shown.

    Tokens, signatures and addresses that open something are masked always, and whatever *secrets* returns: it is
    asked when somebody looks, so that a secret made after the exchange is covered too. *noted* is told of each
    exchange as it was, unmasked.
    """

    def __init__(self, now: Callable[[], datetime], *, kept: int = KEPT) -> None:
        self.secrets: Callable[[], Iterable[str]] = tuple
        self.noted: Callable[[Exchange], None] = lambda _: None
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
        answer_headers: Mapping[str, str] | None = None,
    ) -> None:
        """Keep one exchange; the oldest goes when there is no room."""
        self.count += 1
        exchange = Exchange(way, kind, self._now(), status, seconds, payload, answer, headers, answer_headers or {})
        self._kept.append(exchange)
        self.noted(exchange)

    def exchanges(self) -> list[Exchange]:
        """Return what is kept, masked."""
        without = mask(self.secrets())
        return [shown(one, without) for one in self._kept]


def shown(exchange: Exchange, without: Callable[[str], str]) -> Exchange:
    """Return *exchange* as it may be shown; *without* takes the secrets out of a text."""
    return replace(
        exchange,
        kind=_shown(exchange.kind, without),
        payload=_shown(exchange.payload, without),
        answer=_shown(exchange.answer, without),
        headers=_shown(exchange.headers, without),
        answer_headers=_shown(exchange.answer_headers, without),
    )


def _shown(thing: Any, without: Callable[[str], str]) -> Any:
    if isinstance(thing, Mapping):
        return {
            without(str(name)): MASK if str(name).lower() in HIDDEN else _shown(value, without)
            for name, value in thing.items()
        }
    if isinstance(thing, list | tuple):
        return [_shown(one, without) for one in thing]
    if isinstance(thing, str):
        return without(_BEARER.sub(lambda found: f"{found[1] or found[2]}{MASK}", thing))
    return thing
