"""What every part of the store stands on: something that carries out units, and the name of a bot."""

from __future__ import annotations

import secrets

from dgbot.adapters.storage.units import Runner


class UnitStore:
    """Has each method carried out by *runner* as one unit, so as one whole transaction, in the name of *bot*."""

    def __init__(self, runner: Runner, bot: str = "") -> None:
        self._run = runner.run
        self._me = bot or secrets.token_hex(8)
