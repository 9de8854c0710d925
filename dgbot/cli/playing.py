"""Plays scripts for a terminal, where what the bot logs on the way would only be in the way."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, MutableMapping
from typing import Any, TypeVar

import structlog

from dgbot.services.alerting.rehearsal.performance import Performance
from dgbot.services.alerting.rehearsal.script import Script
from dgbot.services.alerting.rehearsal.stage import play

T = TypeVar("T")


def played(script: Script) -> Performance:
    """Return what *script* leads to."""
    return quietly(play(script))


def quietly(call: Coroutine[Any, Any, T]) -> T:
    """Return what *call* returns; of the log only what broke is shown."""
    before = structlog.get_config()
    structlog.configure(
        processors=[_broken, *before["processors"]],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    try:
        return asyncio.run(call)
    finally:
        structlog.configure(**before)


def _broken(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if not event.get("exc_info"):
        raise structlog.DropEvent
    return event
