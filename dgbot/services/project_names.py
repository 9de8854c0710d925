"""The names of projects are written down, so that a terminal can say them without asking Deepgram."""

from __future__ import annotations

from dgbot.domain.ports import ProjectNameStore
from dgbot.services.projects import Projects


class ProjectNames:
    """Keeps the names that *projects* knows in *store*, whenever they are others than before."""

    def __init__(self, projects: Projects, store: ProjectNameStore) -> None:
        self._projects = projects
        self._store = store
        self._kept = dict[str, str]()

    async def run_due(self) -> None:
        """Keep the names that are new; none is asked for."""
        known = self._projects.names
        if new := {project_id: name for project_id, name in known.items() if self._kept.get(project_id) != name}:
            await self._store.keep_project_names(new)
            self._kept |= new
