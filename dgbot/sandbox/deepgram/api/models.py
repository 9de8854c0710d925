"""The operations on models: those on offer to everybody, and what a project may use besides."""

from __future__ import annotations

from dgbot.sandbox.deepgram.api.call import Call, Json
from dgbot.sandbox.deepgram.refusals import unknown
from dgbot.sandbox.deepgram.world.catalog import Catalog


def list_public(call: Call) -> Json:
    """The models on offer to everybody."""
    return _list(call, call.world.models)


def get_public(call: Call) -> Json:
    """One of them."""
    return _get(call, call.world.models)


def list_models(call: Call) -> Json:
    """What the project may use: the public models and its own."""
    return _list(call, call.world.models + call.project.own_models)


def get_model(call: Call) -> Json:
    """One of them."""
    return _get(call, call.world.models + call.project.own_models)


def _list(call: Call, models: Catalog) -> Json:
    return models.shown(outdated=call.choice("include_outdated", "true", "false") == "true")


def _get(call: Call, models: Catalog) -> Json:
    found = models.find(call.parts["model"])
    if found is None:
        raise unknown("model")
    return found
