"""From the words that somebody typed to the reply they get: words -> command -> permission -> (approval) -> reply."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

import structlog

from dgbot.domain.identity import Principal
from dgbot.domain.plans import CommandPlan
from dgbot.domain.ports import Clock
from dgbot.domain.replies import Reply
from dgbot.plugin.context import Context
from dgbot.plugin.errors import UsageError
from dgbot.plugin.form import begun_with, command_of
from dgbot.plugin.help import asks_for_help, help_page
from dgbot.plugin.registry import Commands, UnknownCommand
from dgbot.plugin.words import split_words
from dgbot.services.approvals.asking import Asking
from dgbot.services.arguments import ArgumentsOf
from dgbot.services.execution import Execution
from dgbot.services.explain import broken, misused
from dgbot.services.guide import Guide
from dgbot.services.invocation import Invocation, NotBegun, Outcome
from dgbot.services.rights import Rights

log = structlog.get_logger(__name__)


class Dispatcher:
    """Finds the command, asks whether it may run, runs it. Nothing that a plugin raises leaves this room."""

    def __init__(
        self,
        commands: Commands,
        rights: Rights,
        asking: Asking,
        clock: Clock,
        *,
        context: Callable[[Principal, str], Awaitable[Context]],
    ) -> None:
        self._commands = commands
        self._rights = rights
        self._guide = Guide(commands, rights)
        self._arguments = ArgumentsOf(asking)
        self._execution = Execution(asking, clock, context=context)
        self._clock = clock

    async def dispatch(self, invocation: Invocation) -> Outcome:
        """Answer one line of words, or one form; raises NotBegun."""
        name = "?"
        try:
            if (plan := invocation.approved) is not None:
                name = plan.command
                return await self._approved(invocation, plan)
            if invocation.filled is not None:
                command = command_of(self._commands, invocation.filled)
                name = command.name
                if not self._rights.allow(invocation.principal, command):
                    return self._outcome(invocation, name, self._rights.refusal(command), "refused")
                return await self._execution.run(
                    invocation, command, self._arguments.filled(command, invocation.filled.texts)
                )
            words = split_words(invocation.text)
            if self._guide.asked(words):
                return self._outcome(invocation, "help", self._guide.help(invocation.principal, words), "ok")
            command, rest = self._commands.find(words)
            name = command.name
            if not self._rights.allow(invocation.principal, command):
                return self._outcome(invocation, name, self._rights.refusal(command), "refused")
            if asks_for_help(rest):
                return self._outcome(invocation, name, help_page(command), "ok")
            texts = begun_with(command, rest) if invocation.clicked else None
            lacks = not rest or texts is not None
            if lacks and await self._arguments.asked(command, invocation.channel_id, invocation.ask, texts or {}):
                return self._outcome(invocation, name, None, "form")
            return await self._execution.run(invocation, command, self._arguments.typed(command, rest))
        except UnknownCommand as unknown:
            return self._outcome(invocation, "?", self._guide.unknown(unknown, invocation.principal), "unknown")
        except UsageError as error:
            return self._outcome(invocation, name, misused(error, ""), "usage")
        except NotBegun:
            raise
        except Exception:  # a plugin's bug is told to the asker by an id, and logged
            error_id = secrets.token_hex(4)
            log.exception("command broke", error_id=error_id, command=name)
            return self._outcome(invocation, name, broken(error_id), f"broke ({error_id})")

    async def _approved(self, invocation: Invocation, plan: CommandPlan) -> Outcome:
        """Run what was agreed to, if its asker may still run it."""
        command, rest = self._commands.find([*plan.command.split(" "), *plan.words])
        if command.name != plan.command:
            raise UsageError(f"The bot has no command {plan.command} any more.")
        if not self._rights.allow(invocation.principal, command):
            return self._outcome(invocation, command.name, self._rights.refusal(command), "refused")
        return await self._execution.run(invocation, command, self._arguments.agreed(command, rest))

    def _outcome(self, invocation: Invocation, name: str, reply: Reply | None, how: str) -> Outcome:
        return invocation.ended(name, reply, how, at=self._clock.now())
