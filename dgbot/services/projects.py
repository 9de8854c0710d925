"""The project that the bot runs and those that its key can see, by the names that people know them by."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

import structlog

from dgbot.deepgram import AsyncManageClient, DeepgramError
from dgbot.domain.alerting.labels import Labels
from dgbot.plugin.context import Project

log = structlog.get_logger(__name__)

FRESH_SECONDS = 600.0
RETRY_SECONDS = 30.0


def named(labels: Labels, own: Project, name_of: Callable[[str], str]) -> str:
    """Return how people call the project that an instance with *labels* is about.

    *name_of* knows others than our *own*.
    """
    project_id = labels.get("project_id", own.id)
    return own.name if project_id == own.id else name_of(project_id)


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
        self._all: Mapping[str, Project] = {}
        self._list_again_at = 0.0

    async def project(self) -> Project:
        """Return the project, named as well as can be told."""
        named = self._project.name != self._project.id
        if self._monotonic() < self._ask_again_at or (named and self._asking.locked()):
            return self._project
        async with self._asking:  # who comes before there is any name waits, instead of taking the id for it
            if self._monotonic() >= self._ask_again_at:
                await self._ask()
        return self._project

    async def all(self) -> Sequence[Project]:
        """Return every project that the bot's key can see, as of the last ten minutes.

        While Deepgram does not list them, those of an older list; without any, the bot's own.
        """
        async with self._asking:
            if self._monotonic() >= self._list_again_at:
                await self._list()
        return tuple(self._all.values()) or (await self.project(),)

    async def of(self, project_id: str) -> Project:
        """Return the project of this id, named as well as can be told."""
        if project_id == self._project.id:
            return await self.project()
        if project_id not in self._all:
            await self.all()
        return Project(project_id, self.name_of(project_id))

    def name_of(self, project_id: str) -> str:
        """Return the name that is known of a project; its id if none is."""
        if project_id in self._all:
            return self._all[project_id].name
        return self._project.name if project_id == self._project.id else project_id

    @property
    def names(self) -> dict[str, str]:
        """The names that are known, by id; what is called by its id alone is not among them."""
        known = {self._project.id: self._project.name} | {one.id: one.name for one in self._all.values()}
        return {project_id: name for project_id, name in known.items() if name != project_id}

    async def _list(self) -> None:
        try:
            listed = (await self._deepgram.get_projects()).projects
        except DeepgramError as error:
            log.warning("projects not listed", reason=type(error).__name__)
            self._list_again_at = self._monotonic() + RETRY_SECONDS
        else:
            self._all = {one.project_id: Project(one.project_id, one.name or one.project_id) for one in listed}
            self._list_again_at = self._monotonic() + FRESH_SECONDS

    async def _ask(self) -> None:
        try:
            answer = await self._deepgram.get_project(self._project.id)
        except DeepgramError as error:
            log.info("project name not known", reason=type(error).__name__)
            self._ask_again_at = self._monotonic() + RETRY_SECONDS
        else:
            self._project = Project(self._project.id, answer.name or self._project.id)
            self._ask_again_at = self._monotonic() + FRESH_SECONDS
