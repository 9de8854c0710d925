"""Logs: one line an event, ids instead of values, and every known secret blotted out at the last moment."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Literal, TextIO

import structlog

_SHAPES = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|\b[0-9a-f]{40}\b"
    r"|(?<=Token )[^\s\"'\\]+|(?<=Bearer )[^\s\"'\\]+"
    r"|(?<=://)[^/\s:@\"]*:[^/\s@\"]+(?=@)|(?<=hooks\.slack\.com/)[^\s\"'\\]+"
)
"""What secrets look like: Slack's tokens, Deepgram's keys, authorization headers, passwords in URLs, response_urls."""

_QUIET = ("slack_sdk", "slack_bolt", "httpx", "httpcore", "apscheduler", "uvicorn.access", "alembic")
"""Loggers that tell message texts, URLs or nothing of use below WARNING."""


class Redaction:
    """Blots out secrets by value and by shape."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._values = sorted((s for s in secrets if len(s) >= 8), key=len, reverse=True)

    def __call__(self, line: str) -> str:
        """Return *line* with ``***`` for every secret in it."""
        for value in self._values:
            line = line.replace(value, "***")
        return _SHAPES.sub("***", line)


class _Formatter(structlog.stdlib.ProcessorFormatter):
    def __init__(self, redaction: Redaction, *, processors: Sequence[structlog.typing.Processor]) -> None:
        super().__init__(processors=processors, foreign_pre_chain=_SHARED)
        self._redaction = redaction

    def format(self, record: logging.LogRecord) -> str:
        return self._redaction(super().format(record))


_SHARED: list[structlog.typing.Processor] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure(
    *,
    level: str,
    style: Literal["auto", "json", "text"],
    secrets: Iterable[str],
    stream: TextIO | None = None,
) -> None:
    """Send every log of this process, ours and the libraries', through one redacting line writer on *stream*."""
    out = stream or sys.stderr
    as_json = style == "json" or (style == "auto" and not out.isatty())
    tail: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    removed = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    output = logging.StreamHandler(out)
    output.setFormatter(_Formatter(Redaction(secrets), processors=[removed, *tail]))
    logging.basicConfig(handlers=[output], level=level.upper(), force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
