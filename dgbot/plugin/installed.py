"""Plugins that are installed: distributions whose place is trusted, and whose modules are found in that place."""

from __future__ import annotations

import itertools
import json
import site
import sys
import sysconfig
from collections.abc import Iterator
from importlib.machinery import PathFinder
from importlib.metadata import Distribution, EntryPoint, distributions
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote, urlsplit

from dgbot.plugin.errors import PluginError, blamed
from dgbot.plugin.hookspecs import PROJECT


def installed_plugins(ignored: list[str]) -> Iterator[tuple[str, ModuleType]]:
    """Import the module of each trusted entry point; yield it after its file. Tells *ignored* what is left alone.

    Raises PluginError for a module that fails to load, or that another file would be run for.
    """
    trusted = {Path(place).resolve() for place in (*_site_packages(), *site.getsitepackages())}
    seen: set[str] = set()
    for distribution in distributions():
        for entry in distribution.entry_points.select(group=PROJECT):
            place = Path(str(distribution.locate_file(""))).resolve()
            if place not in trusted:
                ignored.append(f"{entry.value} at {place} is not loaded: it is not installed in site-packages.")
            elif entry.value not in seen:
                seen.add(entry.value)
                _require_own(entry, distribution)
                yield _entered(entry)


def _site_packages() -> tuple[str, str]:
    return sysconfig.get_path("purelib"), sysconfig.get_path("platlib")


def _require_own(entry: EntryPoint, distribution: Distribution) -> None:
    """Refuse a module that is found outside its *distribution*: names are looked up on all of sys.path."""
    homes = _homes(distribution)
    for name in itertools.accumulate(entry.module.split("."), "{}.{}".format):
        try:
            spec = find_spec(name)  # imports its parent, which has passed
        except BaseException as error:
            raise blamed(f"{entry.value} failed to load", error) from error
        if spec is None:
            raise PluginError(f"{entry.value} failed to load: there is no module {name}.")
        if spec.origin is None:
            continue  # a namespace: it has no file, and runs nothing
        if not _within(Path(spec.origin), homes):
            raise PluginError(
                f"{entry.value} would run {spec.origin} instead of {_own_file(name, homes)}, which is installed; "
                "start the bot in another directory and without PYTHONPATH, or remove that file."
            )


def _homes(distribution: Distribution) -> list[Path]:
    """Return where the files of *distribution* are: beside its metadata, or in its project if that is editable."""
    homes = [Path(str(distribution.locate_file(""))).resolve()]
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")  # PEP 610
    if origin.get("dir_info", {}).get("editable"):
        homes.append(Path(unquote(urlsplit(origin["url"]).path)).resolve())
    return homes


def _within(file: Path, homes: list[Path]) -> bool:
    """Whether *file* lies in one of *homes*; it may be a link out of there, as some installers make them."""
    return any(file.parent.resolve().is_relative_to(home) for home in homes)


def _own_file(name: str, homes: list[Path]) -> str:
    """Return the file of the top package of *name* that would run if sys.path held *homes* alone."""
    path = [place for place in sys.path if _within(Path(place) / "_", homes)]
    spec = PathFinder.find_spec(name.partition(".")[0], path)
    return str(spec.origin if spec else homes[0])


def _entered(entry: EntryPoint) -> tuple[str, ModuleType]:
    try:
        module = entry.load()
        source = str(module.__file__) if isinstance(module, ModuleType) else ""
    except BaseException as error:
        raise blamed(f"{entry.value} failed to load", error) from error
    if not source:
        raise PluginError(f"{entry.value} is a {type(module).__name__}; an entry point of {PROJECT} names a module.")
    return source, module
