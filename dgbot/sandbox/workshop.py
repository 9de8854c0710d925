"""Plugins under development, as the demo's bot meets them: drop-ins that run the author's own files."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

from dgbot.plugin.command import Command
from dgbot.plugin.config import PluginConfig
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.dropins import drop_ins, is_test
from dgbot.plugin.errors import PluginError
from dgbot.sandbox.botsettings import settings_text

DROP_IN = """\
__file__ = {path!r}
with open(__file__, "rb") as file:
    exec(compile(file.read(), __file__, "exec"))
"""
"""Errors and tracebacks name the author's file, which is read anew whenever the bot starts."""


class WorkshopError(Exception):
    """What is to be tried can't be tried; the message is a sentence."""


class Workshop:
    """The files and directories *given* by an author, and the *folder* from which the bot loads them."""

    def __init__(self, given: Sequence[Path], folder: Path) -> None:
        self._given, self._folder = given, folder
        self._written = ""
        self.commands: tuple[Command, ...] = ()
        """What they offered when the bot was last about to start, with the installed ones; none if none were given."""

    def write_settings(self, file: Path, project: str) -> None:
        """Look at the files as they are now, and write the bot's settings: carol may whatever they ask for.

        Settings that somebody has changed meanwhile stay as they are. A plugin that does not load is left to the bot,
        which says why when it starts. Raises WorkshopError.
        """
        directory = self._gathered()
        if directory is None:
            self._write(file, settings_text(project))
            return
        tables = tomllib.loads(settings_text(project))["plugins"]
        try:
            self.commands = tuple(load_plugins(PluginConfig(tables), directory=directory).commands)
        except PluginError:
            self.commands = ()
        permissions = [command.permission for command in self.commands]
        self._write(file, settings_text(project, may=permissions, plugins=directory))

    def _write(self, file: Path, text: str) -> None:
        if not file.exists() or file.read_text(encoding="utf-8") == self._written:
            file.write_text(text, encoding="utf-8")
            self._written = text

    def _gathered(self) -> Path | None:
        if not self._given:
            return None
        self._folder.mkdir(mode=0o700, exist_ok=True)
        for old in self._folder.glob("*.py"):
            old.unlink()
        for path in self._files():
            drop_in = self._folder / path.name
            if drop_in.exists():
                raise WorkshopError(f"Two plugins are called {path.name}; rename {path}.")
            drop_in.write_text(DROP_IN.format(path=str(path)), encoding="utf-8")
            drop_in.chmod(0o600)
        return self._folder

    def _files(self) -> list[Path]:
        return list(dict.fromkeys(file.absolute() for one in self._given for file in _plugins(one)))


def _plugins(path: Path) -> list[Path]:
    if path.is_dir():
        found = drop_ins(path)
        if found:
            return found
        raise WorkshopError(
            f"{path} has no plugin in it; a plugin is a *.py file that does not begin with _ and is no test."
        )
    if not path.is_file():
        raise WorkshopError(f"There is no {path}; name a plugin's file, or a directory of such files.")
    if path.suffix != ".py" or path.name.startswith("_"):
        raise WorkshopError(f"{path} can't be a plugin; its name must end in .py and not begin with _.")
    if is_test(path):
        raise WorkshopError(f"{path} is a test by its name; name the plugin's file.")
    return [path]
