"""An API key for whoever asks, once somebody else agrees; this plugin only plans it."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, field_validator

from dgbot import (
    Choices,
    Command,
    Context,
    Duration,
    Help,
    KeyGrant,
    Kind,
    PluginConfig,
    Prose,
    Scopes,
    Unfit,
    UsageError,
    command,
    hookimpl,
    read_duration,
    write_duration,
)

LONGEST_NAME = 60
USUAL = timedelta(days=30)
OFFERED = [timedelta(hours=1), timedelta(hours=12), *map(timedelta, (1, 7, 30, 90, 180, 365))]


class Settings(BaseModel):
    """``[plugins.create-key]``; *max_ttl* is written as in Slack, such as ``"90d"``."""

    max_ttl: timedelta = timedelta(days=90)

    @field_validator("max_ttl", mode="before")
    @classmethod
    def _as_typed(cls, value: object) -> object:
        try:
            return read_duration(value) if isinstance(value, str) else value
        except Unfit as unfit:
            raise ValueError(f"it {unfit.clause.rstrip('.')}") from None


def read_name(text: str) -> str:
    """Return a key's name, or raise Unfit for one that could be taken for something else."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Unfit(f"has {len(name)} characters; a key's name has 1 to {LONGEST_NAME}.")
    if not name.isprintable():
        raise Unfit("has characters that nobody can see; use letters, digits and spaces.")
    if "[dgbot:" in name.casefold():
        raise Unfit("looks like the bot's own mark on a key; choose a name without [dgbot:.")
    return name


KeyName = Annotated[
    str,
    Kind(f"a name of 1 to {LONGEST_NAME} characters, such as nightly batch", read_name, "name"),
    Help("What the key is for"),
]


def lives_within(longest: timedelta) -> Choices:
    """Return what the form offers: the usual lives that are shorter than *longest*, and that one."""
    return Choices(*map(write_duration, [*(one for one in OFFERED if one < longest), longest]))


def planner(max_ttl: timedelta) -> Command:
    """Return the command; no key lives longer than *max_ttl*."""
    usual = min(USUAL, max_ttl)

    @command(
        "create-key",
        permission="keys.request",
        topic="Keys",
        approval=True,
        repeat="safe",
        examples=('create-key "nightly batch" --scopes usage:read --ttl 7d --reason "batch of call summaries"',),
    )
    async def create_key(
        ctx: Context,
        name: KeyName,
        *,
        scopes: Annotated[Scopes, Help("What it may do")],
        ttl: Annotated[
            Duration,
            Help(f"How long it lives, at most {write_duration(max_ttl)}", label="Time to live"),
            lives_within(max_ttl),
        ] = usual,
        reason: Annotated[Prose, Help("What the approver should know")] = "",
    ) -> KeyGrant:
        """Ask for an API key; somebody else must approve, then you alone see it, once."""
        if ttl > max_ttl:
            longest = write_duration(max_ttl)
            raise UsageError(f'ttl: "{write_duration(ttl)}" is longer than {longest}, the longest that a key may live.')
        return KeyGrant(name, scopes, ttl, reason)

    return create_key


@hookimpl
def dgbot_commands(config: PluginConfig) -> list[Command]:
    return [planner(config.section("create-key", Settings).max_ttl)]
