"""Every mistake in a sentence that names the setting, and never a secret."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, SecretStr
from pydantic_core import ErrorDetails

from dgbot.settings.names import WELL_KNOWN
from dgbot.settings.sections import RoleSettings, Settings


class SettingsError(Exception):
    """The settings do not fit; each of *problems* is a sentence for whoever wrote them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def stray(variable: str) -> str:
    """Of a variable, that its section does not exist."""
    close = difflib.get_close_matches(section_of(variable), Settings.model_fields, n=1)
    fits = f"did you mean {close[0]}?" if close else f"there are: {', '.join(Settings.model_fields)}."
    return f"{variable} names the section {section_of(variable)}, which does not exist; {fits}"


def section_of(variable: str) -> str:
    """The section that a ``DGBOT_SECTION__KEY`` names."""
    return variable.removeprefix("DGBOT_").partition("__")[0].lower()


def sentence(where: tuple[int | str, ...], detail: ErrorDetails) -> str:
    """What pydantic found wrong at *where*, for whoever wrote it."""
    path = ".".join(str(part) for part in where) or "settings"
    variable = _variable(where)
    name = f"{path} ({variable})" if variable else path
    said = detail["msg"].removeprefix("Value error, ")
    match detail["type"]:
        case "missing" if variable:
            return f"{path} is missing: set {variable}, or {where[-1]} under [{'.'.join(map(str, where[:-1]))}]."
        case "missing":
            needed = {"slack": "set SLACK_BOT_TOKEN; ", "deepgram": "set DEEPGRAM_API_KEY; "}
            first = needed.get(path, "")
            return f"[{path}] is missing: {first}deploy/dgbot.example.toml shows what belongs there."
        case "extra_forbidden":
            return f"{path} is not a setting; {_nearest(where)}"
        case "value_error":
            return f"{name}: {said}." if where else f"{said}."
        case "greater_than":
            return f"{name}: {detail['input']!r} is no time at all; write a duration such as 30m, 12h or 7d."
    hidden = isinstance(detail["input"], SecretStr | Mapping) or not _hidden().isdisjoint(where)
    given = "" if hidden else f"{detail['input']!r} does not fit: "
    said = said.replace("valid frozenset", "list").replace("valid timedelta", "duration such as 30m, 12h or 7d")
    return f"{name}: {given}{said[:1].lower()}{said[1:]}."


@cache
def _hidden() -> frozenset[str]:
    """Return the keys whose value no sentence repeats: what is a secret by its type, and what may hold a password."""
    sections = [one.annotation for one in Settings.model_fields.values()]
    models = [one for one in sections if isinstance(one, type) and issubclass(one, BaseModel)]
    secret = {name for model in models for name, field in model.model_fields.items() if _is_secret(field.annotation)}
    return frozenset(secret | {"url"})


def _is_secret(annotation: Any) -> bool:
    return annotation is SecretStr or any(_is_secret(one) for one in get_args(annotation))


def _variable(where: tuple[int | str, ...]) -> str:
    """Return the environment's name of a setting; empty for a section, a role or a part of a list."""
    for variable, place in WELL_KNOWN.items():
        if place == where:
            return variable
    if not where or where[0] in {"roles", "plugins"} or len(where) > 2:
        return ""
    annotation = Settings.model_fields[str(where[0])].annotation if where[0] in Settings.model_fields else None
    is_section = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return "" if is_section is (len(where) == 1) else "DGBOT_" + "__".join(str(part) for part in where).upper()


def _nearest(where: tuple[int | str, ...]) -> str:
    model: type[BaseModel] = RoleSettings if where[0] == "roles" else Settings
    for part in where[:-1] if model is Settings else ():
        annotation = model.model_fields[str(part)].annotation if str(part) in model.model_fields else None
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return "see deploy/dgbot.example.toml."
        model = annotation
    close = difflib.get_close_matches(str(where[-1]), model.model_fields, n=1)
    return f"did you mean {close[0]}?" if close else f"here fit: {', '.join(model.model_fields)}."
