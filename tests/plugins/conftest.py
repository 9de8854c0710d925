"""A context whose client talks to the local Deepgram over loopback; rules are kept in a dictionary."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from dgbot import (
    AlertRule,
    AlertState,
    Context,
    KeyGrant,
    OpenRequest,
    PluginConfig,
    Principal,
    Project,
    Reply,
    RuleSpec,
)
from dgbot.adapters.storage import open_store
from dgbot.deepgram import AsyncManageClient
from dgbot.domain.ports import Person
from dgbot.plugin.alerts import Alert, Alerts
from dgbot.plugin.discovery import Plugins, load_plugins
from dgbot.plugin.words import split_words
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.services.digests.gathering import Gathering
from dgbot.services.digests.personal import PersonalDigests
from dgbot.services.keys.owners import KeyOwners
from dgbot.services.keys.project import ProjectKeys
from dgbot.services.keys.reviews import KeyReviews
from dgbot.serving import serving

SUNDAY = datetime(2026, 11, 22, 14, tzinfo=UTC)

Run = Callable[[str], Awaitable[Reply | KeyGrant]]


class StillClock:
    def now(self) -> datetime:
        return SUNDAY


@dataclasses.dataclass
class RulesInMemory:
    by_name: dict[str, AlertRule] = dataclasses.field(default_factory=dict)

    async def all(self) -> list[AlertRule]:
        return [self.by_name[name] for name in sorted(self.by_name)]

    async def standing(self, name: str) -> list[AlertState]:
        return []

    async def put(self, spec: RuleSpec, *, before: AlertRule | None) -> AlertRule | None:
        if self.by_name.get(spec.name) != before:
            return None
        made = dataclasses.replace(spec, origin="slack")
        every = timedelta(minutes=15)
        self.by_name[spec.name] = made.rule(id=spec.name, project_id="p", every=every, created_by="U_ALICE")
        return self.by_name[spec.name]

    async def remove(self, name: str) -> bool:
        return self.by_name.pop(name, None) is not None

    async def pause(self, name: str) -> bool:
        return self._paused(name, "U_ALICE")

    async def resume(self, name: str) -> bool:
        return self._paused(name, "")

    async def test(self, name: str) -> bool:
        return name in self.by_name

    def _paused(self, name: str, by: str) -> bool:
        self.by_name[name] = dataclasses.replace(self.by_name[name], paused_by=by)
        return True


class NoRequests:
    """Nobody has asked for anything."""

    async def open(self) -> list[OpenRequest]:
        return []

    async def key_revoked(self, key_id: str) -> bool:
        return False


NO_ALERTS = cast(Alerts, None)
"""What fires is shown with the real bot."""


class People:
    """A directory in which everybody but erin has an account; alice is who asks."""

    async def person(self, user_id: str, *, max_age: timedelta) -> Person:
        return Person(user_id, "alice", full=True, email="alice@acme.test")

    async def by_email(self, email: str) -> Person | None:
        name = email.partition("@")[0]
        return None if name == "erin" else Person(f"U_{name.upper()}", name, full=True, email=email)

    async def groups_of(self, user_id: str, among: frozenset[str], *, max_age: timedelta) -> frozenset[str]:
        return frozenset()


async def nothing_fires(project: Project) -> Sequence[Alert]:
    return ()


@pytest.fixture
def deepgram() -> LocalDeepgram:
    return LocalDeepgram(lambda: SUNDAY)


@pytest.fixture
async def ctx(deepgram):
    async with serving(deepgram.app) as origin, AsyncManageClient(deepgram.api_key, base_url=origin) as client:
        alice = Principal("U_ALICE", frozenset({"admin"}))
        project = Project(deepgram.project_id, "acme-prod")
        clock = StillClock()
        owners = KeyOwners(People(), clock)
        async with open_store("sqlite:///:memory:") as store:
            reviews = KeyReviews(store, client, owners, clock, old_after=timedelta(days=180))
            keys = ProjectKeys(reviews, project.id)
            gathering = Gathering(client, store, clock, review=reviews.review, firing=nothing_fires)
            digests = PersonalDigests(store, gathering, People(), clock, project=project, principal=alice)
            rules = RulesInMemory()
            alerts, may = NO_ALERTS, bool  # alice may do whatever has a name
            yield Context(alice, "C_GENERAL", project, client, rules, clock, NoRequests(), keys, alerts, digests, may)


@pytest.fixture
def plugins() -> Plugins:
    return load_plugins(PluginConfig())


@pytest.fixture
def run(ctx: Context, plugins: Plugins) -> Run:
    async def run(line: str) -> Reply | KeyGrant:
        command, rest = plugins.commands.find(split_words(line))
        return await command.run(ctx, **command.parse(rest))

    return run


@pytest.fixture
def resume(ctx: Context, plugins: Plugins) -> Callable[[str], Awaitable[Reply | None]]:
    async def resume(line: str) -> Reply | None:
        command, rest = plugins.commands.find(split_words(line))
        assert command.resume is not None
        return await command.resume(ctx, **command.parse(rest))

    return resume
