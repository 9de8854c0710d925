"""Runs one command: asks first where others must agree, looks first after a crash, and answers for what goes wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from dgbot.deepgram import DeepgramError
from dgbot.domain.identity import Principal
from dgbot.domain.plans import CommandPlan, KeyPlan, Plan
from dgbot.domain.ports import Clock
from dgbot.domain.replies import Reply, Text
from dgbot.domain.rulings import Asked
from dgbot.plugin.command import Command
from dgbot.plugin.context import Context
from dgbot.plugin.errors import UsageError
from dgbot.plugin.grant import KeyGrant
from dgbot.services.approvals.asking import Asking
from dgbot.services.arguments import Arguments
from dgbot.services.explain import explain, misused
from dgbot.services.foreign import Hung, contained
from dgbot.services.invocation import Invocation, Outcome

log = structlog.get_logger(__name__)

COMMAND_SECONDS = 90
"""How long a command may take: more than all tries of one call of Deepgram's."""


class Execution:
    """Carries out what was found to be allowed; a plugin's bug is for the dispatcher to answer."""

    def __init__(
        self, asking: Asking, clock: Clock, *, context: Callable[[Principal, str], Awaitable[Context]]
    ) -> None:
        self._asking = asking
        self._clock = clock
        self._context = context

    async def run(self, invocation: Invocation, command: Command, given: Arguments) -> Outcome:
        """Run *command* with what was *given*, or ask others for it."""
        context = await self._context(invocation.principal, invocation.channel_id)
        try:
            reply, how = await self._carried_out(invocation, command, given, context)
        except UsageError as error:
            reply, how = misused(error, command.usage), "usage"
        except Hung:
            log.error("command hung", command=command.name)  # noqa: TRY400  # where it hung is not in its traceback
            reply, how = _hung(command), "hung"
        except DeepgramError as error:
            log.info("deepgram refused", command=command.name, error=type(error).__name__)
            reply = explain(error, project_name=context.project.name, looks=command.repeat == "look")
            how = f"failed: {type(error).__name__}"
        return invocation.ended(command.name, reply, how, at=self._clock.now())

    async def _carried_out(
        self, invocation: Invocation, command: Command, given: Arguments, context: Context
    ) -> tuple[Reply, str]:
        """Return the reply, and how the command ended; raises UsageError for what was agreed to for another project."""
        agreed = invocation.approved
        if agreed is not None and agreed.project_id != context.project.id:
            raise UsageError(
                f"This was agreed to for {agreed.project_name}; by now the bot runs {context.project.name}. Ask again."
            )
        if invocation.approved is None and self._asking.gates(command) and command.acts(given.values):
            project = context.project
            plan = CommandPlan(command.name, given.words, project.id, project.name, invocation.channel_id)
            return await self._ask(invocation, command, plan, given.reason), "asked"
        if invocation.begun and command.repeat != "safe":
            found = await self._look_first(context, command, given.values)
            if found is not None:
                return found, "in doubt" if command.resume is None else "resumed"
        if command.repeat != "safe" and not command.plans_key:
            await invocation.begin()
        answer = await contained(command.run(context, **given.values), seconds=COMMAND_SECONDS)
        if isinstance(answer, KeyGrant):
            plan_of_key = await _plan(command, answer, context)
            answer = await self._ask(invocation, command, plan_of_key, answer.reason)
        elif command.plans_key:
            raise TypeError(f"{command.name} needs approval and planned no key.")
        if not isinstance(answer, Reply):
            raise TypeError(f"{command.name} returned {type(answer).__name__}, not a Reply or a KeyGrant.")
        return answer, "ok"

    async def _ask(self, invocation: Invocation, command: Command, plan: Plan, reason: str) -> Reply:
        asked = Asked(command.name, plan, invocation.principal, invocation.channel_id, reason)
        return await self._asking.open(invocation.id, asked)

    async def _look_first(self, context: Context, command: Command, values: Mapping[str, Any]) -> Reply | None:
        """Find out what became of an effect that a crash cut off; None means that it is safe to go on."""
        if command.resume is None:
            return Reply(
                f"The bot was restarted while it ran {command.name}.",
                (Text("It can't tell whether that was done. Look first, then run it again if it was not."),),
            )
        return await contained(command.resume(context, **values), seconds=COMMAND_SECONDS)


def _hung(command: Command) -> Reply:
    doubt = "Nothing was changed." if command.repeat == "safe" else "It may or may not have been done: look first."
    return Reply(f"{command.name} took longer than {COMMAND_SECONDS} s and was stopped.", (Text(doubt),))


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
