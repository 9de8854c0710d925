"""API keys, in every shape that was published."""

from __future__ import annotations

import msgspec

from dgbot.deepgram.responses.keys import Key, KeyResponse, KeysResponse
from dgbot.deepgram.responses.people import Member
from dgbot.deepgram.wire.reading import decoder, missing, read


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
    api_keys: list[_KeyItem]


_KEYS = decoder(_KeyList)
_KEY = decoder(_KeyAnswer)
_BARE_KEY = decoder(Key)


def keys(body: bytes) -> KeysResponse:
    """A list of keys, each with the member that it belongs to; it must be there, if only empty."""
    items = read(_KEYS, body).api_keys
    for item in items:
        msgspec.structs.force_setattr(item.api_key, "member", item.member)  # nobody else has seen it yet
    return KeysResponse(api_keys=[item.api_key for item in items])


def key(body: bytes) -> KeyResponse:
    """One key: ``{member, api_key}``, ``{item: {member: {api_key}}}``, or the bare key."""
    answer = read(_KEY, body)
    found = (answer.item or answer).key() or read(_BARE_KEY, body)
    if not found.api_key_id:
        raise missing("api_key_id")
    return KeyResponse(api_key=found)


def created_key(body: bytes) -> KeyResponse:
    """The key just created, which must have its value."""
    answer = key(body)
    if answer.api_key.key is None or not answer.api_key.key.reveal().strip():
        raise missing("key")
    return answer
