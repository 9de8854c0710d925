"""Plugins that are files in a directory: which of them count, and how such a file is imported."""

from __future__ import annotations

import sys
from fnmatch import fnmatchcase
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

from dgbot.plugin.errors import PluginError, blamed, place
from dgbot.plugin.hookspecs import PROJECT
from dgbot.plugin.trust import read_private

TESTS: Final = ("test_*.py", "*_test.py", "conftest.py")
"""What pytest collects; it may lie beside the plugin, and is none."""


def drop_ins(directory: Path) -> list[Path]:
    """Return the files of *directory* that are plugins: ``*.py``, but nothing that begins with ``_``, and no tests."""
    named = (path for path in directory.glob("*.py") if not path.name.startswith("_"))
    return sorted(path for path in named if not is_test(path))


def is_test(path: Path) -> bool:
    """Whether the file's name says that it is for pytest."""
    return any(fnmatchcase(path.name, pattern) for pattern in TESTS)


def imported(path: Path) -> tuple[str, ModuleType]:
    """Import the file *path* and return the file that errors shall name, with the module. Raises PluginError.

    That is *path* itself, or whatever the module has set its ``__file__`` to: a plugin under development is run by a
    few lines elsewhere, and its author knows no other file than the own one.
    """
    source = read_private(path)
    name = f"{PROJECT}_dropin_{path.stem.replace('-', '_')}"
    spec = spec_from_file_location(name, path, loader=_FromSource(name, str(path), source))
    if spec is None or spec.loader is None:
        raise PluginError(f"{path} is not a Python file.")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        sys.modules.pop(name, None)
        raise blamed(f"{place(_file(module, path), error)} failed to load", error) from error
    return _file(module, path), module


def _file(module: ModuleType, path: Path) -> str:
    told = object.__getattribute__(module, "__dict__").get("__file__")  # a hostile module may have no attributes
    return told if type(told) is str else str(path)


class _FromSource(SourceFileLoader):
    """Compiles the bytes that were checked, never a cached twin that somebody may have planted beside the file."""

    def __init__(self, fullname: str, path: str, source: bytes) -> None:
        super().__init__(fullname, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self._source, self.path)
