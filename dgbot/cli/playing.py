"""Plays scripts for a terminal, where what the bot logs on the way would only be in the way."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from dgbot.services.alerting.rehearsal.performance import Performance
from dgbot.services.alerting.rehearsal.script import Script
from dgbot.services.alerting.rehearsal.stage import play


def played(script: Script) -> Performance:
    """Return what *script* leads to; of the log only what broke is shown."""
    before = structlog.get_config()
    structlog.configure(
        processors=[_broken, *before["processors"]],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    try:
        return asyncio.run(play(script))
    finally:
        structlog.configure(**before)


def _broken(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if not event.get("exc_info"):
        raise structlog.DropEvent
    return event
