"""A key that leaked, or that nobody needs, stops working."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Annotated

from dgbot import (
    Button,
    Buttons,
    Command,
    Confirm,
    Context,
    Facts,
    Help,
    KeyRef,
    Line,
    Note,
    Part,
    Reply,
    Table,
    UsageError,
    command,
    hookimpl,
    run_button,
)
from dgbot.deepgram import DeepgramNotFoundError, Key
from dgbot_plugins._key_use import use_of, within
from dgbot_plugins._which_key import brief, matches, none, own_id, owner, quoted, tail, told

_SECRET = re.compile(r"[0-9a-fA-F]{40}")
_ONE_WORD = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}")

MOST = 10
"""Keys of one name that are shown, each with its button."""

WhichKey = Annotated[KeyRef, Help("Its id, the id's start, its end such as …a91f, or its name")]
Now = Annotated[bool, Help("Don't ask first", label="At once")]


async def find_out(ctx: Context, key: WhichKey, *, now: Now = False) -> Reply | None:
    """After a restart: whether the key is gone; what only asks is asked again."""
    if not now or matches((await ctx.deepgram.get_keys(ctx.project.id)).api_keys, key):
        return None
    return Reply(
        f"{ctx.project.name} has no key {quoted(key)} now: nothing can use it",
        (Note("The bot restarted while it was revoking it."),),
    )


@command(
    "revoke-key",
    permission="keys.revoke",
    topic="Keys",
    resume=find_out,
    examples=('revoke-key "call-center"', "revoke-key …a91f --now"),
    asks_first="now",
)
async def revoke_key(ctx: Context, key: WhichKey, *, now: Now = False) -> Reply:
    """Revoke an API key; what uses it fails at once, and this can't be undone."""
    if _SECRET.fullmatch(key):
        raise UsageError(
            "key: that looks like a key itself, which nobody should paste into Slack; name it by its name or id."
        )
    keys = (await ctx.deepgram.get_keys(ctx.project.id)).api_keys
    found = matches(keys, key)
    if not found:
        raise UsageError(none(key, keys, ctx.project.name))
    if len(found) > 1:
        return _which(key, found)
    if found[0].api_key_id == await own_id(ctx, "key"):
        raise UsageError(
            f"key: {told(found[0])} is the key that the bot itself works with; without it nothing here works. "
            "Give the bot another key first, then revoke this one in Deepgram's console."
        )
    return await _revoke(ctx, found[0]) if now else await _ask(ctx, found[0])


async def _ask(ctx: Context, key: Key) -> Reply:
    """Show what is known of *key*, and the button that revokes it."""
    use, whole = await asyncio.gather(use_of(ctx, key), within(ctx.deepgram.get_key(ctx.project.id, key.api_key_id)))
    facts: tuple[tuple[str, Line], ...] = (
        ("Owner", owner(key)),
        ("Scopes", ", ".join(key.scopes) or "none"),
        ("Created", (key.created_at,) if key.created_at else "Deepgram doesn't tell"),
        ("Ends", _end(key, whole.api_key if whole else None)),
        ("Use", use.line),
    )
    return Reply(
        f"Revoke {told(key)}? {use.loss}",
        (
            Facts(facts),
            *_in_a_row(_buttons(key, "Revoke it", use.loss)),
            Note("Nothing has changed yet. With --now a key is revoked without this question."),
        ),
    )


async def _revoke(ctx: Context, key: Key) -> Reply:
    try:
        await ctx.deepgram.delete_key(ctx.project.id, key.api_key_id)
    except DeepgramNotFoundError:
        note = "Somebody else, or an earlier try, was faster: Deepgram did not have it any more."
    else:
        note = "This can't be undone; ask for a new key with /deepgram create-key."
    if await ctx.requests.key_revoked(key.api_key_id):
        note += " Whoever asked for it hears of it."
    return Reply(
        f"Revoked {told(key)}: whatever used it fails from now on",
        (Facts((("Owner", owner(key)), ("Scopes", ", ".join(key.scopes) or "none"))), Note(note)),
    )


def _which(wanted: str, found: Sequence[Key]) -> Reply:
    """Ask which of several keys is meant; the answer revokes it, after a dialog."""
    shown = found[:MOST]
    rows = tuple((tail(key), brief(key), owner(key), ", ".join(key.scopes)) for key in shown)
    buttons = [
        button for key in shown for button in _buttons(key, f"Revoke {tail(key)}", "What uses it fails at once.")
    ]
    return Reply(
        f"{quoted(wanted)} means {len(found)} keys. Which one shall be revoked?",
        (
            Table(("Ends in", "Name", "Owner", "Scopes"), rows, more=len(found) - len(shown)),
            *_in_a_row(buttons),
            Note("Nothing has changed yet. To see more of one first, name it by its id or the end of it."),
        ),
    )


def _buttons(key: Key, label: str, loss: str) -> list[Button]:
    """The button that revokes *key*; none for an id that could not be typed as one word."""
    if not _ONE_WORD.fullmatch(key.api_key_id):
        return []
    asks = Confirm(
        "Revoke this key?", f"{brief(key)} ({tail(key)}): {loss} This can't be undone.", "Revoke it", "Keep it"
    )
    return [run_button(label, f"revoke-key {key.api_key_id} --now", style="danger", confirm=asks)]


def _in_a_row(buttons: Sequence[Button]) -> tuple[Part, ...]:
    return (Buttons(tuple(buttons)),) if buttons else ()


def _end(listed: Key, whole: Key | None) -> Line:
    """When the key ends; a list may leave that out, so its absence counts only where the key was asked for itself."""
    if ends := listed.expires_at or (whole.expires_at if whole else None):
        return (ends,)
    return "never" if whole else "Deepgram doesn't tell"


@hookimpl
def dgbot_commands() -> list[Command]:
    return [revoke_key]
