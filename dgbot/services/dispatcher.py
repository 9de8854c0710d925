"""From the words that somebody typed to the reply they get: words -> command -> permission -> (approval) -> reply."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from dgbot.deepgram import DeepgramError
from dgbot.domain.audit import AuditEvent
from dgbot.domain.identity import Principal
from dgbot.domain.plans import CommandPlan, KeyPlan, Plan
from dgbot.domain.ports import Clock
from dgbot.domain.replies import Reply, Text
from dgbot.domain.rulings import Asked
from dgbot.plugin.command import Command
from dgbot.plugin.context import Context
from dgbot.plugin.errors import UsageError
from dgbot.plugin.form import Filled, command_of
from dgbot.plugin.grant import KeyGrant
from dgbot.plugin.help import asks_for_help, help_overview, help_page
from dgbot.plugin.registry import Commands, UnknownCommand
from dgbot.plugin.words import split_words
from dgbot.services.arguments import Arguments, ArgumentsOf, Ask
from dgbot.services.asking import Asking
from dgbot.services.explain import broken, explain
from dgbot.services.foreign import Hung, contained
from dgbot.services.rights import Rights

log = structlog.get_logger(__name__)

COMMAND_SECONDS = 90
"""How long a command may take: more than all tries of one call of Deepgram's."""

_HELP = frozenset({"help", "--help", "-h", "?"})


