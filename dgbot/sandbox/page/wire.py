"""The wire as the page shows it: what went between bot, Slack and Deepgram, in one count and without its secrets."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from starlette.websockets import WebSocket

from dgbot.sandbox.deepgram.edge.answers import Answer
from dgbot.sandbox.deepgram.edge.arrival import Arrival
from dgbot.sandbox.deepgram.edge.faults import Strike
from dgbot.sandbox.deepgram.wire import read_body
from dgbot.sandbox.masking import mask
from dgbot.sandbox.page.calls import call
from dgbot.sandbox.page.feeds import Source, news
from dgbot.sandbox.page.turns import Turns
from dgbot.sandbox.slack.edge.ledger import Exchange, shown

KEPT = 1000
SENT_AT_FIRST = 300
CHUNK = 100
LARGEST_BODY = 64 * 1024
"""Bytes of a body at Deepgram that is kept; of a larger one its size is."""
GIST, ENOUGH = 120, 10_000
"""Characters of a summary, and of what it is made from: so many that no secret is cut where it could be seen."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange by its number; *whole* tells everything about it, as it was."""

    number: int
    whole: Callable[[], Exchange]


class Wire:
    """The latest thousand exchanges of both sides; only what is masked leaves. *secrets* are asked for each time."""

    def __init__(self, now: Callable[[], datetime], secrets: Callable[[], Iterable[str]]) -> None:
        self._now, self._secrets = now, secrets
        self._kept: deque[Entry] = deque(maxlen=KEPT)
        self._turns = Turns()
        self._masked: tuple[str, ...] = ()
        self._told: dict[int, dict[str, Any]] = {}

    def slack_noted(self, exchange: Exchange) -> None:
        """Keep an exchange with Slack."""
        self._keep(lambda: exchange)

    def deepgram_noted(self, arrival: Arrival, answer: Answer, strike: Strike | None, seconds: float) -> None:
        """Keep a call of Deepgram."""
        tell = partial(call, arrival, answer, strike, seconds, self._now())
        if max(len(answer.body), len(arrival.raw)) <= LARGEST_BODY:
            sent, said = arrival.raw, answer.body
            self._keep(lambda: tell(sent=read_body(sent), said=read_body(said)))
        else:
            large = tell(sent=f"{len(arrival.raw)} bytes", said=f"{len(answer.body)} bytes")
            self._keep(lambda: large)

    def details(self, number: int) -> str | None:
        """Return everything about one exchange, as JSON; None if it is not kept."""
        first = self._turns.turn - len(self._kept) + 1
        if not first <= number <= self._turns.turn:
            return None
        without = mask(self._secrets())
        whole = self._kept[number - first].whole()
        one = shown(whole, without)
        called = one.way == "to Deepgram"
        return _as_json(
            _summary(number, shown(_brief(whole), without))
            | {
                "query": _query(one.payload) if called else "",
                "headers": one.headers,
                "payload": one.payload.get("body", {}) if called else one.payload,
                "answer_headers": one.answer_headers,
                "answer": one.answer,
            }
        )

    async def tell(self, websocket: WebSocket, after: int) -> None:
        """Send summaries of what came after number *after*, a chunk a message, and go on as more comes.

        A page that knows of exchanges from an earlier demo begins anew, and is told so.
        """
        fresh = after > self._turns.turn
        last = max(0 if fresh else after, self._turns.turn - SENT_AT_FIRST)
        while True:
            mark = self._turns.turn
            chunk = self._after(last)
            if chunk or fresh:
                await websocket.send_text(_as_json({"fresh": fresh, "exchanges": chunk}))
                fresh = False
            if not chunk:
                await news([Source(lambda: self._turns.turn, self._turns.turned)], [mark])
            else:
                last = chunk[-1]["number"]

    def _keep(self, whole: Callable[[], Exchange]) -> None:
        self._kept.append(Entry(self._turns.turn + 1, whole))
        self._turns.stir()

    def _after(self, last: int) -> list[dict[str, Any]]:
        first = self._turns.turn - len(self._kept) + 1
        secrets = tuple(self._secrets())
        if secrets != self._masked:
            self._masked, self._told = secrets, {}
        without = mask(secrets)
        chunk = islice(self._kept, max(0, last + 1 - first), max(0, last + 1 - first) + CHUNK)
        return [self._summary(one, without) for one in chunk]

    def _summary(self, one: Entry, without: Callable[[str], str]) -> dict[str, Any]:
        """Made once, until there is another secret."""
        if one.number not in self._told:
            self._told[one.number] = _summary(one.number, shown(_brief(one.whole()), without))
            self._told.pop(one.number - KEPT, None)
        return self._told[one.number]


def _summary(number: int, one: Exchange) -> dict[str, Any]:
    return {
        "number": number,
        "side": "Deepgram" if one.way == "to Deepgram" else "Slack",
        "way": one.way,
        "kind": one.kind,
        "at": one.at.timestamp(),
        "status": one.status,
        "ms": round(one.seconds * 1000, 1),
        "bad": _is_bad(one),
        "gist": _gist(one)[:GIST],
    }


def _brief(one: Exchange) -> Exchange:
    """What a summary is made from."""
    return replace(one, payload=_parts(one.payload), answer=_parts(one.answer), headers={}, answer_headers={})


def _parts(whole: Mapping[str, Any]) -> dict[str, Any]:
    parts = {name: whole[name] for name in ("command", "text", "type", "query", "error", "ok") if name in whole}
    if isinstance(actions := whole.get("actions"), list) and actions and isinstance(actions[0], Mapping):
        parts["action"] = actions[0].get("action_id", "")
    if isinstance(event := whole.get("event"), Mapping):
        parts["event"] = event.get("type", "")
    return {name: part[:ENOUGH] if isinstance(part, str) else part for name, part in parts.items()}


def _as_json(thing: object) -> str:
    return json.dumps(thing, default=float)  # Decimals are all that else there is; ASCII, whatever was sent


def _is_bad(one: Exchange) -> bool:
    if isinstance(one.status, int):
        return not 200 <= one.status < 400 or one.answer.get("ok") is False
    return one.status != "acked"


def _gist(one: Exchange) -> str:
    """What it is about, in a few words; *one* is brief."""
    payload, error = one.payload, one.answer.get("error")
    if one.way == "to Deepgram":
        return _query(payload)
    if isinstance(error, str) and one.answer.get("ok") is False:
        return error
    if "command" in payload:
        return f"{payload['command']} {payload.get('text', '')}".rstrip()
    if "action" in payload:
        return f"{payload.get('type', '')} {payload['action']}"
    return str(payload.get("event") or payload.get("text") or payload.get("type") or "")


def _query(payload: Mapping[str, Any]) -> str:
    return "&".join(f"{name}={value}" for name, values in payload.get("query", {}).items() for value in values)
