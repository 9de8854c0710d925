"""The terminal: what it lists, and how it refuses."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from dgbot.cli import main
from dgbot.cli.run import CONFIG_INVALID
from tests.unit.test_settings import ENVIRONMENT, TOML


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("dgbot.adapters.telemetry.configure", lambda **_: None)  # it would outlive the test
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)

    def run(*words: str, toml: str | None = None, **environment: str):
        if toml is not None:
            (tmp_path / "dgbot.toml").write_text(toml)
        return CliRunner().invoke(main, words, env=environment)

    return run


def test_help_lists_every_command_with_its_line(run):
    told = run("--help")
    assert told.exit_code == 0
    assert "demo" in told.output
    assert "run" in told.output


def test_the_version_is_told(run):
    assert run("--version").output.startswith("dgbot ")


def test_an_unknown_command_is_refused(run):
    told = run("dance")
    assert told.exit_code == 2
    assert "dance" in told.output


def test_settings_that_do_not_fit_end_with_3_and_a_sentence_for_each_mistake(run):
    told = run("run", toml=TOML, **(ENVIRONMENT | {"SLACK_BOT_TOKEN": "xoxp-1-secretbot", "DGBOT_WEB__PORT": "high"}))
    assert told.exit_code == CONFIG_INVALID == 3
    assert told.stderr.splitlines() == [
        "slack.bot_token (SLACK_BOT_TOKEN): must begin with xoxb-.",
        "web.port (DGBOT_WEB__PORT): 'high' does not fit: input should be a valid integer, "
        "unable to parse string as an integer.",
    ]
    assert "secretbot" not in told.output


def test_settings_that_are_not_there_end_with_3(run):
    told = run("run", "--config", "nowhere.toml")
    assert told.exit_code == CONFIG_INVALID
    assert "nowhere.toml does not exist" in told.stderr


@pytest.mark.parametrize(
    ("environment", "code", "sentence"),
    [
        (
            {"DGBOT_SLACK__BASE_URL": "http://127.0.0.1:1/api/"},
            1,
            "start: Slack can't be reached at http://127.0.0.1:1",
        ),
        ({"DGBOT_DATABASE__URL": "sqlite:///relative.db"}, 1, "depends on where dgbot is started"),
        ({"DGBOT_DATABASE__URL": "mysql://bob:hunter2@db/x"}, 1, "names no database that dgbot can open"),
        ({"DGBOT_PLUGIN_DIRECTORY": "/nowhere"}, 3, "/nowhere"),
        ({"DGBOT_PLUGINS": '{"create-key": {"max_ttl": "5x"}}'}, 3, "[plugins.create-key] max_ttl: "),
        ({"DGBOT_ROLES": '{"ops": {"users": ["U1A"], "may": ["usage.raed"]}}'}, 3, "did you mean usage.read?"),
        ({"DGBOT_APPROVALS__APPROVERS": "none", "DGBOT_ROLES": '{"none": {}}'}, 3, "neither users nor groups"),
    ],
)
def test_what_keeps_the_bot_from_starting_is_a_sentence_and_not_a_traceback(run, environment, code, sentence, tmp_path):
    database = {"DGBOT_DATABASE__URL": f"sqlite:///{tmp_path / 'dgbot.db'}"}
    told = run("run", toml=TOML, **(ENVIRONMENT | database | environment))
    assert told.exit_code == code
    assert sentence in told.stderr.splitlines()[-1]
    assert "hunter2" not in told.output
    assert "Traceback" not in told.output


@pytest.mark.parametrize(
    "words", [("demo", "--port", "x"), ("demo", "--mode", "smoke"), ("demo", "--script", "nowhere")]
)
def test_the_demo_refuses_what_does_not_fit(run, words):
    told = run(*words)
    assert told.exit_code == 2
    assert words[-1] in told.output


def test_a_script_that_cant_be_played_is_refused_with_its_line(run, tmp_path):
    (tmp_path / "script.txt").write_text("alice: hello\nnonsense\n")
    told = run("demo", "--script", "script.txt")
    assert told.exit_code == 2
    assert "can't be played" in told.output
    assert "2" in told.output


def test_a_script_is_not_served(run, tmp_path):
    (tmp_path / "script.txt").write_text("alice: hello\n")
    told = run("demo", "--serve", "--script", "script.txt")
    assert told.exit_code == 2
    assert "--serve plays no script" in told.output
