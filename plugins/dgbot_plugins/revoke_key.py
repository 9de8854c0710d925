"""A key that leaked, or that nobody needs, stops working."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Annotated

from dgbot import (
    Command,
    Context,
    Facts,
    Help,
    KeyRef,
    Note,
    Reply,
    UsageError,
    command,
    hookimpl,
    shown_name,
)
from dgbot.deepgram import DeepgramError, DeepgramNotFoundError, Key

_ID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")
_SECRET = re.compile(r"[0-9a-fA-F]{40}")
_END = re.compile(r"[0-9a-f]{4,12}")
_MARKED = re.compile(r"(?:…|\.\.\.|•••)[.…•]*(.*)")

WhichKey = Annotated[KeyRef, Help("Its id, the id's end such as …a91f, or its name")]


async def find_out(ctx: Context, key: WhichKey) -> Reply | None:
    """After a restart: whether the key is gone."""
    keys = (await ctx.deepgram.get_keys(ctx.project.id)).api_keys
    if matches(keys, key):
        return None
    return Reply(
        f"{ctx.project.name} has no key {_quoted(key)} now: nothing can use it",
        (Note("The bot restarted while it was revoking it."),),
    )


@command(
    "revoke-key",
    permission="keys.revoke",
    topic="Keys",
    resume=find_out,
    examples=('revoke-key "call-center"', "revoke-key …a91f"),
)
async def revoke_key(ctx: Context, key: WhichKey) -> Reply:
    """Revoke an API key; what uses it fails at once, and this can't be undone."""
    if _SECRET.fullmatch(key):
        raise UsageError(
            "key: that looks like a key itself, which nobody should paste into Slack; name it by its name or id."
        )
    keys = (await ctx.deepgram.get_keys(ctx.project.id)).api_keys
    found = matches(keys, key)
    if len(found) != 1:
        raise UsageError(_which(key, found) if found else _none(key, keys, ctx.project.name))
    gone = found[0]
    if gone.api_key_id == await _own(ctx):
        raise UsageError(
            f"key: {_told(gone)} is the key that the bot itself works with; without it nothing here works. "
            "Give the bot another key first, then revoke this one in Deepgram's console."
        )
    try:
        await ctx.deepgram.delete_key(ctx.project.id, gone.api_key_id)
    except DeepgramNotFoundError:
        note = "Somebody else, or an earlier try, was faster: Deepgram did not have it any more."
    else:
        note = "This can't be undone; ask for a new key with /deepgram create-key."
    return Reply(
        f"Revoked {_told(gone)}: whatever used it fails from now on",
        (Facts((("Owner", _owner(gone)), ("Scopes", ", ".join(gone.scopes) or "none"))), Note(note)),
    )


async def _own(ctx: Context) -> str:
    """Return the id of the key that the bot works with; empty if Deepgram does not say."""
    try:
        return (await ctx.deepgram.get_token_details()).api_key_id
    except DeepgramError:
        return ""


def matches(keys: Iterable[Key], wanted: str) -> list[Key]:
    """Return the keys that *wanted* means: by id, else by name (the bot's mark left aside) and by the id's end alike.

    After ``…`` stands an id's end and nothing else, and what is written as an id is never a name.
    """
    keys, folded, name = list(keys), wanted.casefold(), shown_name(wanted)
    by_id = [key for key in keys if key.api_key_id.casefold() == folded]
    if by_id or _ID.fullmatch(folded):
        return by_id
    if marked := _MARKED.fullmatch(folded):
        folded, name = marked[1], ""
    ends = _END.fullmatch(folded) is not None
    return [
        key
        for key in keys
        if (name and shown_name(key.comment) == name) or (ends and key.api_key_id.casefold().endswith(folded))
    ]


def _which(wanted: str, found: Sequence[Key]) -> str:
    listed = "; ".join(f"…{_end(key)} of {_owner(key)} ({', '.join(key.scopes)})" for key in found[:10])
    more = f"; and {len(found) - 10} more" if len(found) > 10 else ""
    return f"key: {_quoted(wanted)} means {len(found)} keys: {listed}{more}. Name one by the end of its id."


def _none(wanted: str, keys: Sequence[Key], project: str) -> str:
    if _ID.fullmatch(wanted.casefold()):
        return (
            f"key: {_quoted(wanted)} is the id of no key in {project}; it belongs to another project, "
            f"or is revoked already. {_some(keys)}"
        )
    if _MARKED.fullmatch(wanted):
        return f"key: {_quoted(wanted)} is the end of no key's id in {project}. {_some(keys)}"
    names = list(dict.fromkeys(name for key in keys if (name := shown_name(key.comment))))
    near = difflib.get_close_matches(wanted, names, n=3)
    fits = f"Did you mean {' or '.join(map(_quoted, near))}?" if near else _some(keys)
    return f"key: {_quoted(wanted)} is neither the name nor the id of a key in {project}. {fits}"


def _some(keys: Sequence[Key]) -> str:
    if not keys:
        return "The bot sees no keys there."
    more = f" and {len(keys) - 5} more" if len(keys) > 5 else ""
    return f"Its keys: {', '.join(_told(key) for key in keys[:5])}{more}."


def _told(key: Key) -> str:
    return f"{shown_name(key.comment) or 'a key without a name'} (…{_end(key)})"


def _end(key: Key) -> str:
    return key.api_key_id[-4:]


def _owner(key: Key) -> str:
    if shown_name(key.comment) != (key.comment or "").strip():
        return "made through dgbot; the approvals channel knows for whom"
    return (key.member.email if key.member else "") or "nobody that Deepgram names"


def _quoted(text: str) -> str:
    return f'"{text if len(text) <= 60 else text[:59] + "…"}"'


@hookimpl
def dgbot_commands() -> list[Command]:
    return [revoke_key]
