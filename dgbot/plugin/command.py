"""A command is an async function; its signature is its grammar."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, Literal, ParamSpec, overload

import click

from dgbot.domain.replies import Reply
from dgbot.plugin.context import Context
from dgbot.plugin.errors import UsageError
from dgbot.plugin.grammar import build_parser, parse
from dgbot.plugin.grant import KeyGrant
from dgbot.plugin.signature import Param, params_of

P = ParamSpec("P")

Topic = Literal["People", "Keys", "Usage and spend", "Alerts", "Approvals", "More"]
"""Where help lists a command, in this order."""

Repeat = Literal["safe", "look", "tell"]
"""After a crash in its middle: run it again; ask its *resume* first; tell the asker that nobody knows."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}( [a-z][a-z0-9-]{0,39}){0,2}")


@dataclass(frozen=True, slots=True)
class Command:
    """A slash subcommand: what it is called, who may run it, and what it runs.

    With *approval*, whoever the settings name must agree before it runs; with *plans_key* it returns a KeyGrant, and
    they agree to the key that it plans. *resume* takes the same
    parameters as *run*; it returns the Reply if the effect has happened, None if it has not. *asks_first* is the flag
    without which it only asks whoever typed it, so that nobody else has to agree to the question.
    """

    name: str
    summary: str
    topic: Topic
    permission: str
    approval: bool
    params: tuple[Param, ...]
    repeat: Repeat
    examples: tuple[str, ...]
    run: Callable[..., Awaitable[Reply | KeyGrant]] = field(repr=False)
    resume: Callable[..., Awaitable[Reply | None]] | None = field(repr=False)
    parser: click.Command = field(repr=False, compare=False)
    plans_key: bool = False
    asks_first: str = ""

    def acts(self, values: Mapping[str, Any]) -> bool:
        """Whether it changes anything when it is run with *values*, or only asks whether it should."""
        return not self.asks_first or bool(values.get(self.asks_first))

    @property
    def words(self) -> tuple[str, ...]:
        """The words of its name; all but the last are groups."""
        return tuple(self.name.split(" "))

    @property
    def usage(self) -> str:
        """The line that help shows, such as ``invite <email> [--scope member|admin]``."""
        return " ".join([self.name, *(param.label for param in self.params)])

    def parse(self, words: Sequence[str]) -> Mapping[str, Any]:
        """Read the *words* after its name as the arguments of ``run``; raises UsageError. Prints and asks nothing."""
        try:
            return parse(self.parser, self.params, words)
        except UsageError as error:
            raise UsageError(error.sentence, self.usage) from None


@overload
def command(
    name: str,
    *,
    permission: str,
    topic: Topic = ...,
    approval: bool = ...,
    repeat: Literal["safe", "tell"] = ...,
    examples: tuple[str, ...] = ...,
    asks_first: str = ...,
) -> Callable[[Callable[Concatenate[Context, P], Awaitable[Reply | KeyGrant]]], Command]: ...


@overload
def command(
    name: str,
    *,
    permission: str,
    resume: Callable[Concatenate[Context, P], Awaitable[Reply | None]],
    topic: Topic = ...,
    approval: bool = ...,
    repeat: Literal["look"] = ...,
    examples: tuple[str, ...] = ...,
    asks_first: str = ...,
) -> Callable[[Callable[Concatenate[Context, P], Awaitable[Reply | KeyGrant]]], Command]: ...


def command(
    name: str,
    *,
    permission: str,
    topic: Topic = "More",
    approval: bool = False,
    repeat: Repeat | None = None,
    resume: Callable[..., Awaitable[Reply | None]] | None = None,
    examples: tuple[str, ...] = (),
    asks_first: str = "",
) -> Callable[[Callable[..., Awaitable[Reply | KeyGrant]]], Command]:
    """Make a Command of an async function whose first parameter is the Context.

    *name* may have spaces: ``balance-alert set`` is ``set`` in the group ``balance-alert``. *permission* is what the
    requester must hold. With *approval* others must agree before it runs, which is always so for a
    function that returns a KeyGrant. *examples* are whole lines without
    ``/deepgram``. With neither *repeat* nor *resume*, a crash in the middle makes the bot say that it can't know.
    *asks_first* names a flag such as ``now``: without it the function changes nothing and only asks. Raises TypeError
    or ValueError for what can't be a command.
    """
    if not _NAME.fullmatch(name) or name.split()[0] == "help":
        raise ValueError(f"{name!r} can't name a command; use words of a-z, 0-9 and -, such as 'rotate-key'; not help.")
    if not isinstance(approval, bool):
        raise ValueError(  # noqa: TRY004  # a role is of a type that may come to fit
            f"{name}: approval={approval!r} does not fit; it is True or False, and the settings say who approves."
        )
    chosen = repeat or ("look" if resume else "tell")
    if (chosen == "look") is (resume is None):
        raise ValueError(
            f"{name}: repeat={chosen!r} does not fit; a resume function goes with 'look', and only with it."
        )

    def declare(function: Callable[..., Awaitable[Reply | KeyGrant]]) -> Command:
        if not inspect.iscoroutinefunction(function):
            raise TypeError(f"{name}: {function!r} is not an async function.")
        summary = (inspect.getdoc(function) or "").partition("\n")[0].strip()
        if not summary:
            raise TypeError(f"{name}: give the function a docstring; help shows its first line.")
        params = params_of(function)
        if asks_first and asks_first not in {param.name for param in params if param.switch}:
            raise ValueError(f"{name}: asks_first={asks_first!r} does not fit; name a switch of the function.")
        plans_key = typing.get_type_hints(function).get("return") is KeyGrant
        if resume is not None and [p.name for p in params_of(resume)] != [p.name for p in params]:
            raise TypeError(f"{name}: resume must take the same parameters as the command.")
        parser = build_parser(name, params)
        return Command(
            name, summary, topic, permission, approval or plans_key, params, chosen, examples, function, resume, parser,
            plans_key,
            asks_first,
        )  # fmt: skip

    return declare
