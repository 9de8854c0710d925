"""Whether the settings and the commands know each other: permissions, and what waits for approval."""

from __future__ import annotations

import difflib
from fnmatch import fnmatchcase

from dgbot.plugin.discovery import Plugins
from dgbot.plugin.scopes import KNOWN, ROLES
from dgbot.settings import Settings, SettingsError
from dgbot.settings.approvals import names_in


def check_permissions(settings: Settings, plugins: Plugins) -> None:
    """Refuse permissions that no command asks for, and commands that do not exist: both are slips of the pen."""
    known = sorted({command.permission for command in plugins.commands})
    problems = []
    for name, role in settings.roles.items():
        for stray in sorted(role.may - set(known)):
            near = difflib.get_close_matches(stray, known, n=1)
            fits = f"did you mean {near[0]}?" if near else f"commands ask for {', '.join(known)}."
            problems.append(f"roles.{name}.may: no command asks for {stray!r}; {fits}")
    names = sorted(command.name for command in plugins.commands)
    for stray in sorted({*names_in(settings.approvals)} - {*names}):
        near = difflib.get_close_matches(stray, names, n=1)
        fits = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}."
        problems.append(f"approvals: there is no command {stray!r}; {fits}")
    for pattern in sorted({pattern for rule in settings.approvals.rules for pattern in rule.scopes}):
        folded = pattern.lower()
        if folded.startswith("self-hosted:") or any(fnmatchcase(scope, folded) for scope in (*KNOWN, *ROLES)):
            continue
        near = difflib.get_close_matches(folded, KNOWN, n=1)
        fits = f"did you mean {near[0]}?" if near else "write one such as keys:write or *:write."
        problems.append(f"approvals.rules: no scope of Deepgram fits {pattern!r}; {fits}")
    if problems:
        raise SettingsError(problems)
