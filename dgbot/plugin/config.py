"""A plugin's own corner of the settings."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from dgbot.plugin.errors import PluginSettingsError

if TYPE_CHECKING:  # half of the import time of a command is pydantic's
    from pydantic import BaseModel

Model = TypeVar("Model", bound="BaseModel")


@dataclass(frozen=True, slots=True)
class PluginConfig:
    """The ``[plugins.*]`` tables of the settings, each read as the pydantic model that its plugin declares."""

    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]], repr=False)
    _read: set[str] = field(default_factory=set[str], init=False, repr=False, compare=False)

    def section(self, name: str, model: type[Model]) -> Model:
        """Return ``[plugins.<name>]`` as a *model*; what the table leaves out keeps its default.

        A key that the model does not have is refused. Raises PluginSettingsError, which names each key that is wrong.
        """
        from pydantic import ValidationError

        self._read.add(name)
        try:
            return model.model_validate(self.tables.get(name, {}), extra="forbid")
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_context=False, include_input=False)
        raise PluginSettingsError(" ".join(_sentence(name, problem, model) for problem in wrong))

    def unread(self) -> list[str]:
        """Return a sentence for each table that no plugin has read."""
        return [_nobody(name, self._read) for name in sorted(self.tables.keys() - self._read)]


def _sentence(section: str, problem: Mapping[str, Any], model: type[BaseModel]) -> str:
    *parents, last = problem["loc"] or ("it",)
    key = ".".join(map(str, (*parents, last)))
    if problem["type"] != "extra_forbidden":
        return f"[plugins.{section}] {key}: {problem['msg'].removeprefix('Value error, ').rstrip('.')}."
    near = difflib.get_close_matches(str(last), model.model_fields, n=1) if not parents else []
    advice = f"did you mean {near[0]}?" if near else "take it out."
    return f"[plugins.{section}] {key}: there is no such setting; {advice}"


def _nobody(name: str, read: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, read, n=1)
    advice = f"did you mean [plugins.{near[0]}]?" if near else "take it out, or install its plugin."
    return f"[plugins.{name}]: no plugin reads this section; {advice}"
