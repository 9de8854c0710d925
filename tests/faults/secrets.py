"""A9: after a day with keys nothing that was written or said holds a secret, and the same search finds planted ones."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from dgbot.sandbox.botsettings import Mode
from dgbot.sandbox.demo import first_day
from tests.e2e.company import company
from tests.e2e.leaks import forms, leaks

MODES: tuple[Mode, ...] = ("socket", "http")
PADDING = b"." * 20


def scanned() -> Mapping[str, object]:
    """Live through the first day in both modes and search every place for every secret in every form."""
    counted = Counter[str]()
    for mode in MODES:
        counted += asyncio.run(_day(mode))
    found, planted = counted.pop("found"), counted["planted"]
    return {"modes": len(MODES), **counted, "leaked": counted["hits"], "missed": planted - found}


async def _day(mode: Mode) -> Counter[str]:
    with tempfile.TemporaryDirectory(prefix="dgbot-scan-") as folder:
        async with company(Path(folder) / "acme", mode) as acme:
            await acme.play(first_day())
            places, secrets = acme.places(), acme.secrets()
            counted = Counter(places=len(places), secrets=len(secrets), hits=len(acme.leaks()))
            for name, secret in secrets.items():
                for form in forms(secret.encode()):
                    planted = {"a place": PADDING + form + PADDING}
                    counted += Counter(planted=1, found=len(leaks(planted, {name: secret})))
            return counted
