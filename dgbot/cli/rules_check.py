"""What `dgbot alerts check` prints."""

from __future__ import annotations

from pathlib import Path

from dgbot.plugin.config import PluginConfig
from dgbot.plugin.discovery import load_plugins
from dgbot.settings.rules_file import read_rules


def mistakes(path: Path, plugins: Path | None) -> tuple[list[str], int]:
    """Return a line for everything that is wrong in the file, and how many rules of it fit; raises PluginError."""
    checks = load_plugins(PluginConfig(), directory=plugins).checks
    read = read_rules(path, checks)
    return [f"{path}:{problem.line}: {problem.sentence}" for problem in read.problems], len(read.specs)
