"""A new key takes over from an old one: approved like any key, and the old one ends when its owner says so."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, field_validator

from dgbot import (
    Command,
    Context,
    Duration,
    Help,
    KeyGrant,
    KeyRef,
    PluginConfig,
    Unfit,
    UsageError,
    command,
    hookimpl,
    read_duration,
    shown_name,
    write_duration,
)
from dgbot.deepgram import Key
from dgbot_plugins._which_key import matches, none, own_id, quoted, tail, told

USUAL = timedelta(days=30)
LONGEST_NAME = 60


class Settings(BaseModel):
    """``[plugins.create-key]``, whose limit holds for keys that take over from others, too."""

    max_ttl: timedelta = timedelta(days=90)

    @field_validator("max_ttl", mode="before")
    @classmethod
    def _as_typed(cls, value: object) -> object:
        try:
            return read_duration(value) if isinstance(value, str) else value
        except Unfit as unfit:
            raise ValueError(f"it {unfit.clause.rstrip('.')}") from None


def planner(max_ttl: timedelta) -> Command:
    """Return the command; no new key lives longer than *max_ttl*."""
    usual = min(USUAL, max_ttl)

    @command(
        "rotate-key",
        permission="keys.request",
        topic="Keys",
        approval=True,
        repeat="safe",
        examples=('rotate-key "call-center" --reason "quarterly"', "rotate-key …a91f --ttl 90d"),
    )
    async def rotate_key(
        ctx: Context,
        key: Annotated[KeyRef, Help("The old one: its id, the id's start or end, or its name")],
        *,
        ttl: Annotated[Duration, Help(f"How long the new one lives, at most {write_duration(max_ttl)}")] = usual,
        reason: Annotated[str, Help("What the approver should know")] = "",
    ) -> KeyGrant:
        """Ask for a key that takes over from another; the old one works until you end it."""
        if ttl > max_ttl:
            longest = write_duration(max_ttl)
            raise UsageError(f'ttl: "{write_duration(ttl)}" is longer than {longest}, the longest that a key may live.')
        old = await _the_one(ctx, key)
        name = _readable(shown_name(old.comment)) or f"in place of {tail(old)}"
        return KeyGrant(name, tuple(old.scopes), ttl, reason, replaces=old.api_key_id)

    return rotate_key


def _readable(name: str) -> str:
    """Return what a key's *name* may be here: what nobody can see, and what looks like the bot's mark, is left out."""
    seen = "".join(character for character in name if character.isprintable())
    return "" if "[dgbot:" in seen.casefold() else seen[:LONGEST_NAME].strip()


async def _the_one(ctx: Context, wanted: str) -> Key:
    keys = (await ctx.deepgram.get_keys(ctx.project.id)).api_keys
    found = matches(keys, wanted)
    if not found:
        raise UsageError(none(wanted, keys, ctx.project.name))
    if len(found) > 1:
        named = ", ".join(tail(key) for key in found[:10])
        raise UsageError(f"key: {quoted(wanted)} means {len(found)} keys: {named}. Name one by the end of its id.")
    [old] = found
    if old.api_key_id == await own_id(ctx, "key"):
        raise UsageError(
            f"key: {told(old)} is the key that the bot itself works with; whoever runs the bot changes it."
        )
    if not old.scopes:
        raise UsageError(f"key: Deepgram doesn't tell what {told(old)} may do; ask for a new one with create-key.")
    return old


@hookimpl
def dgbot_commands(config: PluginConfig) -> list[Command]:
    return [planner(config.section("create-key", Settings).max_ttl)]
