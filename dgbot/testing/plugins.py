"""A test's own plugins, given as modules or paths, loaded beside the installed ones."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from dgbot.plugin.config import PluginConfig
from dgbot.plugin.discovery import Plugins, load_plugins
from dgbot.plugin.dropins import drop_ins
from dgbot.plugin.errors import PluginError


def load(given: Sequence[ModuleType | Path | str], tables: Mapping[str, Mapping[str, Any]]) -> Plugins:
    """Load the installed plugins and the *given* ones; one that is both is loaded once. Raises PluginError."""
    modules = {module.__file__ or module.__name__: module for one in given for module in _modules(one)}
    return load_plugins(PluginConfig(tables), modules=modules)


def _modules(given: ModuleType | Path | str) -> Iterator[ModuleType]:
    if isinstance(given, ModuleType):
        yield given
        return
    path = Path(given).resolve()
    if path.is_dir():
        for file in drop_ins(path):
            yield _imported(file)
    elif path.is_file():
        yield _imported(path)
    else:
        raise PluginError(f"dgbot_plugins: there is no file {path}; return modules, or paths of files or directories.")


def _imported(path: Path) -> ModuleType:
    """Return the module of *path*: the one that the test has imported already, or a new one of its name."""
    for module in list(sys.modules.values()):
        if getattr(module, "__file__", None) == str(path):
            return module
    spec = spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise PluginError(f"dgbot_plugins: {path} is not a Python file.")
    module = sys.modules[path.stem] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[path.stem]
        raise
    return module
