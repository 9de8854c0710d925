"""Projects."""

from __future__ import annotations

from dgbot.deepgram.responses.projects import Project, ProjectsResponse
from dgbot.deepgram.wire.reading import decoder, read, read_one

_PROJECT = decoder(Project)
_PROJECTS = decoder(ProjectsResponse)


def projects(body: bytes) -> ProjectsResponse:
    """A list of projects."""
    return read(_PROJECTS, body)


def project(body: bytes) -> Project:
    """One project, which must have an id."""
    return read_one(_PROJECT, body, "project_id")
