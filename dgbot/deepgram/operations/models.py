"""Models: a project's, custom ones included, and those that everybody may use."""

from __future__ import annotations

from dgbot.deepgram.operation import Operation
from dgbot.deepgram.operations.building import path, query
from dgbot.deepgram.options.checks import check_flag
from dgbot.deepgram.responses.models import ModelResponse, ModelsResponse
from dgbot.deepgram.wire import models as wire


def get_models(project_id: str, *, include_outdated: bool | None = None) -> Operation[ModelsResponse]:
    """List the models that a project may use; with *include_outdated* their old versions, too."""
    return _list(path("projects/{project_id}/models", project_id), include_outdated)


def get_model(project_id: str, model_id: str) -> Operation[ModelResponse]:
    """Fetch one model of a project, by its uuid."""
    return Operation("GET", path("projects/{project_id}/models/{model_id}", project_id, model_id), wire.model)


def get_global_models(*, include_outdated: bool | None = None) -> Operation[ModelsResponse]:
    """List the models that everybody may use; with *include_outdated* their old versions, too."""
    return _list(path("models"), include_outdated)


def get_global_model(model_id: str) -> Operation[ModelResponse]:
    """Fetch one model that everybody may use, by its uuid."""
    return Operation("GET", path("models/{model_id}", model_id), wire.model)


def _list(where: str, include_outdated: bool | None) -> Operation[ModelsResponse]:
    check_flag("include_outdated", include_outdated)
    return Operation("GET", where, wire.models, query=query({"include_outdated": include_outdated}))
