"""What the demo prints must not teach a secret, not even a secret that is worth nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

MASK = "***"


def masking(show: Callable[[str], None], secrets: Callable[[], Iterable[str]]) -> Callable[[str], None]:
    """Return *show* for texts that may hold any of *secrets*, which are asked for anew each time."""
    return lambda text: show(masked(text, secrets()))


def masked(text: str, secrets: Iterable[str]) -> str:
    """Return *text* with each of *secrets* as ``***``; the longest first, since one may contain another."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text
