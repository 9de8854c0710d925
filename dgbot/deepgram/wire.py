"""Reads what Deepgram sends, in each of its documented shapes, into what callers get.

Each reader takes the bytes of a 2xx answer and raises ``msgspec.ValidationError`` naming the JSON path, or
``msgspec.DecodeError`` or ``UnicodeDecodeError`` for what is no JSON. Lists may be null; numbers may stand in text;
fields that we don't know are ignored; every other wrong type is refused.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from dgbot.deepgram.responses import (
    Balance,
    BalancesResponse,
    Invite,
    InvitesResponse,
    Key,
    KeyResponse,
    KeysResponse,
    Member,
    MembersResponse,
    Message,
    Project,
    ProjectsResponse,
    Resolution,
    UsageSummaryResponse,
    UsageSummaryResults,
)
from dgbot.deepgram.secret import Secret

S = TypeVar("S", bound=msgspec.Struct)


class _Holder(msgspec.Struct, gc=False):
    """A key and whose it is: side by side, or the key inside the member."""

    member: _Owner | None = None
    api_key: Key | None = None

    def key(self) -> Key | None:
        """The key with its member, or None if this holds none."""
        key = self.api_key if self.api_key and self.api_key.api_key_id else None
        if self.member is None:
            return key
        if key is None:
            key = self.member.api_key
        return key and msgspec.structs.replace(key, member=self.member.plain())


class _Owner(Member, frozen=True, gc=False):
    api_key: Key | None = None

    def plain(self) -> Member:
        """The member alone."""
        return Member(
            member_id=self.member_id,
            email=self.email,
            first_name=self.first_name,
            last_name=self.last_name,
            scopes=self.scopes,
        )


class _KeyAnswer(_Holder, gc=False):
    item: _Holder | None = None


class _KeyItem(msgspec.Struct, gc=False):
    api_key: Key
    member: Member | None = None


class _KeyList(msgspec.Struct, gc=False):
    api_keys: list[_KeyItem] = []


class _InviteList(msgspec.Struct, gc=False):
    invites: list[Invite] = []
    members: list[Invite] = []


class _Balance(Balance, frozen=True, gc=False):
    purchase_order_id: str | None = None


class _BalanceList(msgspec.Struct, gc=False):
    balances: list[_Balance] = []


class _Tokens(msgspec.Struct, rename={"in_": "in"}, gc=False):
    in_: int = 0
    out: int = 0


class _Speech(msgspec.Struct, gc=False):
    characters: int = 0
    requests: int = 0


class _Span(msgspec.Struct, gc=False):
    start: str = ""
    end: str = ""
    hours: float = 0.0
    total_hours: float = 0.0
    requests: int = 0
    tokens: _Tokens | None = None
    tts: _Speech | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.hours) and math.isfinite(self.total_hours)):
            raise ValueError("Expected finite `hours`")


class _SpanLength(msgspec.Struct, gc=False):
    units: str = ""
    amount: int = 0
    results: list[_Span] = []


class _Summary(msgspec.Struct, gc=False):
    start: str = ""
    end: str = ""
    resolution: _SpanLength | None = None
    results: list[_Span] = []


def _secret(_kind: type, value: object) -> Secret:
    if not isinstance(value, str):
        raise TypeError(f"Expected `str`, got `{type(value).__name__}`")
    return Secret(value)


_MESSAGE = msgspec.json.Decoder(Message)
_PROJECTS = msgspec.json.Decoder(ProjectsResponse)
_PROJECT = msgspec.json.Decoder(Project)
_MEMBERS = msgspec.json.Decoder(MembersResponse)
_KEYS = msgspec.json.Decoder(_KeyList, dec_hook=_secret)
_KEY = msgspec.json.Decoder(_KeyAnswer, dec_hook=_secret)
_BARE_KEY = msgspec.json.Decoder(Key, dec_hook=_secret)
_INVITES = msgspec.json.Decoder(_InviteList)
_BALANCES = msgspec.json.Decoder(_BalanceList, strict=False)
_SUMMARY = msgspec.json.Decoder(_Summary, strict=False)


def message(body: bytes) -> Message:
    """A note."""
    return _read(_MESSAGE, body)


def projects(body: bytes) -> ProjectsResponse:
    """A list of projects."""
    return _read(_PROJECTS, body)


def project(body: bytes) -> Project:
    """One project, which must have an id."""
    answer = _read(_PROJECT, body)
    if not answer.project_id:
        raise _missing("project_id")
    return answer


def members(body: bytes) -> MembersResponse:
    """A list of members."""
    return _read(_MEMBERS, body)


def keys(body: bytes) -> KeysResponse:
    """A list of keys, each with the member that it belongs to."""
    items = _read(_KEYS, body).api_keys
    for item in items:
        msgspec.structs.force_setattr(item.api_key, "member", item.member)  # nobody else has seen it yet
    return KeysResponse(api_keys=[item.api_key for item in items])


def key(body: bytes) -> KeyResponse:
    """One key: ``{member, api_key}``, ``{item: {member: {api_key}}}``, or the bare key."""
    answer = _read(_KEY, body)
    found = (answer.item or answer).key() or _read(_BARE_KEY, body)
    if not found.api_key_id:
        raise _missing("api_key_id")
    return KeyResponse(api_key=found)


def created_key(body: bytes) -> KeyResponse:
    """The key just created, which must have its value."""
    answer = key(body)
    if answer.api_key.key is None or answer.api_key.key == Secret(""):
        raise _missing("key")
    return answer


def invites(body: bytes) -> InvitesResponse:
    """A list of invitations, which older answers call members."""
    answer = _read(_INVITES, body)
    return InvitesResponse(invites=answer.invites or answer.members)


def balances(body: bytes) -> BalancesResponse:
    """A list of balances with their exact amounts."""
    return BalancesResponse(
        balances=[
            Balance(
                balance_id=balance.balance_id,
                amount_exact=balance.amount_exact,
                units=balance.units,
                purchase=balance.purchase_order_id or balance.purchase,
            )
            for balance in _read(_BALANCES, body).balances
        ]
    )


def usage_summary(body: bytes) -> UsageSummaryResponse:
    """A usage summary; its results may stand inside the resolution."""
    answer = _read(_SUMMARY, body)
    length = answer.resolution or _SpanLength()
    return UsageSummaryResponse(
        start=answer.start,
        end=answer.end,
        resolution=Resolution(units=length.units, amount=length.amount),
        results=[_results(span) for span in answer.results or length.results],
    )


def _results(span: _Span) -> UsageSummaryResults:
    tokens, speech = span.tokens or _Tokens(), span.tts or _Speech()
    return UsageSummaryResults(
        start=span.start,
        end=span.end,
        hours=span.hours,
        total_hours=span.total_hours,
        requests=span.requests,
        tokens_in=tokens.in_,
        tokens_out=tokens.out,
        tts_characters=speech.characters,
        tts_requests=speech.requests,
    )


_LISTS = frozenset({"api_keys", "balances", "invites", "members", "projects", "results", "scopes", "tags"})
_ANY = msgspec.json.Decoder(float_hook=Decimal)
_EXACT = msgspec.json.Encoder(decimal_format="number")


def _read(decoder: msgspec.json.Decoder[S], body: bytes) -> S:
    """Decode *body*; only if that fails, once more with its null lists left out."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError:
        if b"null" not in body:
            raise
    return decoder.decode(_EXACT.encode(_without_null_lists(_ANY.decode(body))))


def _without_null_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_null_lists(inner) for name, inner in value.items() if inner is not None or name not in _LISTS
        }
    return [_without_null_lists(inner) for inner in value] if isinstance(value, list) else value


def _missing(name: str) -> msgspec.ValidationError:
    return msgspec.ValidationError(f"Object missing required field `{name}`")
