"""What happened in a test, for whoever must find out why it failed: acts, log lines, and what became visible."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog


class Journal:
    """Acts in order, each with the lines that the bot logged meanwhile and what the actor saw then."""

    def __init__(self) -> None:
        self.events: list[MutableMapping[str, Any]] = []
        self._lines: list[str] = []
        self._mark = 0

    def begin(self, act: str) -> None:
        """Note that somebody does something; what is logged from now on belongs to it."""
        self._lines.append(act)
        self._mark = len(self.events)

    def seen(self, who: str, text: str) -> None:
        """Note what *who* saw then."""
        self._lines += [f"  {who} sees:", textwrap.indent(text, "    ")] if text else [f"  {who} sees nothing new"]

    def logged(self) -> str:
        """Return what was logged since the last act began, a line an event."""
        return "\n".join(_line(event) for event in self.events[self._mark :])

    def __str__(self) -> str:
        return "\n".join(self._lines)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Keep what is logged with structlog in the block, instead of printing it."""
        processors = structlog.get_config()["processors"]
        before = list(processors)
        processors[:] = [
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            self._keep,
        ]
        structlog.configure(processors=processors)
        try:
            yield
        finally:
            processors[:] = before
            structlog.configure(processors=processors)

    def _keep(self, _: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        self.events.append(event)
        self._lines.append(textwrap.indent(f"log {_line(event)}", "  "))
        raise structlog.DropEvent


def _line(event: MutableMapping[str, Any]) -> str:
    fields = {name: value for name, value in event.items() if name not in {"level", "event", "exception"}}
    told = " ".join([event["level"], event["event"], *(f"{name}={value!r}" for name, value in fields.items())])
    return f"{told}\n{textwrap.indent(event['exception'], '  ')}" if "exception" in event else told
