"""Whether the roles in the settings and the permissions that commands ask for know each other."""

from __future__ import annotations

import difflib

from dgbot.plugin.discovery import Plugins
from dgbot.settings import Settings, SettingsError


def check_permissions(settings: Settings, plugins: Plugins) -> None:
    """Refuse a role that may do what no command asks for: it is a slip of the pen, and its people would be refused."""
    known = sorted({command.permission for command in plugins.commands})
    problems = []
    for name, role in settings.roles.items():
        for stray in sorted(role.may - set(known)):
            near = difflib.get_close_matches(stray, known, n=1)
            fits = f"did you mean {near[0]}?" if near else f"commands ask for {', '.join(known)}."
            problems.append(f"roles.{name}.may: no command asks for {stray!r}; {fits}")
    if problems:
        raise SettingsError(problems)
