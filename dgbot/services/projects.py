"""The project that the bot runs, by the name that people know it by."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import structlog

from dgbot.deepgram import AsyncManageClient, DeepgramError
from dgbot.domain.alerting.labels import Labels
from dgbot.plugin.context import Project

log = structlog.get_logger(__name__)

FRESH_SECONDS = 600.0
RETRY_SECONDS = 30.0


def named(labels: Labels, own: Project) -> str:
    """Return how people call the project that an instance with *labels* is about; by its id if it is not our *own*."""
    project_id = labels.get("project_id", own.id)
    return own.name if project_id == own.id else project_id


class Projects:
    """Asks Deepgram for the project's name now and then; an old name, or the id, serves while it does not answer."""

    def __init__(
        self, deepgram: AsyncManageClient, project_id: str, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._deepgram = deepgram
        self._project = Project(project_id, project_id)
        self._monotonic = monotonic
        self._ask_again_at = 0.0
        self._asking = asyncio.Lock()

    async def project(self) -> Project:
        """Return the project, named as well as can be told."""
        named = self._project.name != self._project.id
        if self._monotonic() < self._ask_again_at or (named and self._asking.locked()):
            return self._project
        async with self._asking:  # who comes before there is any name waits, instead of taking the id for it
            if self._monotonic() >= self._ask_again_at:
                await self._ask()
        return self._project

    async def _ask(self) -> None:
        try:
            answer = await self._deepgram.get_project(self._project.id)
        except DeepgramError as error:
            log.info("project name not known", reason=type(error).__name__)
            self._ask_again_at = self._monotonic() + RETRY_SECONDS
        else:
            self._project = Project(self._project.id, answer.name or self._project.id)
            self._ask_again_at = self._monotonic() + FRESH_SECONDS
