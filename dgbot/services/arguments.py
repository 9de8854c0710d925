"""What a command is run with: typed, filled in, or agreed to by others; and when a form asks for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import structlog

from dgbot.plugin.command import Command
from dgbot.plugin.form import Texts, asks_by_form, read_form, reason_in, words_of
from dgbot.services.approvals.asking import Asking, split_reason
from dgbot.services.panes import CommandForm, PaneLost

log = structlog.get_logger(__name__)

NO_TEXTS: Texts = MappingProxyType({})

Ask = Callable[[CommandForm], Awaitable[object]]
"""Opens a form for whoever typed the command; raises PaneLost."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """The *values*; and, where others must agree first, the *words* that mean them and the *reason* for it all."""

    values: Mapping[str, Any]
    words: tuple[str, ...] = ()
    reason: str = ""


class ArgumentsOf:
    """Reads arguments, whichever way they came; every way raises UsageError for what does not fit."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def typed(self, command: Command, words: Sequence[str]) -> Arguments:
        """Read the *words* after the name of *command*."""
        reason, words = split_reason(words) if self._asks_why(command) else ("", words)
        values = command.parse(words)
        return Arguments(values, tuple(words), reason or _own_reason(values))

    def filled(self, command: Command, texts: Texts) -> Arguments:
        """Read the *texts* of a form."""
        words = words_of(command, texts) if self._asking.gates(command) else ()
        values = read_form(command, texts)
        return Arguments(values, words, reason_in(texts) or _own_reason(values))

    def agreed(self, command: Command, words: Sequence[str]) -> Arguments:
        """Read the *words* that others have agreed to."""
        return Arguments(command.parse(words))

    async def asked(self, command: Command, channel_id: str, ask: Ask | None, texts: Texts = NO_TEXTS) -> bool:
        """Open the form of a command that can't run without words, or without more than *texts*.

        False if it has none, or it can't be opened.
        """
        if ask is None or not asks_by_form(command):
            return False
        form = CommandForm(
            command,
            channel_id,
            waits=command.plans_key or self._asking.gates(command),
            asks_why=self._asks_why(command),
            needs_reason=self._asking.wants_reason(command),
            texts=texts,
        )
        try:
            await ask(form)
        except PaneLost as lost:
            log.info("form not opened", command=command.name, reason=str(lost))
            return False
        return True

    def _asks_why(self, command: Command) -> bool:
        """Whether others must agree to *command*, and it has no word of its own for the reason."""
        return self._asking.gates(command) and not any(param.name == "reason" for param in command.params)


def _own_reason(values: Mapping[str, Any]) -> str:
    """Return what a command's own parameter for the reason holds."""
    reason = values.get("reason")
    return reason if isinstance(reason, str) else ""
