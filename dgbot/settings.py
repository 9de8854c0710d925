"""What people write: dgbot.toml, the environment and .env, as frozen values; every mistake is named in a sentence."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping, MutableMapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import platformdirs
from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import (
    SettingsError as SettingsSourceError,
)

from dgbot.domain.identity import Policy, Role
from dgbot.plugin.kind import Unfit
from dgbot.plugin.params import read_duration

WELL_KNOWN = {
    "SLACK_BOT_TOKEN": ("slack", "bot_token"),
    "SLACK_APP_TOKEN": ("slack", "app_token"),
    "SLACK_SIGNING_SECRET": ("slack", "signing_secret"),
    "SLACK_PREVIOUS_SIGNING_SECRET": ("slack", "previous_signing_secret"),
    "DEEPGRAM_API_KEY": ("deepgram", "api_key"),
    "DEEPGRAM_HOST": ("deepgram", "base_url"),
    "DGBOT_CLOCK_URL": ("clock_url",),
}
"""Names from the environment that are not ``DGBOT_SECTION__KEY``; each may end in ``_FILE`` and name a file."""

SECRET = frozenset({"bot_token", "app_token", "signing_secret", "previous_signing_secret", "api_key"})
"""Keys whose value no sentence repeats."""


READ_BY_BOLT = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
"""Bolt would switch to OAuth by itself if it found these."""


class SettingsError(Exception):
    """The settings do not fit; each of *problems* is a sentence for whoever wrote them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def is_loopback(url: str) -> bool:
    """Whether *url* names this machine."""
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}


def _safe_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("must be a plain address without user, query or fragment")
    if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(url))):
        raise ValueError(f"must begin with https:// (http:// only for this machine), unlike {url!r}")
    return url


def _secret(secret: SecretStr) -> SecretStr:
    """Refuse what no token looks like; with an empty signing secret every request could be forged."""
    text = secret.get_secret_value()
    if not text:
        raise ValueError("is empty")
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("has a space, a line end or a character that is not ASCII; copy it again")
    return secret


def _prefixed(prefix: str) -> AfterValidator:
    def check(secret: SecretStr) -> SecretStr:
        if not secret.get_secret_value().startswith(prefix):
            raise ValueError(f"must begin with {prefix}")
        return secret

    return AfterValidator(check)


