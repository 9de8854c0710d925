"""Where plugins come from, installed distributions and a directory of files, and what is refused at start."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, TypeVar

import pluggy

from dgbot.plugin.check import Check
from dgbot.plugin.command import Command
from dgbot.plugin.config import PluginConfig
from dgbot.plugin.dropins import drop_ins, imported, is_test
from dgbot.plugin.errors import PluginError, blamed, place
from dgbot.plugin.hookspecs import PROJECT, RETURNS, Hooks
from dgbot.plugin.installed import installed_plugins
from dgbot.plugin.registry import Commands
from dgbot.plugin.rule_spec import RuleSpec
from dgbot.plugin.trust import require_private

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plugins:
    """Everything that the plugins offer; *sources* are the files, *ignored* says what was found and left alone.

    *declared_in* is the file of each rule, by its name.
    """

    commands: Commands
    checks: dict[str, Check]
    rules: tuple[RuleSpec, ...]
    sources: tuple[str, ...]
    ignored: tuple[str, ...]
    declared_in: Mapping[str, str] = field(default_factory=dict[str, str])


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
    the working directory. *directory* must pass ``require_private``; its plugins must be as safe, and no links.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    ignored: list[str] = []
    sources: dict[str, ModuleType] = dict(installed_plugins(ignored)) if entry_points else {}
    for path in _files(directory, ignored) if directory else ():
        source, module = imported(path)
        sources[str(path) if source in sources else source] = module
    sources.update((source, module) for source, module in modules.items() if source not in sources)
    for source, module in sources.items():
        _register(manager, module, source)
    commands = _collect(manager, sources, "dgbot_commands", Command, config)
    checks = _collect(manager, sources, "dgbot_checks", Check, config)
    rules = _collect(manager, sources, "dgbot_rules", RuleSpec, config)
    measured = {check.name: check for _, check in _distinct(checks, "check")}
    for source, rule in _distinct(rules, "rule"):
        if rule.check not in measured:
            fits = f"there are {', '.join(sorted(measured))}." if measured else "no plugin measures anything."
            raise PluginError(f"{source}: the rule {rule.name!r} watches {rule.check!r}; {fits}")
    return Plugins(
        Commands(command for _, command in _distinct(commands, "command")),
        measured,
        tuple(rule for _, rule in rules),
        tuple(sources),
        (*ignored, *config.unread()),
        {rule.name: source for source, rule in rules},
    )


def _files(directory: Path, ignored: list[str]) -> list[Path]:
    require_private(directory)
    if not directory.is_dir():
        raise PluginError(f"plugin directory: {directory} is not a directory.")
    ignored += [
        f"{path} is not loaded: its name is that of a test." for path in sorted(directory.glob("*.py")) if is_test(path)
    ]
    return drop_ins(directory)


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
        raise blamed(f"{place(source, error)} can't be searched for hooks", error) from error


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
            raise blamed(f"{place(source, error)}: {hook} failed", error) from error
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
