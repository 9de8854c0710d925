"""What makes two runs of a seed alike, and what the bots logged in one."""

from __future__ import annotations

import contextlib
import gc
import logging
import secrets
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import structlog

from dgbot.adapters.storage import StorageError, leases
from dgbot.domain.ports import DirectoryUnavailable
from dgbot.services import outbox

BEAT = 25.0
"""Seconds between signs of life, so that one that fails lets the lease lapse."""
IDLE = 120.0
"""Seconds that an outbox waits for news: two ticks, as always."""

EXPLAINED = (StorageError, TimeoutError, DirectoryUnavailable)
"""What the faults that are made here may become in the bots' own code."""


@dataclass
class Log:
    """Every event as a line; *bugs* are those with an error that no fault explains."""

    lines: list[str] = field(default_factory=list)
    bugs: list[str] = field(default_factory=list)
    over: bool = False

    def take(self, _: Any, method: str, event: Mapping[str, Any]) -> Any:
        """Keep an event, as a processor of structlog's."""
        if self.over:
            raise structlog.DropEvent
        error = sys.exc_info()[1] if event.get("exc_info") else None
        told = " ".join(f"{name}={value!r}" for name, value in sorted(event.items()) if name != "exc_info")
        self.lines.append(f"{method} {told} {error!r}" if error else f"{method} {told}")
        if error and not isinstance(error, EXPLAINED):
            self.bugs.append(self.lines[-1])
        raise structlog.DropEvent


@contextlib.contextmanager
def alike(seed: int) -> Iterator[Log]:
    """Make what differs from run to run depend on *seed*, and yield what is logged meanwhile."""
    log = Log()
    random = Random(f"{seed}:ids")  # noqa: S311  # repeatable on purpose
    kept_constants = secrets.token_hex, leases.BEATS, outbox.IDLE_SECONDS

    def token_hex(nbytes: int | None = None) -> str:
        return random.randbytes(nbytes or 32).hex()

    collects = gc.isenabled()
    processors = structlog.get_config()["processors"]
    kept = list(processors)
    secrets.token_hex = token_hex
    leases.BEATS, outbox.IDLE_SECONDS = BEAT, IDLE
    processors[:] = [log.take]
    gc.disable()
    logging.disable()
    try:
        yield log
    finally:
        logging.disable(logging.NOTSET)
        secrets.token_hex, leases.BEATS, outbox.IDLE_SECONDS = kept_constants
        processors[:] = kept
        if collects:
            gc.enable()
