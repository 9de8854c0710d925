"""What the bot tells people of its commands: each reads of those that they may run."""

from __future__ import annotations

from collections.abc import Sequence

from dgbot.domain.identity import Principal
from dgbot.domain.replies import Reply
from dgbot.plugin.command import Command
from dgbot.plugin.help import help_overview, help_page
from dgbot.plugin.registry import Commands, UnknownCommand
from dgbot.services.rights import Rights

_HELP = frozenset({"help", "--help", "-h", "?"})


class Guide:
    """Help for whoever asks for it, and for whoever mistypes."""

    def __init__(self, commands: Commands, rights: Rights) -> None:
        self._commands = commands
        self._rights = rights

    def asked(self, words: Sequence[str]) -> bool:
        """Whether *words* ask for help of no single command, or name none."""
        return not words or words[0].lower() in _HELP or words[-1] == "--help"

    def help(self, principal: Principal, words: Sequence[str]) -> Reply:
        """Tell *principal* of the commands that *words* name: one, a group, or all; raises UnknownCommand."""
        words = [word for word in words if word.lower() not in _HELP]
        mine = [command for command in self._commands if self._rights.allow(principal, command)]
        if group := [command for command in mine if len(words) == 1 and command.words[0] == words[0] != command.name]:
            return _of_all(next((command for command in mine if command.name == words[0]), None), group)
        if not words:
            return help_overview(mine)
        command, _ = self._commands.find(words)
        return help_page(command) if command in mine else self._rights.refusal(command)

    def unknown(self, unknown: UnknownCommand, principal: Principal) -> Reply:
        """Say what was probably meant, if *principal* may run that."""
        nearest = unknown.nearest
        if nearest is None or self._rights.allow(principal, nearest):
            return Reply(unknown.sentence)
        return Reply(f'I don\'t know "{unknown.typed}". Type  /deepgram help  for what you may do.')


def _of_all(alone: Command | None, group: Sequence[Command]) -> Reply:
    """Tell of a *group* of commands, and of the one that is typed with its name *alone*, if there is one."""
    overview = help_overview(group)
    if alone is None:
        return overview
    page = help_page(alone)
    return Reply(page.headline, (*page.parts, *overview.parts))
