"""What the demo shows must not teach a secret, not even a secret that is worth nothing."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

MASK = "***"
LONG_ENOUGH = 8
"""Characters from which on a secret is looked for in other spellings, too; those of shorter ones turn up by chance."""


def masking(show: Callable[[str], None], secrets: Callable[[], Iterable[str]]) -> Callable[[str], None]:
    """Return *show* for texts that may hold any of *secrets*, which are asked for anew each time."""
    return lambda text: show(masked(text, secrets()))


def masked(text: str, secrets: Iterable[str]) -> str:
    """Return *text* with each of *secrets* as ``***``, also where it is in base64, hexadecimal or percent-encoded."""
    return mask(secrets)(text)


def mask(secrets: Iterable[str]) -> Callable[[str], str]:
    """Return what masks *secrets* in many texts; the longest spelling first, since one may contain another."""
    spelled = sorted({form for secret in secrets if secret for form in _spellings(secret)}, key=len, reverse=True)

    def without(text: str) -> str:
        for form in spelled:
            text = text.replace(form, MASK)
        return text

    return without


@lru_cache(maxsize=1000)
def _spellings(secret: str) -> tuple[str, ...]:
    return (secret, *_encoded(secret.encode())) if len(secret) >= LONG_ENOUGH else (secret,)


def _encoded(secret: bytes) -> Iterator[str]:
    for shift in range(3):  # base64 looks otherwise after one byte and after two
        whole = base64.b64encode(bytes(shift) + secret).decode()
        own = whole[-(-shift * 8 // 6) : (shift + len(secret)) * 8 // 6]  # without what neighbours have a part in
        yield own
        yield own.replace("+", "-").replace("/", "_")
    for digits in (secret.hex(), secret.hex().upper()):
        yield digits
        yield "".join(f"%{digits[at : at + 2]}" for at in range(0, len(digits), 2))
