"""What a plugin may tell the bot. Hooks return declarations; none of them does any work, so none is async."""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from dgbot.plugin.check import Check
from dgbot.plugin.command import Command
from dgbot.plugin.config import PluginConfig
from dgbot.plugin.rule_spec import RuleSpec

PROJECT = "dgbot"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Hooks:
    """The hooks, typed; an implementation may leave *config* out."""

    @hookspec
    def dgbot_commands(self, config: PluginConfig) -> Iterable[Command]:
        """Commands to offer under ``/deepgram``."""
        raise NotImplementedError

    @hookspec
    def dgbot_checks(self, config: PluginConfig) -> Iterable[Check]:
        """Measurements that alert rules may watch."""
        raise NotImplementedError

    @hookspec
    def dgbot_rules(self, config: PluginConfig) -> Iterable[RuleSpec]:
        """Alert rules that exist without anybody typing them."""
        raise NotImplementedError


RETURNS: dict[str, type] = {"dgbot_commands": Command, "dgbot_checks": Check, "dgbot_rules": RuleSpec}
"""What each hook returns a list of."""
