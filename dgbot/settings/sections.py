"""What can be set: the sections of dgbot.toml as frozen values."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from dgbot.domain.alerting.hushing import QuietRoute
from dgbot.domain.identity import Policy, Role
from dgbot.settings.approvals import ApprovalSettings
from dgbot.settings.deciding import just_enough, too_many_yes
from dgbot.settings.kinds import (
    ChannelId,
    GroupId,
    Lasting,
    Secret,
    SecretUrl,
    SigningSecret,
    Url,
    UserId,
    answers_in_time,
    is_loopback,
    prefixed,
)
from dgbot.settings.quiet import QuietSettings


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SlackSettings(_Section):
    """How to reach Slack. With *app_token* the bot uses Socket Mode, without it HTTP, which needs *signing_secret*."""

    bot_token: Annotated[Secret, prefixed("xoxb-")]
    app_token: Annotated[Secret, prefixed("xapp-")] | None = None
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
    timeout: Annotated[Lasting, AfterValidator(answers_in_time)] = timedelta(seconds=20)


class RoleSettings(_Section):
    """Some people and what they may do."""

    users: frozenset[UserId] = frozenset()
    groups: frozenset[GroupId] = frozenset()
    may: frozenset[str] = frozenset()


class AlertSettings(_Section):
    """How often rules are evaluated, who hears of our own failures, where signs of life go, when channels sleep.

    *history_for* is how long it is kept what happened to alerts, for `alerts why`; what still fires keeps all of it.
    """

    channel: ChannelId | None = None
    every: Lasting = timedelta(minutes=15)
    heartbeat_url: SecretUrl | None = None
    heartbeat_every: Lasting = timedelta(minutes=1)
    history_for: Annotated[Lasting, Field(ge=timedelta(days=7), le=timedelta(days=3650))] = timedelta(days=90)
    rules_file: Path | None = None
    pictures: bool = False
    quiet: dict[str, QuietSettings] = {}

    @property
    def quiet_routes(self) -> tuple[QuietRoute, ...]:
        """The quiet hours as the domain knows them."""
        return tuple(one.route(name) for name, one in self.quiet.items())


class ReconciliationSettings(_Section):
    """How often the keys are compared with what was granted, which are old, and who hears of it."""

    enabled: bool = True
    every: Annotated[Lasting, Field(ge=timedelta(minutes=5))] = timedelta(days=1)
    old_after: Annotated[Lasting, Field(ge=timedelta(days=1))] = timedelta(days=180)
    channel: ChannelId | None = None


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
    reconciliation: ReconciliationSettings = ReconciliationSettings()
    database: DatabaseSettings = DatabaseSettings()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()
    plugins: dict[str, dict[str, Any]] = {}
    plugin_directory: Path | None = None
    clock_url: Url | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Settings:
        known = ", ".join(sorted(self.roles)) or "none"
        for name in sorted(self.approvals.roles - self.roles.keys()):
            where = "approvals.approvers" if name in self.approvals.deciding else "approvals"
            raise ValueError(f"{where} names the role {name!r}; [roles] has {known}")
        for name in sorted(self.approvals.deciding):
            if not self.roles[name].users | self.roles[name].groups:
                raise ValueError(f"roles.{name} decides on requests, and has neither users nor groups")
        if problem := next(too_many_yes(self.approvals, self._known), None):
            raise ValueError(problem)
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
    def doubts(self) -> tuple[str, ...]:
        """What fits, and yet leaves some requests undecided for ever; sentences for whoever starts the bot."""
        return tuple(just_enough(self.approvals, self._known))

    @property
    def _known(self) -> dict[str, frozenset[str] | None]:
        return {name: None if role.groups else frozenset(role.users) for name, role in self.roles.items()}

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached through a socket that the bot opens."""
        return self.slack.app_token is not None
