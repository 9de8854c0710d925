"""Settings that do not fit: the bot does not start, and says in one sentence what is missing or wrong."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dgbot.sandbox.botsettings import environment, settings_text

SECRET = "xoxb-123456789012-abcdefghijkl"


@pytest.fixture
def refused(tmp_path):
    """Start ``dgbot run`` with changed settings; return what it said before it ended with exit code 3."""

    def refused(changes: dict[str, str | None], toml: str = "") -> str:
        nowhere = "http://127.0.0.1:9"
        told = environment(
            mode="socket",
            folder=tmp_path,
            slack_origin=nowhere,
            bot_token=SECRET,
            app_token="xapp-1-A",
            signing_secret="unused",
            deepgram_origin=nowhere,
            deepgram_key="10ca1" * 8,
            clock_url=f"{nowhere}/clock",
            port=0,
        )
        set_now = {name: value for name, value in (told | changes).items() if value is not None}
        (tmp_path / "dgbot.toml").write_text(toml or settings_text("p-1"))
        ended = subprocess.run(
            [sys.executable, "-m", "dgbot", "run"],
            env=set_now,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert (ended.returncode, ended.stdout) == (3, "")
        assert "Traceback" not in ended.stderr
        return ended.stderr

    return refused


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"SLACK_BOT_TOKEN": None}, ["slack.bot_token is missing", "set SLACK_BOT_TOKEN"]),
        ({"SLACK_APP_TOKEN": None}, ["set SLACK_APP_TOKEN", "or SLACK_SIGNING_SECRET"]),
        ({"DEEPGRAM_API_KEY": None}, ["deepgram.api_key is missing", "set DEEPGRAM_API_KEY"]),
        ({"DGBOT_WEB__PORT": "http"}, ["web.port", "DGBOT_WEB__PORT", "'http'", "a valid integer"]),
    ],
    ids=["bot token", "both doors", "Deepgram key", "port"],
)
def test_a_missing_token_or_a_wrong_type_is_one_sentence(refused, changes, told):
    said = refused(changes)
    for part in told:
        assert part in said
    assert said.count("\n") == 1


def test_a_token_of_the_wrong_kind_is_refused_and_not_quoted(refused):
    said = refused({"SLACK_BOT_TOKEN": "xapp-1-A0123456789-abcdef"})
    assert "must begin with xoxb-" in said
    assert "A0123456789" not in said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('channel = "CKEYAPPR1"', "channel = 7", "7 does not fit: input should be a valid string"),
        ('approvers = "key-approvers"', 'approvers = "ghosts"', "names the role 'ghosts'; [roles] has"),
        ("[alerts]", "[alarms]", "alarms is not a setting; did you mean alerts?"),
        ('project = "p-1"', 'projekt = "p-1"', "deepgram.projekt is not a setting; did you mean project?"),
        ("[approvals]", "[approvals", "dgbot.toml is not TOML"),
    ],
    ids=["a number for a channel", "no such role", "no such section", "a slip of the pen", "no TOML"],
)
def test_a_mistake_in_the_file_is_named(refused, old, new, told):
    assert told in refused({}, settings_text("p-1").replace(old, new))
