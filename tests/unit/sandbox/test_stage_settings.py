import tomllib
from pathlib import Path

import pytest

from dgbot.sandbox.botsettings import Mode, environment, settings_text


def _environment(mode: Mode) -> dict[str, str]:
    return environment(
        mode=mode,
        folder=Path("/home/demo"),
        slack_origin="http://127.0.0.1:1",
        bot_token="xoxb-1",
        app_token="xapp-1",
        signing_secret="signed",
        deepgram_origin="http://127.0.0.1:2",
        deepgram_key="dg-1",
        clock_url="http://127.0.0.1:3/clock",
        port=4,
    )


def test_nothing_of_the_callers_environment_but_its_path_reaches_the_bot(monkeypatch):
    monkeypatch.setenv("PATH", "/bin")
    monkeypatch.setenv("DEEPGRAM_API_KEY", "a real one")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    assert _environment("socket") == {
        "PATH": "/bin",
        "HOME": "/home/demo",
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "DEEPGRAM_API_KEY": "dg-1",
        "DEEPGRAM_HOST": "http://127.0.0.1:2",
        "DGBOT_SLACK__BASE_URL": "http://127.0.0.1:1/api/",
        "DGBOT_CLOCK_URL": "http://127.0.0.1:3/clock",
        "DGBOT_WEB__PORT": "4",
        "DGBOT_DATABASE__URL": "sqlite:////home/demo/dgbot.db",
        "DGBOT_CONFIG": "/home/demo/dgbot.toml",
    }


@pytest.mark.parametrize(
    ("mode", "has", "lacks"),
    [("socket", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"), ("http", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN")],
)
def test_the_bot_gets_the_key_to_one_of_slacks_doors(mode, has, lacks):
    told = _environment(mode)
    assert has in told
    assert lacks not in told


def test_the_demos_company_is_written_as_settings():
    settings = tomllib.loads(settings_text("p-1"))
    assert settings["deepgram"]["project"] == "p-1"
    assert settings["roles"]["key-approvers"]["groups"] == ["SKEYAPPR1"]
    assert settings["approvals"] == {"channel": "CKEYAPPR1", "approvers": "key-approvers"}
    assert settings["plugins"]["balance-alert"]["rules"] == [{"threshold": 50, "channel": "CALERTS01"}]
