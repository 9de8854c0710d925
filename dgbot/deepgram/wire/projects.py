"""Projects."""

from __future__ import annotations

from dgbot.deepgram.responses.projects import Project, ProjectsResponse
from dgbot.deepgram.wire.reading import decoder, missing, read

_PROJECT = decoder(Project)
_PROJECTS = decoder(ProjectsResponse)


def projects(body: bytes) -> ProjectsResponse:
    """A list of projects."""
    return read(_PROJECTS, body)


def project(body: bytes) -> Project:
    """One project, which must have an id."""
    answer = read(_PROJECT, body)
    if not answer.project_id:
        raise missing("project_id")
    return answer
