"""No secret leaves the process but in the one modal; the same search finds one that is planted at each place."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from dgbot.sandbox.botsettings import Mode
from dgbot.sandbox.demo import first_day
from dgbot.sandbox.slack.api.web_api import Call
from tests.e2e.company import Company, company

AFTERWARDS = """
alice: /deepgram create-key two --scopes usage:read
bob: click "Approve"
alice: click "Reveal key"
alice: click "Revoke it"
expect alice: Revoked two
"""


def _plant_in_log(acme: Company, secret: str) -> None:
    with acme.sandbox.log.open("a") as log:
        log.write(f'{{"event": "created {secret}"}}\n')


def _plant_in_call(acme: Company, secret: str) -> None:
    acme.slack.calls.append(Call("chat.postMessage", {"channel": "C1", "text": secret}, ok=False))


def _plant_in_modal(acme: Company, secret: str) -> None:
    acme.slack.calls.extend([Call("views.update", {"view": {"title": secret}}, ok=True)] * 2)


def _plant_in_message(acme: Company, secret: str) -> None:
    messages = acme.slack.workspace.messages
    at, message = next(iter(messages.items()))
    messages[at] = replace(message, blocks=({"type": "section", "text": secret},))


def _plant_on_stdout(acme: Company, secret: str) -> None:
    acme.shown.append(f"the key is {secret}")


PLACES = {
    "bot.log": _plant_in_log,
    "a call to Slack": _plant_in_call,
    "calls of views.update": _plant_in_modal,
    "a message": _plant_in_message,
    "stdout": _plant_on_stdout,
}


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_after_the_first_day_no_secret_is_anywhere_and_a_planted_one_is_found(tmp_path, mode: Mode):
    async with company(tmp_path / "acme", mode) as acme:
        with (acme.folder / "dgbot.toml").open("a") as settings:
            settings.write('\n[log]\nlevel = "debug"\n')
        await acme.restarts()
        await acme.play(first_day())
        await acme.play(AFTERWARDS)
        first, second = acme.deepgram.issued_secrets
        assert first != second
        shown = [c for c in acme.slack.calls if c.method == "views.update" and first in str(c.arguments)]
        assert len(shown) == 1
        assert "***" in acme.transcript
        assert {"dgbot.db", "dgbot.db-wal", "dgbot.db-shm", "bot.log"} <= acme.places().keys()
        assert b'"level": "debug"' in acme.places()["bot.log"]
        assert acme.leaks() == []

    for name, secret in acme.secrets().items():
        for place, plant in PLACES.items():
            assert not _found(acme, name, place)
            plant(acme, secret)
            assert _found(acme, name, place)
        assert not _found(acme, name, "dgbot.db")
        with closing(sqlite3.connect(acme.folder / "dgbot.db")) as database:
            with database:
                database.execute(_AUDITED, [secret])
            assert _found(acme, name, "dgbot.db-wal")
            assert _found(acme, name, "the audit rows")
        assert _found(acme, name, "dgbot.db")


_AUDITED = """
INSERT INTO audit (at, actor, action, subject, outcome, details)
VALUES ('2026-11-22T00:00:00.000000Z', 'nobody', 'planted', '-', ?, '{}')
"""


def _found(acme: Company, name: str, place: str) -> bool:
    return any(leak.startswith(name) and place in leak for leak in acme.leaks())
