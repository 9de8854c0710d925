"""Projects."""

from __future__ import annotations

from datetime import datetime

from dgbot.deepgram.dates import parsed
from dgbot.deepgram.responses.base import Response


class Project(Response, frozen=True, kw_only=True, gc=False):
    """A Deepgram project. *created* and *updated* are published but never sent, so they are None.

    *mip_opt_out*: whether its audio is kept out of Deepgram's model improvement; only a single project says.
    """

    project_id: str = ""
    name: str = ""
    company: str | None = None
    created: str | None = None
    updated: str | None = None
    mip_opt_out: bool | None = None

    @property
    def created_at(self) -> datetime | None:
        """When the project was created, UTC."""
        return parsed(self.created)

    @property
    def updated_at(self) -> datetime | None:
        """When the project was last changed, UTC."""
        return parsed(self.updated)


class ProjectsResponse(Response, frozen=True, kw_only=True, gc=False):
    """Every project that the key can see."""

    projects: list[Project] = []
