"""Who may run what: looked at when something is asked for, and again when others have agreed to it."""

from __future__ import annotations

from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.identity import Policy, Principal
from dgbot.domain.plans import KeyPlan, Plan
from dgbot.domain.replies import Reply, Text
from dgbot.domain.votes import DecisionRefused
from dgbot.plugin.command import Command
from dgbot.plugin.registry import Commands, UnknownCommand


class Rights:
    """An approval lends none: what somebody may not ask for any more, they do not get either."""

    def __init__(self, commands: Commands, policy: Policy) -> None:
        self._commands = commands
        self._policy = policy

    def allow(self, principal: Principal, command: Command) -> bool:
        """Whether *principal* may run *command*."""
        return self._policy.allows(principal, command.permission)

    def refusal(self, command: Command) -> Reply:
        """Say who may run *command*, to somebody who may not."""
        return Reply(f"You may not run {command.name}.", (Text(self._holders(command)),))

    def check(self, request: ApprovalRequest, asker: Principal) -> None:
        """Raise DecisionRefused if *asker*, whose request it is, could not ask for the same now."""
        name = _asked_by(request.plan)
        try:
            command, more = self._commands.find(name.split(" "))
        except UnknownCommand:
            command, more = None, ()
        if command is None or more:  # what is found by a part of its name is another command
            raise DecisionRefused(f"The bot has no command {name} any more; nothing was done.")
        if not self.allow(asker, command):
            raise DecisionRefused(f"You may not run {command.name} any more. {self._holders(command)}")
        if objection := request.terms.objection(asker):
            raise DecisionRefused(objection)

    def _holders(self, command: Command) -> str:
        holders = sorted(self._policy.holders(command.permission))
        who = " or ".join(holders) if holders else "nobody: no role in the settings holds it"
        return f"It needs {command.permission}, which is held by {who}."


def _asked_by(plan: Plan) -> str:
    """Return the command that *plan* came from; plans for keys from before that was kept came from these two."""
    if plan.command or not isinstance(plan, KeyPlan):
        return plan.command
    return "rotate-key" if plan.replaces else "create-key"
