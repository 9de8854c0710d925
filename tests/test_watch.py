"""The positive control of the watch: each kind of secret, planted at each place, fails its test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres import binaries

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
KINDS = [
    "the secret of key 1", "the bot token", "the app token", "the signing secret", "the Deepgram API key",
    *(["the database's password"] if binaries() is not None else []),
]  # fmt: skip
PLANTING = """
import base64
import logging

import pytest
import structlog

from dgbot.sandbox.slack.api.web_api import Call
from tests.test_watch import KINDS

log = logging.getLogger("dgbot")


def print_it(secret, **_):
    print("made", secret[3:25])


def log_it(secret, **_):
    log.debug("made %s", secret.encode().hex())


def log_an_event(secret, **_):
    structlog.get_logger().debug("made", key=secret[-12:])


def log_an_error(secret, **_):
    try:
        raise ValueError(f"bad key: {secret}")
    except ValueError:
        log.exception("it broke")


def tell_slack(secret, office, **_):
    office.slack.calls.append(Call("chat.postMessage", {"text": base64.b64encode(secret.encode()).decode()}, ok=False))


def store_it(secret, database, **_):
    database.execute("CREATE TABLE planted AS SELECT ? AS secret", [secret])


def write_it(secret, folder, **_):
    (folder / "dgbot.db-wal").write_text(secret)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "plant", [print_it, log_it, log_an_event, log_an_error, tell_slack, store_it, write_it]
)
async def test_a_planted_secret(kind, plant, request, secrecy, approved, office, memory, tmp_path):
    if "password" in kind:
        request.getfixturevalue("postgres_url")
    await office.clicks("alice", "Reveal key")
    secret = secrecy.secrets()[kind]
    database = await memory._run(lambda connection: connection.connection.driver_connection)
    plant(secret, office=office, database=database, folder=tmp_path)


async def test_a_day_without_a_leak(approved, office, tmp_path):
    await office.clicks("alice", "Reveal key")
"""
PLACES = 7


def test_every_secret_is_found_at_every_place_and_nowhere_else(pytester: pytest.Pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest("from tests.conftest import *\nfrom tests.unit.services.conftest import approved")
    pytester.makeini("[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function")
    pytester.makepyfile(test_planting=PLANTING)
    done = pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider")
    planted = len(KINDS) * PLACES
    done.assert_outcomes(passed=planted + 1, errors=planted)
    told = "\n".join(done.outlines)
    assert [kind for kind in KINDS if f"{kind} is in " not in told] == []
