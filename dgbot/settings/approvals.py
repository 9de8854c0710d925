"""What can be set about approval: who decides on what, and for how long everybody waits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from dgbot.domain.approval_policy import ApprovalPolicy, ApprovalRule
from dgbot.domain.patterns import safe_pattern
from dgbot.domain.rulings import Quota, Ruling
from dgbot.domain.votes import Terms
from dgbot.settings.kinds import ChannelId, Lasting

POWERFUL = (
    *("owner", "admin", "member", "keys:write", "billing:write", "project:write*"),
    *("members:write*", "admins:write*", "owners:write*"),
)
"""Scopes whose holder can give away more; *powerful_yes* people agree to keys with them, where no rule says more."""

Roles = str | tuple[str, ...]
"""One role, or several."""

Count = Annotated[int, Field(ge=1, le=20)]
Pattern = Annotated[str, AfterValidator(safe_pattern)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QuotaSettings(_Section):
    """So many requests a person are approved by themselves in a period."""

    requests: Count
    period: Lasting


class RuleSettings(_Section):
    """What holds for the requests that fit; what is not said holds as in ``[approvals]``."""

    commands: frozenset[str] = frozenset()
    scopes: tuple[str, ...] = ()
    longer_than: Lasting | None = None
    channels: frozenset[ChannelId] = frozenset()
    asked_by: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()
    channel: ChannelId | None = None
    approvers: Roles = ()
    yes: Count | None = None
    no: Count | None = None
    request_lasts: Lasting | None = None
    approval_lasts: Lasting | None = None
    reason: Literal["optional", "required"] | None = None
    reason_pattern: Pattern | None = None
    max_ttl: Lasting | None = None
    quota: QuotaSettings | None = None

    @property
    def roles(self) -> frozenset[str]:
        """Every role that it names."""
        return self.asked_by | self.only | frozenset(several(self.approvers))


class ApprovalSettings(_Section):
    """Where cards are posted, which role decides, how long each wait lasts; *rules* say where something else holds."""

    channel: ChannelId
    approvers: Annotated[Roles, Field(min_length=1)]
    yes: Count = 1
    no: Count = 1
    request_lasts: Lasting = timedelta(hours=8)
    approval_lasts: Lasting = timedelta(hours=24)
    remind_after: Lasting | Literal["never"] = timedelta(hours=1)
    reason: Literal["optional", "required"] = "optional"
    reason_pattern: Pattern = ""
    max_ttl: Lasting = timedelta(days=366)
    commands: frozenset[str] = frozenset()
    break_glass: frozenset[str] = frozenset()
    powerful_yes: Count = 2
    rules: tuple[RuleSettings, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> ApprovalSettings:
        for number, rule in enumerate(self.rules, start=1):
            if not rule.model_fields_set - _CONDITIONS:
                raise ValueError(f"rule {number} of approvals.rules says when it holds, and not what")
        return self

    @property
    def roles(self) -> frozenset[str]:
        """Every role that it names."""
        return self.deciding | self.break_glass | frozenset().union(*(rule.roles for rule in self.rules))

    @property
    def deciding(self) -> frozenset[str]:
        """Every role whose members decide."""
        return frozenset(several(self.approvers)).union(*(several(rule.approvers) for rule in self.rules))

    @property
    def policy(self) -> ApprovalPolicy:
        """What is set, as the domain knows it."""
        return ApprovalPolicy(
            usual=self._ruling(RuleSettings()),
            rules=tuple(
                ApprovalRule(
                    self._ruling(rule), rule.commands, rule.scopes, rule.longer_than, rule.channels, rule.asked_by
                )
                for rule in (*self.rules, RuleSettings(scopes=POWERFUL, yes=max(self.yes, self.powerful_yes)))
            ),
            gated=self.commands,
            glass=self.break_glass,
            remind_after=None if self.remind_after == "never" else self.remind_after,
        )

    def _ruling(self, rule: RuleSettings) -> Ruling:
        pattern = rule.reason_pattern or self.reason_pattern
        return Ruling(
            terms=Terms(
                approvers=several(rule.approvers) or several(self.approvers),
                yes=rule.yes or self.yes,
                no=rule.no or self.no,
                reveal_within=rule.approval_lasts or self.approval_lasts,
                askers=(tuple(sorted(rule.only)),) if rule.only else (),
            ),
            channel_id=rule.channel or self.channel,
            request_lasts=rule.request_lasts or self.request_lasts,
            reason=rule.reason or self.reason,
            patterns=(re.compile(pattern),) if pattern else (),
            max_ttl=rule.max_ttl or self.max_ttl,
            quota=Quota(rule.quota.requests, rule.quota.period) if rule.quota else None,
        )


def several(roles: Roles) -> tuple[str, ...]:
    """Return *roles* as a list; empty for the empty name."""
    return (roles,) if isinstance(roles, str) and roles else tuple(roles)


_CONDITIONS = frozenset({"commands", "scopes", "longer_than", "channels", "asked_by"})


def names_in(settings: ApprovalSettings) -> Iterable[str]:
    """Yield every command that *settings* name."""
    yield from settings.commands
    for rule in settings.rules:
        yield from rule.commands