@dataclass(frozen=True, slots=True)
class Invocation:
    """One use of a command: who typed which words where, or sent which form.

    *ask* opens a form for them, and raises PaneLost; without it there is nowhere to open one. *begin* stores the intent
    before an effect outside; *begun* says that an earlier process did so and was cut off. *approved* is what others
    have agreed to: then that is run, and *text* is left aside.
    """

    id: str
    principal: Principal
    channel_id: str
    text: str
    filled: Filled | None
    ask: Ask | None
    begun: bool
    begin: Callable[[], Awaitable[None]]
    approved: CommandPlan | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The reply to an invocation, None where a form is the answer, and its line in the audit log."""

    reply: Reply | None
    audit: AuditEvent


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
        self._asking = asking
        self._arguments = ArgumentsOf(asking)
        self._clock = clock
        self._context = context

    async def dispatch(self, invocation: Invocation) -> Outcome:
        """Answer one line of words, or one form."""
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
                return await self._run(invocation, command, self._arguments.filled(command, invocation.filled.texts))
            words = split_words(invocation.text)
            if not words or words[0].lower() in _HELP or words[-1] == "--help":
                asked = [word for word in words if word.lower() not in _HELP]
                return self._outcome(invocation, "help", self._help(invocation.principal, asked), "ok")
            command, rest = self._commands.find(words)
            name = command.name
            if not self._rights.allow(invocation.principal, command):
                return self._outcome(invocation, name, self._rights.refusal(command), "refused")
            if asks_for_help(rest):
                return self._outcome(invocation, name, help_page(command), "ok")
            if not rest and await self._arguments.asked(command, invocation.channel_id, invocation.ask):
                return self._outcome(invocation, name, None, "form")
            return await self._run(invocation, command, self._arguments.typed(command, rest))
        except UnknownCommand as unknown:
            return self._outcome(invocation, "?", self._unknown(unknown, invocation.principal), "unknown")
        except UsageError as error:
            return self._outcome(invocation, name, _usage(error, ""), "usage")
        except Exception:  # a plugin's bug is told to the asker by an id, and logged
            error_id = secrets.token_hex(4)
            log.exception("command broke", error_id=error_id, command=name)
            return self._outcome(invocation, name, broken(error_id), f"broke ({error_id})")

    async def _run(self, invocation: Invocation, command: Command, given: Arguments) -> Outcome:
        context = await self._context(invocation.principal, invocation.channel_id)
        try:
            if invocation.approved is None and self._asking.gates(command):
                plan = CommandPlan(
                    command.name, given.words, context.project.id, context.project.name, invocation.channel_id
                )
                return self._outcome(
                    invocation, command.name, await self._ask(invocation, command, plan, given.reason), "asked"
                )
            if invocation.begun and command.repeat != "safe":
                reply = await self._look_first(context, command, given.values)
                if reply is not None:
                    how = "in doubt" if command.resume is None else "resumed"
                    return self._outcome(invocation, command.name, reply, how)
            if command.repeat != "safe" and not command.plans_key:
                await invocation.begin()
            answer = await contained(command.run(context, **given.values), seconds=COMMAND_SECONDS)
            if isinstance(answer, KeyGrant):
                plan_ = await _plan(command, answer, context)
                answer = await self._ask(invocation, command, plan_, answer.reason)
            elif command.plans_key:
                raise TypeError(f"{command.name} needs approval and planned no key.")
            if not isinstance(answer, Reply):
                raise TypeError(f"{command.name} returned {type(answer).__name__}, not a Reply or a KeyGrant.")
            return self._outcome(invocation, command.name, answer, "ok")
        except UsageError as error:
            return self._outcome(invocation, command.name, _usage(error, command.usage), "usage")
        except Hung:
            log.error("command hung", command=command.name)  # noqa: TRY400  # where it hung is not in its traceback
            return self._outcome(invocation, command.name, _hung(command), "hung")
        except DeepgramError as error:
            log.info("deepgram refused", command=command.name, error=type(error).__name__)
            reply = explain(error, project_name=context.project.name, looks=command.repeat == "look")
            return self._outcome(invocation, command.name, reply, f"failed: {type(error).__name__}")

    async def _ask(self, invocation: Invocation, command: Command, plan: Plan, reason: str) -> Reply:
        asked = Asked(command.name, plan, invocation.principal, invocation.channel_id, reason)
        return await self._asking.open(invocation.id, asked)

    async def _approved(self, invocation: Invocation, plan: CommandPlan) -> Outcome:
        """Run what was agreed to, if its asker may still run it."""
        command, rest = self._commands.find([*plan.command.split(" "), *plan.words])
        if command.name != plan.command:
            raise UsageError(f"The bot has no command {plan.command} any more.")
        if not self._rights.allow(invocation.principal, command):
            return self._outcome(invocation, command.name, self._rights.refusal(command), "refused")
        return await self._run(invocation, command, self._arguments.agreed(command, rest))

    async def _look_first(self, context: Context, command: Command, values: Mapping[str, Any]) -> Reply | None:
        """Find out what became of an effect that a crash cut off; None means that it is safe to go on."""
        if command.resume is None:
            return Reply(
                f"The bot was restarted while it ran {command.name}.",
                (Text("It can't tell whether that was done. Look first, then run it again if it was not."),),
            )
        return await contained(command.resume(context, **values), seconds=COMMAND_SECONDS)

    def _help(self, principal: Principal, words: Sequence[str]) -> Reply:
        mine = [command for command in self._commands if self._rights.allow(principal, command)]
        if group := [command for command in mine if len(words) == 1 and command.words[0] == words[0] != command.name]:
            return help_overview(group)
        if not words:
            return help_overview(mine)
        command, _ = self._commands.find(words)
        return help_page(command) if command in mine else self._rights.refusal(command)

    def _unknown(self, unknown: UnknownCommand, principal: Principal) -> Reply:
        nearest = unknown.nearest
        if nearest is None or self._rights.allow(principal, nearest):
            return Reply(unknown.sentence)
        return Reply(f'I don\'t know "{unknown.typed}". Type  /deepgram help  for what you may do.')

    def _outcome(self, invocation: Invocation, name: str, reply: Reply | None, how: str) -> Outcome:
        event = AuditEvent(self._clock.now(), invocation.principal.user_id, "command.run", name, how)
        return Outcome(reply, event)


def _hung(command: Command) -> Reply:
    doubt = "Nothing was changed." if command.repeat == "safe" else "It may or may not have been done: look first."
    return Reply(f"{command.name} took longer than {COMMAND_SECONDS} s and was stopped.", (Text(doubt),))


def _usage(error: UsageError, usage: str) -> Reply:
    usage = error.usage or usage
    advice = f"Usage: /deepgram {usage}" if usage else "Type  /deepgram help  for what you may do."
    return Reply(error.sentence, (Text(advice),))


async def _plan(command: Command, grant: KeyGrant, context: Context) -> KeyPlan:
    return KeyPlan(
        name=grant.name,
        project_id=context.project.id,
        project_name=context.project.name,
        scopes=grant.scopes,
        lives=grant.lives,
        tags=grant.tags,
        replaces=grant.replaces,
        old=await context.keys.old(grant.replaces) if grant.replaces else None,
        command=command.name,
    )
