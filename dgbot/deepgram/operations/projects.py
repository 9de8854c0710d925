"""Projects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

from dgbot.deepgram.operation import Operation
from dgbot.deepgram.operations.building import body, deletion, path
from dgbot.deepgram.options.base import chosen
from dgbot.deepgram.options.keywords import ProjectFields
from dgbot.deepgram.options.projects import ProjectOptions
from dgbot.deepgram.responses.message import Message
from dgbot.deepgram.responses.projects import Project, ProjectsResponse
from dgbot.deepgram.wire import projects as wire
from dgbot.deepgram.wire.message import message


def get_projects() -> Operation[ProjectsResponse]:
    """List the projects that the key can see."""
    return Operation("GET", path("projects"), wire.projects)


def get_project(project_id: str) -> Operation[Project]:
    """Fetch one project."""
    return Operation("GET", path("projects/{project_id}", project_id), wire.project)


def update_project(
    project_id: str,
    options: ProjectOptions | Mapping[str, object] | str | None = None,
    **fields: Unpack[ProjectFields],
) -> Operation[Message]:
    """Give a project another name; a bare text as *options* is the name."""
    asked = chosen(ProjectOptions, options, fields, text="name")
    return Operation("PATCH", path("projects/{project_id}", project_id), message, body=body(asked.given()))


def delete_project(project_id: str) -> Operation[Message]:
    """Delete a project and every key in it, for good; only an owner's key may."""
    return deletion("projects/{project_id}", project_id)


def leave_project(project_id: str) -> Operation[Message]:
    """Remove the asking key's own member from a project, and with it every key that it made, this one too.

    The only owner of a project can't leave it.
    """
    return deletion("projects/{project_id}/leave", project_id)