def _long_enough(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < 16:
        raise ValueError("has fewer than 16 characters, and Slack's have 32; copy it again")
    return secret


def _answers_in_time(span: timedelta) -> timedelta:
    if not timedelta(seconds=1) <= span <= timedelta(seconds=60):
        raise ValueError(f"{span.total_seconds():g} s is not between 1 and 60 seconds")
    return span


def _as_typed(value: object) -> object:
    """Read ``8h`` as people write it in Slack, and digits alone as seconds; ISO 8601 (``PT8H``) is pydantic's."""
    if not isinstance(value, str) or value.startswith("P"):
        return value
    try:
        return int(value) if value.isascii() and value.isdigit() else read_duration(value)
    except Unfit as unfit:
        raise ValueError(f"{value!r} {unfit.clause.rstrip('.')}") from None


def _id_of(what: str, example: str, initials: str) -> AfterValidator:
    def check(given: str) -> str:
        if not re.fullmatch(f"[{initials}][A-Z0-9]{{2,}}", given):
            raise ValueError(f"{given!r} is not the id of a {what}, such as {example}")
        return given

    return AfterValidator(check)


Secret = Annotated[SecretStr, AfterValidator(_secret)]
SigningSecret = Annotated[Secret, AfterValidator(_long_enough)]
Lasting = Annotated[timedelta, BeforeValidator(_as_typed), Field(gt=timedelta(0))]
Url = Annotated[str, AfterValidator(_safe_url)]
ChannelId = Annotated[str, _id_of("channel", "C0123ABCD", "CG")]
UserId = Annotated[str, _id_of("person", "U0123ABCD", "UW")]
GroupId = Annotated[str, _id_of("user group", "S0123ABCD", "S")]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SlackSettings(_Section):
    """How to reach Slack. With *app_token* the bot uses Socket Mode, without it HTTP, which needs *signing_secret*."""

    bot_token: Annotated[Secret, _prefixed("xoxb-")]
    app_token: Annotated[Secret, _prefixed("xapp-")] | None = None
    signing_secret: SigningSecret | None = None
    previous_signing_secret: SigningSecret | None = None
    base_url: Url = "https://slack.com/api/"

    @model_validator(mode="after")
    def _one_door(self) -> SlackSettings:
        if self.app_token is None and self.signing_secret is None:
            raise ValueError("set SLACK_APP_TOKEN (xapp-…, Socket Mode) or SLACK_SIGNING_SECRET (HTTP)")
        return self


class DeepgramSettings(_Section):
    """Which project the bot runs, with which key."""

    api_key: Secret
    project: Annotated[str, Field(min_length=1)]
    base_url: Url = "https://api.deepgram.com"
    timeout: Annotated[Lasting, AfterValidator(_answers_in_time)] = timedelta(seconds=20)


class RoleSettings(_Section):
    """Some people and what they may do."""

    users: frozenset[UserId] = frozenset()
    groups: frozenset[GroupId] = frozenset()
    may: frozenset[str] = frozenset()


class ApprovalSettings(_Section):
    """Where cards are posted, which role decides, how long each wait lasts."""

    channel: ChannelId
    approvers: str
    request_lasts: Lasting = timedelta(hours=8)
    approval_lasts: Lasting = timedelta(hours=24)


class AlertSettings(_Section):
    """How often rules are evaluated, and which channel hears of our own failures."""

    channel: ChannelId | None = None
    every: Lasting = timedelta(minutes=15)


class DatabaseSettings(_Section):
    """Where the bot remembers; empty means a file in the platform's state directory."""

    url: str = ""


class WebSettings(_Section):
    """Where the bot listens: health pages in both modes, Slack's requests in HTTP mode."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080


class LogSettings(_Section):
    """How much the log says, and to whom."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "text"] = "auto"


class Settings(BaseSettings):
    """Everything that can be set; see deploy/dgbot.example.toml."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix="DGBOT_",
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
    )

    slack: SlackSettings
    deepgram: DeepgramSettings
    approvals: ApprovalSettings
    roles: dict[str, RoleSettings] = {}
    alerts: AlertSettings = AlertSettings()
    database: DatabaseSettings = DatabaseSettings()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()
    plugins: dict[str, dict[str, Any]] = {}
    plugin_directory: Path | None = None
    clock_url: Url | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Settings:
        if self.approvals.approvers not in self.roles:
            known = ", ".join(sorted(self.roles)) or "none"
            raise ValueError(f"approvals.approvers names the role {self.approvals.approvers!r}; [roles] has {known}")
        deciding = self.roles[self.approvals.approvers]
        if not deciding.users | deciding.groups:
            raise ValueError(f"roles.{self.approvals.approvers} decides on keys, and has neither users nor groups")
        if self.clock_url is not None:
            for url in (self.clock_url, self.slack.base_url, self.deepgram.base_url):
                if not is_loopback(url):
                    raise ValueError(f"DGBOT_CLOCK_URL is for the sandbox alone, and {url} is not on this machine")
        return self

    @property
    def policy(self) -> Policy:
        """The roles as the domain knows them."""
        return Policy(
            {n: Role(frozenset(r.users), frozenset(r.groups), frozenset(r.may)) for n, r in self.roles.items()}
        )

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached through a socket that the bot opens."""
        return self.slack.app_token is not None


def load(config: Path | None = None, *, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings, or raise SettingsError; the environment wins over .env, and .env over the file.

    The file is *config*, else ``DGBOT_CONFIG``, else ``dgbot.toml`` in the working or the platform's config directory.
    """
    variables = _translated(_dotenv(Path(".env"))) | _translated(os.environ if environment is None else environment)
    if stray := [name for name in variables if "__" in name and _section(name) not in Settings.model_fields]:
        raise SettingsError([_stray(name) for name in stray])
    path = config or _default_file(variables)
    if path is not None and not path.is_file():
        raise SettingsError([f"{path} does not exist; copy deploy/dgbot.example.toml there, or name another file."])

    class Layered(Settings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: PydanticBaseSettingsSource, **__: PydanticBaseSettingsSource
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return _Environment(settings_cls, variables), TomlConfigSettingsSource(settings_cls, path)

    try:
        return Layered()
    except ValidationError as error:
        problems = [_sentence(detail["loc"], detail) for detail in error.errors(include_url=False)]
        if path is None:
            problems.append(f"No settings file was found; looked for {' and '.join(map(str, _usual_files()))}.")
    except tomllib.TOMLDecodeError as error:
        problems = [f"{path} is not TOML: {error}."]
    except (OSError, UnicodeDecodeError) as error:
        problems = [f"{path} can't be read: {error}."]
    except SettingsSourceError as error:
        problems = [f"{error}."]
    raise SettingsError(problems)  # outside the except blocks: pydantic's error holds the values


def forget(environment: MutableMapping[str, str]) -> None:
    """Take out of *environment* what was read, so that no library finds it there and no child process inherits it."""
    for name in (*WELL_KNOWN, *READ_BY_BOLT):
        environment.pop(name, None)


class _Environment(EnvSettingsSource):
    def __init__(self, settings_cls: type[BaseSettings], variables: Mapping[str, str]) -> None:
        self._variables = variables
        super().__init__(settings_cls)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._variables.items()}


def _dotenv(path: Path) -> dict[str, str]:
    try:
        return {name: value for name, value in dotenv_values(path).items() if value is not None}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{path} can't be read: {error}."]) from None


def _translated(variables: Mapping[str, str]) -> dict[str, str]:
    """Return *variables* by their ``DGBOT_SECTION__KEY``, without the ones that are none of ours."""
    translated = {name: value for name, value in variables.items() if name.startswith("DGBOT_")}
    for name, where in WELL_KNOWN.items():
        value = variables.get(name)
        if value is None and (file := variables.get(f"{name}_FILE")):
            value = _read_secret(name, Path(file))
        if value:
            translated["DGBOT_" + "__".join(where).upper()] = value
    return translated


def _read_secret(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError([f"{name}_FILE: {path} can't be read ({error.strerror})."]) from None
    except UnicodeDecodeError:
        raise SettingsError([f"{name}_FILE: {path} can't be read (it is not text)."]) from None


def _default_file(variables: Mapping[str, str]) -> Path | None:
    if named := variables.get("DGBOT_CONFIG"):
        return Path(named)
    return next((path for path in _usual_files() if path.is_file()), None)


def _usual_files() -> tuple[Path, Path]:
    return Path("dgbot.toml"), platformdirs.user_config_path("dgbot") / "dgbot.toml"


def _section(variable: str) -> str:
    return variable.removeprefix("DGBOT_").partition("__")[0].lower()


def _stray(variable: str) -> str:
    close = difflib.get_close_matches(_section(variable), Settings.model_fields, n=1)
    fits = f"did you mean {close[0]}?" if close else f"there are: {', '.join(Settings.model_fields)}."
    return f"{variable} names the section {_section(variable)}, which does not exist; {fits}"


def _sentence(where: tuple[int | str, ...], detail: ErrorDetails) -> str:
    path = ".".join(str(part) for part in where) or "settings"
    variable = _variable(where)
    name = f"{path} ({variable})" if variable else path
    said = detail["msg"].removeprefix("Value error, ")
    match detail["type"]:
        case "missing" if variable:
            return f"{path} is missing: set {variable}, or {where[-1]} under [{'.'.join(map(str, where[:-1]))}]."
        case "missing":
            needed = {"slack": "set SLACK_BOT_TOKEN; ", "deepgram": "set DEEPGRAM_API_KEY; "}
            first = needed.get(path, "")
            return f"[{path}] is missing: {first}deploy/dgbot.example.toml shows what belongs there."
        case "extra_forbidden":
            return f"{path} is not a setting; {_nearest(where)}"
        case "value_error":
            return f"{name}: {said}." if where else f"{said}."
        case "greater_than":
            return f"{name}: {detail['input']!r} is no time at all; write a duration such as 30m, 12h or 7d."
    hidden = isinstance(detail["input"], SecretStr | Mapping) or (bool(where) and where[-1] in SECRET)
    given = "" if hidden else f"{detail['input']!r} does not fit: "
    said = said.replace("valid frozenset", "list").replace("valid timedelta", "duration such as 30m, 12h or 7d")
    return f"{name}: {given}{said[:1].lower()}{said[1:]}."


def _variable(where: tuple[int | str, ...]) -> str:
    """Return the environment's name of a setting; empty for a section, a role or a part of a list."""
    for variable, place in WELL_KNOWN.items():
        if place == where:
            return variable
    if not where or where[0] in {"roles", "plugins"} or len(where) > 2:
        return ""
    annotation = Settings.model_fields[str(where[0])].annotation if where[0] in Settings.model_fields else None
    is_section = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return "" if is_section is (len(where) == 1) else "DGBOT_" + "__".join(str(part) for part in where).upper()


def _nearest(where: tuple[int | str, ...]) -> str:
    model: type[BaseModel] = RoleSettings if where[0] == "roles" else Settings
    for part in where[:-1] if model is Settings else ():
        annotation = model.model_fields[str(part)].annotation if str(part) in model.model_fields else None
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return "see deploy/dgbot.example.toml."
        model = annotation
    close = difflib.get_close_matches(str(where[-1]), model.model_fields, n=1)
    return f"did you mean {close[0]}?" if close else f"here fit: {', '.join(model.model_fields)}."
