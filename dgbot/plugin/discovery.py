"""Where plugins come from, installed distributions and a directory of files, and what is refused at start."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import CodeType, MappingProxyType, ModuleType
from typing import Any, TypeVar

import pluggy

from dgbot.plugin.check import Check, RuleSpec
from dgbot.plugin.command import Command
from dgbot.plugin.config import PluginConfig
from dgbot.plugin.errors import PluginError, blamed
from dgbot.plugin.hookspecs import PROJECT, RETURNS, Hooks
from dgbot.plugin.installed import installed_plugins
from dgbot.plugin.registry import Commands
from dgbot.plugin.trust import read_private, require_private

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plugins:
    """Everything that the plugins offer; *sources* are the files, *ignored* says what was found and left alone."""

    commands: Commands
    checks: dict[str, Check]
    rules: tuple[RuleSpec, ...]
    sources: tuple[str, ...]
    ignored: tuple[str, ...]


def load_plugins(
    config: PluginConfig,
    *,
    directory: Path | None = None,
    entry_points: bool = True,
    modules: Mapping[str, ModuleType] = MappingProxyType({}),
) -> Plugins:
    """Import every plugin and collect what its hooks declare; raises PluginError, which names the file.

    *modules* are imported already, by the name that errors tell; one of an installed plugin's file is loaded once.

    Installed plugins are those of distributions in the interpreter's own site-packages: nothing on PYTHONPATH or in
    the working directory. *directory* must pass ``require_private``; its ``*.py`` files must be as safe, and no links.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    ignored: list[str] = []
    sources: dict[str, ModuleType] = dict(installed_plugins(ignored)) if entry_points else {}
    for path in _files(directory) if directory else ():
        sources[str(path)] = _imported(path)
    sources.update((source, module) for source, module in modules.items() if source not in sources)
    for source, module in sources.items():
        _register(manager, module, source)
    commands = _collect(manager, sources, "dgbot_commands", Command, config)
    checks = _collect(manager, sources, "dgbot_checks", Check, config)
    rules = _collect(manager, sources, "dgbot_rules", RuleSpec, config)
    measured = {check.name: check for _, check in _distinct(checks, "check")}
    for source, rule in _distinct(rules, "rule"):
        if rule.check not in measured:
            raise PluginError(f"{source}: the rule {rule.name!r} watches {rule.check!r}; there are {sorted(measured)}.")
    return Plugins(
        Commands(command for _, command in _distinct(commands, "command")),
        measured,
        tuple(rule for _, rule in rules),
        tuple(sources),
        (*ignored, *config.unread()),
    )


def _files(directory: Path) -> list[Path]:
    require_private(directory)
    if not directory.is_dir():
        raise PluginError(f"plugin directory: {directory} is not a directory.")
    return sorted(path for path in directory.glob("*.py") if not path.name.startswith("_"))


class _FromSource(SourceFileLoader):
    """Compiles the bytes that were checked, never a cached twin that somebody may have planted beside the file."""

    def __init__(self, fullname: str, path: str, source: bytes) -> None:
        super().__init__(fullname, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self._source, self.path)


def _imported(path: Path) -> ModuleType:
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
        raise blamed(f"{path} failed to load", error) from error
    return module


def _register(manager: pluggy.PluginManager, module: ModuleType, source: str) -> None:
    try:
        _check_hooks(manager, module, source)
        manager.register(module, name=source)
        manager.check_pending()
    except PluginError:
        raise
    except (pluggy.PluginValidationError, ValueError) as error:
        raise PluginError(f"{source}: {str(error).strip().splitlines()[-1]}") from error
    except BaseException as error:
        raise blamed(f"{source} can't be searched for hooks", error) from error


def _check_hooks(manager: pluggy.PluginManager, module: ModuleType, source: str) -> None:
    hooks = [name for name in vars(module) if name.startswith(f"{PROJECT}_") and callable(getattr(module, name))]
    for name in hooks:
        if name not in RETURNS:
            raise PluginError(f"{source}: there is no hook {name}; there are {', '.join(RETURNS)}.")
        if manager.parse_hookimpl_opts(module, name) is None:
            raise PluginError(f"{source}: {name} lacks its @hookimpl.")
    if not hooks:
        raise PluginError(f"{source} offers nothing; a plugin has an @hookimpl named {' or '.join(RETURNS)}.")


def _collect(
    manager: pluggy.PluginManager, sources: dict[str, ModuleType], hook: str, kind: type[T], config: PluginConfig
) -> list[tuple[str, T]]:
    """Call *hook* of one plugin after another, so that a mistake can be told with its file."""
    found: list[tuple[str, T]] = []
    for source, module in sources.items():
        others = [other for other in sources.values() if other is not module]
        try:
            results = manager.subset_hook_caller(hook, others)(config=config)
            found += [(source, item) for result in results for item in _checked(result, kind, f"{source}: {hook}")]
        except PluginError:
            raise
        except BaseException as error:
            raise blamed(f"{source}: {hook} failed", error) from error
    return found


def _checked(result: Any, kind: type[T], where: str) -> list[T]:
    if inspect.iscoroutine(result):
        result.close()
        raise PluginError(f"{where} is async; a hook only declares, so make it a plain function.")
    if not isinstance(result, list | tuple):
        raise PluginError(f"{where} returned a {type(result).__name__}; return a list of {kind.__name__}.")
    for item in result:
        if not isinstance(item, kind):
            raise PluginError(
                f"{where} returned a list with a {type(item).__name__}; return a list of {kind.__name__}."
            )
    return list(result)


def _distinct(found: list[tuple[str, T]], what: str) -> list[tuple[str, T]]:
    """Refuse two that share a name; which of them would win should not depend on luck."""
    owners: dict[str, str] = {}
    for source, item in found:
        name: str = item.name  # type: ignore[attr-defined]  # Command, Check and RuleSpec have one
        if owners.get(name) == source:
            raise PluginError(f"{source} offers the {what} {name!r} twice; rename one of them.")
        if name in owners:
            raise PluginError(
                f"Two plugins offer the {what} {name!r}: {owners[name]} and {source}; remove one of them."
            )
        owners[name] = source
    return found
