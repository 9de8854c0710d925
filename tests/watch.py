"""After every test: no secret that existed in it is anywhere but in the one window that shows it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from dgbot.adapters.storage import SqlStore
from dgbot.adapters.telemetry import _QUIET
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.slack import LocalSlack
from tests.e2e.leaks import leaks

WRITTEN = ("*.db", "*.db-*", "*.log")
"""Files of a test's own folder that the bot wrote, and not the test."""


class Watch:
    """What one test could leak and where to. Most tests have no secrets, and then nothing is searched."""

    def __init__(self) -> None:
        self._secrets: list[Callable[[], Mapping[str, str]]] = []
        self._places: list[tuple[str, Callable[[], bytes]]] = []

    def knows(self, secrets: Callable[[], Mapping[str, str]]) -> None:
        """Look for what *secrets* returns at the end, by name."""
        self._secrets.append(secrets)

    def looks(self, place: str, content: Callable[[], bytes]) -> None:
        """Look into what *content* returns at the end."""
        self._places.append((place, content))

    def looks_at_deepgram(self, deepgram: LocalDeepgram) -> None:
        """Look for the keys that were made, and for the bot's own."""
        self.knows(
            lambda: {
                "the Deepgram API key": deepgram.api_key,
                **{f"the secret of key {n}": secret for n, secret in enumerate(deepgram.issued_secrets, start=1)},
            }
        )

    def looks_at_slack(self, slack: LocalSlack) -> None:
        """Look for the app's secrets, and into every call but those that may show a new key."""
        self.knows(
            lambda: {
                "the bot token": slack.bot_token,
                "the app token": slack.app_token,
                "the signing secret": slack.signing_secret,
            }
        )
        self.looks("a call to Slack", lambda: _said(slack))

    async def looks_at_store(self, store: SqlStore) -> None:
        """Look into all pages of a database in memory, as they are now; into none if there is no secret."""
        if self.secrets():
            content = await store._run(_pages)
            self.looks("the database", lambda: content)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Look into what is logged with the standard library, at DEBUG, but for what a bot never lets be logged."""
        root, ear = logging.getLogger(), _Ear()
        levels = {logger: logger.level for logger in (root, *map(logging.getLogger, _QUIET))}
        for logger in levels:
            logger.setLevel(logging.DEBUG if logger is root else logging.WARNING)
        root.addHandler(ear)
        self.looks("the log", ear.heard)
        try:
            yield
        finally:
            root.removeHandler(ear)
            for logger, level in levels.items():
                logger.setLevel(level)

    def secrets(self) -> dict[str, str]:
        """Return what must not be found, by name."""
        return {name: secret for source in self._secrets for name, secret in source().items()}

    def leaks(self, folder: Path | None = None, said: Sequence[str] = ()) -> list[str]:
        """Return a sentence for each secret that got out; *folder* is the test's own, *said* what it printed."""
        secrets = self.secrets()
        if not secrets:
            return []
        places = dict[str, bytes]()
        for place, content in [*self._places, *_files(folder), ("the output", "\n".join(said).encode)]:
            places[place] = places.get(place, b"") + b"\n" + content()
        return leaks(places, secrets)


class _Ear(logging.Handler):
    """Keeps records as they are: nothing is formatted before somebody has a secret to look for."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)

    def heard(self) -> bytes:
        return "\n".join(map(logging.Formatter().format, self._records)).encode()


def _said(slack: LocalSlack) -> bytes:
    """Return what was said to Slack, but for the windows that show a new key."""
    return repr([(call.method, dict(call.arguments)) for call in slack.calls if call.method != "views.update"]).encode()


def _pages(connection: Connection) -> bytes:
    driver: Any = connection.connection.driver_connection
    content: bytes = driver.serialize()
    return content


def _files(folder: Path | None) -> list[tuple[str, Callable[[], bytes]]]:
    if folder is None:
        return []
    found = [path for pattern in WRITTEN for path in folder.rglob(pattern) if path.is_file()]
    return [(path.name, path.read_bytes) for path in found]
