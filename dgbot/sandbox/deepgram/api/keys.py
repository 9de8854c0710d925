"""The operations on API keys: the only place where a secret leaves this server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dgbot.sandbox.deepgram.api.call import Call, Json
from dgbot.sandbox.deepgram.refusals import bad_request, invalid_json, unknown
from dgbot.sandbox.deepgram.wire import rfc3339
from dgbot.sandbox.deepgram.world.holdings import Key
from dgbot.sandbox.deepgram.world.scopes import ROLES, granted, is_scope

_LONGEST_TTL = 10 * 366 * 86_400  # nobody documents a maximum; beyond ten years it is a slip of the pen


def list_keys(call: Call) -> Json:
    """The keys that live, or with ``status=expired`` those that do not; only one's own without sight of the members."""
    expired = call.choice("status", "active", "expired") == "expired"
    shown = [key for key in call.project.keys.values() if key.lives(call.now) is not expired and _sees(call, key)]
    return {"api_keys": [_listed(call, key) for key in shown]}


def get_key(call: Call) -> Json:
    """One key, expired or not; another member's is unknown to whom the list would not show it."""
    key = _named(call)
    if not _sees(call, key):
        raise unknown("API key", "An")
    described = _described(key)
    if call.wire == "legacy":
        return {"member": _member(call, key, names=True), "api_key": described}
    return {"item": {"member": {**_member(call, key, names=True), "api_key": described}}}


def create_key(call: Call) -> Json:
    """A new key of the caller's member, with its secret."""
    comment, scopes = call.text_field("comment"), call.texts_field("scopes")
    if not scopes:
        raise bad_request("scopes: at least one scope is required.")
    for scope in scopes:
        if not call.lenient and not is_scope(scope):
            raise bad_request(f"scopes: '{scope}' is not a valid scope.")
    call.hand_out(*scopes)
    tags: tuple[str, ...] = ()
    if call.fields().get("tags") is not None:
        tags = call.texts_field("tags")
        if not tags:
            raise bad_request("tags: must not be empty.")
    key = Key(
        api_key_id=call.world.new_id(),
        secret=call.world.new_secret(),
        member_id=call.maker.member_id,
        comment=comment,
        scopes=granted(scopes),
        tags=tags,
        created=call.now,
        expires=_expiry(call),
    )
    call.project.keys[key.api_key_id] = key
    call.world.issued.append(key.secret)
    created = {**_described(key), "key": key.secret}
    if call.wire == "current":
        del created["created"]
    return created


def delete_key(call: Call) -> Json:
    """Forget a key at once; an admin or a member deletes their own ones only."""
    key = _named(call)
    if call.maker.role != "owner" and key.member_id != call.maker.member_id:
        call.need("owners:write")
    call.project.delete_key(key.api_key_id, call.now)
    return {"message": "Successfully deleted the API key!"}


def _expiry(call: Call) -> datetime | None:
    date, ttl = call.fields().get("expiration_date"), call.fields().get("time_to_live_in_seconds")
    if date is not None and ttl is not None:
        raise bad_request("expiration_date and time_to_live_in_seconds: provide only one of them.")
    if date is not None:
        return _full_date(call, date)
    if ttl is None:
        return None
    if not isinstance(ttl, int) or isinstance(ttl, bool):
        raise invalid_json(f"invalid type: expected an integer for `time_to_live_in_seconds` {call.place()}")
    if not 1 <= ttl <= _LONGEST_TTL:
        raise bad_request(f"time_to_live_in_seconds: {ttl} is not from 1 to {_LONGEST_TTL}.")
    return call.now + timedelta(seconds=ttl)


def _full_date(call: Call, text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
        if moment.tzinfo is None:
            raise invalid_json(f"input is not enough for unique date and time {call.place()}")
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise invalid_json(f"input contains invalid characters {call.place()}") from None
    if moment <= call.now:
        raise bad_request("expiration_date: must be in the future.")
    return moment


def _named(call: Call) -> Key:
    key = call.project.keys.get(call.parts["key"])
    if key is None:
        raise unknown("API key", "An")
    return key


def _sees(call: Call, key: Key) -> bool:
    return key.member_id == call.maker.member_id or all(call.may(f"{role}s:read") for role in ROLES)


def _described(key: Key) -> Json:
    described: Json = {
        "api_key_id": key.api_key_id,
        "comment": key.comment,
        "scopes": list(key.scopes),
        "created": rfc3339(key.created),
    }
    if key.tags:
        described["tags"] = list(key.tags)
    if key.expires is not None:
        described["expiration_date"] = rfc3339(key.expires)
    return described


def _listed(call: Call, key: Key) -> Json:
    described = _described(key)
    if call.wire == "current":  # whose list leaves out what a careful client must fetch
        described = {name: described[name] for name in ("api_key_id", "comment", "scopes", "created")}
    return {"member": _member(call, key, names=call.wire == "legacy"), "api_key": described}


def _member(call: Call, key: Key, *, names: bool) -> Json:
    member = call.project.members[key.member_id]
    shown: Json = {"member_id": member.member_id, "email": member.email}
    if names and member.first_name is not None:
        shown |= {"first_name": member.first_name, "last_name": member.last_name}
    return shown
