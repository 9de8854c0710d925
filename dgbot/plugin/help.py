"""Help, drawn from the declarations alone, so that it can't tell anything else than what runs."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Sequence

from dgbot.domain.identity import ANYONE
from dgbot.domain.replies import Facts, Note, Part, Reply, Text
from dgbot.plugin.command import Command, Topic
from dgbot.plugin.form import asks_by_form

SLASH = "/deepgram"


def asks_for_help(words: Sequence[str]) -> bool:
    """Whether the *words* after a command's name ask for its page: ``--help`` anywhere, or ``-h`` alone."""
    return "--help" in words or tuple(words) == ("-h",)


def help_page(command: Command) -> Reply:
    """Return everything that a person needs to type *command*."""
    parts: list[Part] = [Text(command.summary)]
    if facts := tuple(
        (param.label, _told(param.help.text, param.kind.fits, switch=param.switch)) for param in command.params
    ):
        parts.append(Facts(facts))
    parts += [Note(f"For example: {SLASH} {example}") for example in command.examples]
    parts.append(Note(" · ".join(_terms(command))))
    return Reply(f"{SLASH} {command.usage}", tuple(parts))


def help_overview(commands: Iterable[Command]) -> Reply:
    """Return one line for each of *commands*, by task; give it only those that the reader may run."""
    offered = sorted(commands, key=lambda command: command.name)
    if not offered:
        return Reply("There is nothing here that you may do", (Note("Whoever runs the bot can give you a role."),))
    parts: list[Part] = []
    for topic in typing.get_args(Topic):
        if lines := tuple((_example(command), command.summary) for command in offered if command.topic == topic):
            parts += [Text(topic), Facts(lines)]
    return Reply("What you may do", (*parts, Note(f"{SLASH} help <command> says more about one of them.")))


def _example(command: Command) -> str:
    return f"{SLASH} {command.examples[0] if command.examples else command.usage}"


def _told(help_text: str, fits: str, *, switch: bool) -> str:
    if switch:
        return help_text or "A switch."
    return f"{help_text} ({fits})" if help_text else fits[:1].upper() + fits[1:]


def _terms(command: Command) -> list[str]:
    may = "Everybody may run it" if command.permission == ANYONE else f"Needs {command.permission}"
    terms = [may, "somebody else must approve"] if command.approval else [may]
    return [*terms, "typed without words it opens a form"] if asks_by_form(command) else terms
