"""What deploy/ offers starts the bot that this repository builds, with no more rights than it uses."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel
from slack_sdk.web.async_client import AsyncWebClient

from dgbot import PluginConfig
from dgbot.adapters.web import web_app
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.help import SLASH
from dgbot.serving import serving
from dgbot.settings import WELL_KNOWN, Settings, load

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
EXAMPLE = (DEPLOY / "dgbot.example.toml").read_text()
DOCKERFILE = re.sub(r"\\\n\s*", "", (DEPLOY / "Dockerfile").read_text())
UNIT = (DEPLOY / "dgbot.service").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SOCKET: dict[str, Any] = yaml.safe_load((DEPLOY / "slack-manifest.socket.yaml").read_text())
HTTP: dict[str, Any] = yaml.safe_load((DEPLOY / "slack-manifest.http.yaml").read_text())
SECURITY = (ROOT / "SECURITY.md").read_text()

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "DEEPGRAM_API_KEY": "key"}
FROM_ELSEWHERE = {
    *("slack.bot_token", "slack.app_token", "slack.signing_secret", "slack.previous_signing_secret"),
    "deepgram.api_key",  # secrets come from the environment
    "clock_url",  # the sandbox's, never a company's
}
UNSET = {"alerts.channel", "alerts.heartbeat_url", "alerts.rules_file", "reconciliation.channel"}
"""What the example shows a value of, and what nobody has who does not set it."""

BY_NAME = {"roles", "plugins"}
"""Tables whose sections people name themselves."""


def uncommented(text: str) -> str:
    return re.sub(r"^#(?=\w+ = )", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("text", [EXAMPLE, uncommented(EXAMPLE)], ids=["as it is", "with every default written out"])
def test_the_example_settings_load(tmp_path, text):
    (tmp_path / "dgbot.toml").write_text(text)
    settings = load(tmp_path / "dgbot.toml", environment=TOKENS)
    assert settings.socket_mode
    assert settings.policy.holders("keys.request") == {"admins", "developers"}


def test_the_example_shows_every_setting_and_its_default(tmp_path):
    (tmp_path / "dgbot.toml").write_text(uncommented(EXAMPLE))
    written = load(tmp_path / "dgbot.toml", environment=TOKENS)
    shown = set(_keys(tomllib.loads(uncommented(EXAMPLE)), Settings))
    assert set(_settings(Settings)) - FROM_ELSEWHERE == shown
    for section in ("slack", "deepgram", "approvals", "alerts", "reconciliation", "database", "web", "log"):
        model = getattr(written, section)
        for name, field in type(model).model_fields.items():
            if not field.is_required() and f"{section}.{name}" not in {*FROM_ELSEWHERE, *UNSET}:
                assert getattr(model, name) == field.default, f"{section}.{name}"


def test_the_example_names_every_secret_variable_and_holds_no_secret():
    named = set(re.findall(r"^#   (\w+)", EXAMPLE, re.MULTILINE))
    wanted = {name for name, place in WELL_KNOWN.items() if ".".join(place) in FROM_ELSEWHERE - {"clock_url"}}
    assert named == wanted
    assert re.findall(r"xox[a-z]-\w|xapp-\w", EXAMPLE) == []


def test_the_example_sections_of_plugins_are_read_by_plugins():
    config = PluginConfig(tomllib.loads(uncommented(EXAMPLE))["plugins"])
    plugins = load_plugins(config)
    assert plugins.ignored == ()
    assert [rule.name for rule in plugins.rules] == ["low-balance"]


@pytest.mark.parametrize("manifest", [SOCKET, HTTP], ids=["socket", "http"])
def test_a_manifest_keeps_to_slacks_limits(manifest):
    assert manifest["_metadata"]["major_version"] == 2
    assert set(manifest) == {"_metadata", "display_information", "features", "oauth_config", "settings"}
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert re.fullmatch(r"#[0-9a-f]{6}", shown["background_color"])
    assert len(manifest["features"]["bot_user"]["display_name"]) <= 80
    [command] = manifest["features"]["slash_commands"]
    assert command["command"] == SLASH
    assert len(command["command"]) <= 32
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000


@pytest.mark.parametrize("manifest", [SOCKET, HTTP], ids=["socket", "http"])
def test_a_manifest_lets_the_bot_do_its_work_and_no_more(manifest):
    features = manifest["features"]
    assert features["slash_commands"][0]["should_escape"] is True, "channels would arrive without their ids"
    assert features["app_home"]["messages_tab_enabled"] is True, "direct messages would be refused"
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    assert "event_subscriptions" not in manifest["settings"], "the bot listens to no event"
    assert set(manifest["oauth_config"]["scopes"]) == {"bot"}


def test_the_manifests_differ_in_how_slack_reaches_the_bot():
    assert SOCKET["settings"]["socket_mode_enabled"] is True
    assert "://" not in (DEPLOY / "slack-manifest.socket.yaml").read_text()
    assert HTTP["settings"]["socket_mode_enabled"] is False
    addresses = {HTTP["features"]["slash_commands"][0]["url"], HTTP["settings"]["interactivity"]["request_url"]}
    assert addresses == {"https://dgbot.example.com/slack/events"}
    assert SOCKET["oauth_config"] == HTTP["oauth_config"]


def test_the_scopes_asked_for_are_those_of_the_methods_called():
    rows = re.findall(r"^\| `([a-z:.]+)` \| .+ \| (.+) \|$", SECURITY, re.MULTILINE)
    assert [scope for scope, _ in rows] == SOCKET["oauth_config"]["scopes"]["bot"]
    free, _, _ = SECURITY.partition("need no scope")[0].rpartition("The modals")[2].partition("\n\n")
    documented = {
        method for told in (*(methods for _, methods in rows), free) for method in re.findall(r"`([\w.]+)`", told)
    }
    [(unasked, method)] = re.findall(r"No manifest asks for `([a-z:]+)` \(`([\w.]+)`\)", SECURITY)
    assert unasked not in SOCKET["oauth_config"]["scopes"]["bot"]
    assert set(_called()) == {*documented, method}


def test_the_image_copies_only_what_exists_and_what_docker_may_see():
    admitted = {line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line[:1] == "!"}
    copied = {
        part for told in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE) for part in told.split()
    }
    assert copied == admitted
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_image_runs_as_nobody_in_particular_and_from_the_lock():
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    assert "--require-hashes --only-binary :all: -r requirements.lock" in DOCKERFILE
    assert {*re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)} == {"python:3.13-slim"}
    assert re.search(r'^ENTRYPOINT \["dgbot"\]\nCMD \["run"\]$', DOCKERFILE, re.MULTILINE)


@pytest.mark.parametrize(("ready", "code"), [(True, 0), (False, 1)])
async def test_the_image_is_healthy_when_slack_can_reach_the_bot(ready: bool, code: int):
    async def health() -> Mapping[str, Any]:
        return {}

    async def is_ready() -> bool:
        return ready

    [told] = re.findall(r"^HEALTHCHECK .* CMD (\[.+\])$", DOCKERFILE, re.MULTILINE)
    _, *arguments = json.loads(told)
    async with serving(web_app(health=health, ready=is_ready, events=None)) as origin:
        arguments[-1] = arguments[-1].replace("http://127.0.0.1:8080", origin)
        environment = {"http_proxy": "http://127.0.0.1:9"}  # a company's proxy must not be asked
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, env=environment, stderr=asyncio.subprocess.DEVNULL
        )
        assert await process.wait() == code


def test_compose_starts_one_bot_that_keeps_its_database():
    [(name, bot)] = COMPOSE["services"].items()
    assert name == "dgbot"
    assert (DEPLOY / bot["build"]["context"] / bot["build"]["dockerfile"]).is_file()
    assert bot["deploy"]["replicas"] == 1
    assert bot["read_only"] is True
    [volume] = bot["volumes"]
    kept, _, place = volume.partition(":")
    assert kept in COMPOSE["volumes"], "not a path of the host"
    assert _image()["DGBOT_DATABASE__URL"] == f"sqlite:///{place}/dgbot.db"
    assert [config["target"] for config in bot["configs"]] == [_image()["DGBOT_CONFIG"]]
    files = [entry["file"] for kind in ("configs", "secrets") for entry in COMPOSE[kind].values()]
    assert all(file.startswith("./") for file in files)


def test_the_variables_of_image_and_compose_are_settings(tmp_path):
    environment = {**_image(), **COMPOSE["services"]["dgbot"]["environment"]}
    secrets = {f"/run/secrets/{name}" for name in COMPOSE["services"]["dgbot"]["secrets"]}
    assert secrets == {value for name, value in environment.items() if name.endswith("_FILE")}
    settings = _loaded(environment, tmp_path, "/run/secrets")
    assert settings.socket_mode
    assert settings.web.host == "0.0.0.0"  # noqa: S104 (a container's own network)
    assert settings.log.format == "json"


def test_the_variables_of_the_unit_are_settings(tmp_path):
    told = dict(pair.split("=", 1) for pair in re.findall(r"^Environment=(.+)$", UNIT, re.MULTILINE))
    credentials = {f"%d/{name}" for name in re.findall(r"^LoadCredential=(\w+):", UNIT, re.MULTILINE)}
    assert credentials == {value for name, value in told.items() if name.endswith("_FILE")}
    settings = _loaded(told, tmp_path, "%d")
    assert settings.socket_mode
    assert settings.database.url == "sqlite:///%S/dgbot/dgbot.db"
    assert "\nStateDirectory=dgbot\n" in UNIT


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
def test_systemd_understands_the_unit(tmp_path):
    unit = tmp_path / "dgbot.service"
    unit.write_text(UNIT.replace("/opt/dgbot/.venv/bin/dgbot", sys.executable))
    command = ["systemd-analyze", "verify", "--man=no", unit]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (told.returncode, [line for line in told.stderr.splitlines() if "dgbot.service" in line]) == (0, [])


def _settings(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _settings(inner, f"{prefix}{name}.")
        elif name not in BY_NAME:
            yield f"{prefix}{name}"


def _keys(table: Mapping[str, Any], model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, value in table.items():
        inner = model.model_fields[name].annotation
        if isinstance(value, dict) and isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _keys(value, inner, f"{prefix}{name}.")
        elif name not in BY_NAME:
            yield f"{prefix}{name}"


def _called() -> Iterator[str]:
    """Yield the Web API methods that the code names, as calls of the client or as text."""
    folders = (ROOT / "dgbot" / "app", ROOT / "dgbot" / "adapters" / "slack")
    for path in (file for folder in folders for file in sorted(folder.glob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and "_" in node.attr[1:-1] and node.attr != "api_call":
                if _is_method(node.attr):
                    yield node.attr.replace("_", ".")
            elif isinstance(node, ast.Constant) and re.fullmatch(r"views\.\w+", str(node.value)):
                yield str(node.value)


def _is_method(name: str) -> bool:
    found: object = getattr(AsyncWebClient, name, None)
    return not name.startswith("_") and inspect.isfunction(found)


def _image() -> dict[str, str]:
    [told] = re.findall(r"^ENV (.+)$", DOCKERFILE, re.MULTILINE)
    return dict(pair.split("=", 1) for pair in told.split(" ") if not pair.startswith("PATH="))


def _loaded(environment: Mapping[str, str], folder: Path, secrets: str) -> Settings:
    """Load the settings as they would be loaded there; *secrets* is where the tokens lie."""
    (folder / "dgbot.toml").write_text(EXAMPLE)
    for name, value in TOKENS.items():
        (folder / name.lower()).write_text(f"{value}\n")
    here = {name: value.replace(secrets, str(folder)) for name, value in environment.items()}
    return load(environment=here | {"DGBOT_CONFIG": str(folder / "dgbot.toml")})
