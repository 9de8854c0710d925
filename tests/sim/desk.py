"""The ports of the machine: Deepgram in a dict, windows and people that do as they are told, and no network."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import cast

import msgspec

from dgbot.deepgram import (
    DeepgramApiError,
    DeepgramNotFoundError,
    DeepgramNotSentError,
    DeepgramUnknownOutcomeError,
    Key,
    KeyOptions,
    Secret,
)
from dgbot.deepgram.responses import KeyResponse, KeysResponse, TokenDetails
from dgbot.domain.ports import Person
from dgbot.services.panes import NewKey, OpenPane, Pane, PaneLost

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.moment = NOON

    def now(self) -> datetime:
        return self.moment


class Deepgram:
    """Keys in a dict; *next* is what becomes of the next request for one."""

    def __init__(self, clock: Clock) -> None:
        self.keys: dict[str, Key] = {}
        self.next = "made"
        self._clock, self._ids = clock, itertools.count(1)

    async def create_key(self, _: str, options: KeyOptions) -> KeyResponse:
        if self.next == "unsent":
            raise DeepgramNotSentError("No connection.")
        if self.next in {"refused", "forbidden"}:
            raise DeepgramApiError("No.", status=400 if self.next == "refused" else 403)
        if self.next == "lost":
            raise DeepgramUnknownOutcomeError("Reset.")
        seconds = cast(int, options.time_to_live_in_seconds)
        ends = self._clock.now() + timedelta(seconds=seconds)
        scopes = [*cast(list[str], options.scopes), *(["owner"] if self.next == "wider" else [])]
        number, until = f"key-{next(self._ids)}", f"{ends:%Y-%m-%dT%H:%M:%SZ}"
        key = Key(api_key_id=number, comment=options.comment, scopes=scopes, expiration_date=until)
        self.keys[key.api_key_id] = key
        if self.next == "done, lost":
            raise DeepgramUnknownOutcomeError("Reset.")
        return KeyResponse(api_key=_with_secret(key))

    async def get_token_details(self) -> TokenDetails:
        return TokenDetails(api_key_id="the bot's own")

    async def get_keys(self, _: str) -> KeysResponse:
        return KeysResponse(api_keys=list(self.keys.values()))

    async def delete_key(self, _: str, key_id: str) -> None:
        if self.keys.pop(key_id, None) is None:
            raise DeepgramNotFoundError("Gone.", status=404)


class Windows:
    """Counts the keys that were shown; *next* is what becomes of the next one."""

    def __init__(self) -> None:
        self.next = "shown"

    async def open(self, trigger_id: str, pane: Pane) -> OpenPane:
        return OpenPane("V1", "0")

    async def replace(self, standing: OpenPane, pane: Pane) -> None:
        if isinstance(pane, NewKey) and self.next != "shown":
            raise PaneLost("views.update", known=False)


class Directory:
    async def person(self, user_id: str, *, max_age: timedelta) -> Person:
        return Person(user_id, user_id, full=True, email=f"{user_id}@acme.test")

    async def by_email(self, email: str) -> Person | None:
        return None

    async def groups_of(self, user_id: str, among: frozenset[str], *, max_age: timedelta) -> frozenset[str]:
        return frozenset()


def _with_secret(key: Key) -> Key:
    return msgspec.structs.replace(key, key=Secret("5ec2e7" * 6))
