"""Ids as people type them: the beginning of one is enough where no other begins so."""

from __future__ import annotations

from collections.abc import Iterable

from dgbot import Context, UsageError

LEAST = 4
"""Characters of an id that may stand for all of it."""

WHOLE = 10
"""Characters of an alert's id."""

NAMED = 5


async def alert_meant(ctx: Context, typed: str) -> str:
    """Return the id of the alert that fires and begins with *typed*, else *typed*; raises UsageError if several do."""
    if not LEAST <= len(typed) < WHOLE:
        return typed
    return id_meant(typed, [one.id for one in await ctx.alerts.firing()], what="alert")


def id_meant(typed: str, known: Iterable[str], *, what: str) -> str:
    """Return the one of the *known* ids that begins with *typed*, else *typed*; raises UsageError if several do."""
    fits = sorted({one for one in known if one.startswith(typed)})
    if len(typed) < LEAST or not fits or typed in fits:
        return typed
    if len(fits) > 1:
        more = f" and {len(fits) - NAMED} more" if len(fits) > NAMED else ""
        raise UsageError(f'{what}: "{typed}" begins several ids: {", ".join(fits[:NAMED])}{more}; write more of one.')
    return fits[0]
