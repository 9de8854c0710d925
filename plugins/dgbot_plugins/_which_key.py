"""Which key somebody means, and how people tell keys apart."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from dgbot import Context, UsageError, shown_name
from dgbot.deepgram import DeepgramError, Key

_ID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")
_START = re.compile(r"[0-9a-f][0-9a-f-]{3,35}")
_END = re.compile(r"[0-9a-f]{4,12}")
_MARKED = re.compile(r"(?:…|\.\.\.|•••)[.…•]*(.*)")
_CUT = re.compile(r"(.*?)[.…•]*(?:…|\.\.\.|•••)")


def matches(keys: Iterable[Key], wanted: str) -> list[Key]:
    """Return the keys that *wanted* means: by id, else by name (the bot's mark left aside), by the id's start and end.

    After ``…`` stands an id's end and before it an id's start, nothing else; what is written as an id is never a name.
    """
    keys, folded, name = list(keys), wanted.casefold(), shown_name(wanted)
    by_id = [key for key in keys if key.api_key_id.casefold() == folded]
    if by_id or _ID.fullmatch(folded):
        return by_id
    start, end = folded, folded
    if marked := _MARKED.fullmatch(folded):
        start, end, name = "", marked[1], ""
    elif cut := _CUT.fullmatch(folded):
        start, end, name = cut[1], "", ""
    return [
        key
        for key in keys
        if (name and shown_name(key.comment) == name)
        or (_START.fullmatch(start) and key.api_key_id.casefold().startswith(start))
        or (_END.fullmatch(end) and key.api_key_id.casefold().endswith(end))
    ]


def none(wanted: str, keys: Sequence[Key], project: str) -> str:
    """Say that *wanted* means none of the *keys* of *project*, and which ones come near."""
    if _ID.fullmatch(wanted.casefold()):
        return (
            f"key: {quoted(wanted)} is the id of no key in {project}; it belongs to another project, "
            f"or is revoked already. {_some(keys)}"
        )
    if _MARKED.fullmatch(wanted):
        return f"key: {quoted(wanted)} is the end of no key's id in {project}. {_some(keys)}"
    if _CUT.fullmatch(wanted):
        return f"key: {quoted(wanted)} is the start of no key's id in {project}. {_some(keys)}"
    names = list(dict.fromkeys(name for key in keys if (name := shown_name(key.comment))))
    near = difflib.get_close_matches(wanted, names, n=3)
    fits = f"Did you mean {' or '.join(map(quoted, near))}?" if near else _some(keys)
    return f"key: {quoted(wanted)} is neither the name nor the id of a key in {project}. {fits}"


async def own_id(ctx: Context, asked: str) -> str:
    """Return the id of the key that the bot works with, which has to stay.

    Raises UsageError, about the parameter *asked*, while Deepgram does not say: any key might be that one.
    """
    try:
        return (await ctx.deepgram.get_token_details()).api_key_id
    except DeepgramError:
        raise UsageError(
            f"{asked}: Deepgram doesn't tell just now which key the bot itself works with, and that one has to stay. "
            "Nothing was changed; try again in a minute, or do it in Deepgram's console."
        ) from None


def told(key: Key) -> str:
    """Name *key* as people know it, with the end of its id."""
    return f"{_name(key)} ({tail(key)})"


def brief(key: Key) -> str:
    """At most 60 characters of its name, for buttons, dialogs and tables."""
    name = _name(key)
    return name if len(name) <= 60 else f"{name[:59]}…"


def tail(key: Key) -> str:
    """The end of a key's *id*; no part of the secret."""
    return f"…{key.api_key_id[-4:]}"


def owner(key: Key) -> str:
    """Whose key it is, as far as Deepgram can say: the bot makes keys for others."""
    if shown_name(key.comment) != (key.comment or "").strip():
        return "made through dgbot; the approvals channel knows for whom"
    return (key.member.email if key.member else "") or "nobody that Deepgram names"


def quoted(text: str) -> str:
    """Return *text* in quotes, at most 60 characters of it."""
    return f'"{text if len(text) <= 60 else text[:59] + "…"}"'


def _name(key: Key) -> str:
    return shown_name(key.comment) or "a key without a name"


def _some(keys: Sequence[Key]) -> str:
    if not keys:
        return "The bot sees no keys there."
    more = f" and {len(keys) - 5} more" if len(keys) > 5 else ""
    return f"Its keys: {', '.join(told(key) for key in keys[:5])}{more}."
