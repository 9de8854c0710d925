"""The company that lives here: acme-prod with its people, keys and habits, and acme-staging next door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from dgbot.sandbox.deepgram.world.catalog import AURA_ZEUS, NOVA_2, NOVA_3
from dgbot.sandbox.deepgram.world.holdings import Credit, Key, Member, Order
from dgbot.sandbox.deepgram.world.usage import Use, Workload, midnight
from dgbot.sandbox.deepgram.world.world import Project, World

_YEAR_AND_A_BIT = timedelta(days=400)
_VERSION = "2025-07-31.0"


@dataclass(frozen=True)
class Acme:
    """The company's two projects."""

    production: Project
    staging: Project


def settle(world: World, now: datetime, *, seed: int, api_key: str) -> Acme:
    """Put acme's projects into *world*; *api_key* becomes carol's key, as an owner of acme-prod."""
    production = _project(world, "acme-prod", now, seed, gift="42", bought="500")
    carol = _join(world, production, "carol", "Carol", "Diaz", "owner")
    alice = _join(world, production, "alice", "Alice", "Njoku", "member")
    erin = _join(world, production, "erin", None, None, "admin")  # left the company, kept her seat

    _key(world, production, carol, "dgbot", ("owner",), now, age=130, secret=api_key)
    _key(world, production, erin, "legacy-import", ("usage:write",), now, age=390)
    _key(world, production, alice, "spring-trial", ("usage:read",), now, age=97, lives=90)
    calls = _key(world, production, alice, "call-center", ("usage:write",), now, age=42, tags=("calls",))
    batch = _key(world, production, alice, "nightly-batch", ("usage:read", "usage:write"), now, age=95)
    _key(world, production, alice, "dashboards", ("usage:read",), now, age=78, lives=90)
    voice = _key(world, production, carol, "voice-menu", ("usage:write",), now, age=140)
    production.workloads = [
        _calls(calls),
        _nightly(batch),
        _menu(voice),
        _digest(batch),
    ]

    staging = _project(world, "acme-staging", now, seed, gift="0", bought="50")
    owner = _join(world, staging, "carol", "Carol", "Diaz", "owner")
    _key(world, staging, owner, "staging-ci", ("member",), now, age=20)
    return Acme(production, staging)


def _project(world: World, name: str, now: datetime, seed: int, *, gift: str, bought: str) -> Project:
    founded = midnight((now - _YEAR_AND_A_BIT).date())
    project = Project(world.new_id(), name, seed, founded, counted=now)
    promotion = Order(world.new_id(), "promotional", Decimal(200), founded, now + timedelta(days=101))
    purchase = Order(world.new_id(), "purchased", Decimal(bought), now - timedelta(days=3), None)
    project.orders = [promotion, purchase]
    project.credits = [
        Credit(world.new_id(), promotion.order_id, Decimal(gift)),
        Credit(world.new_id(), purchase.order_id, Decimal(bought)),
    ]
    world.projects[project.project_id] = project
    return project


def _join(world: World, project: Project, name: str, first: str | None, last: str | None, role: str) -> Member:
    member = Member(world.new_id(), f"{name}@acme.test", first, last, (role,))
    project.members[member.member_id] = member
    return member


def _key(
    world: World,
    project: Project,
    member: Member,
    comment: str,
    scopes: tuple[str, ...],
    now: datetime,
    *,
    age: int,
    lives: int | None = None,
    tags: tuple[str, ...] = (),
    secret: str | None = None,
) -> Key:
    created = now - timedelta(days=age)
    expires = None if lives is None else created + timedelta(days=lives)
    key = Key(
        api_key_id=world.new_id(),
        secret=secret or world.new_secret(),
        member_id=member.member_id,
        comment=comment,
        scopes=scopes,
        tags=tags,
        created=created,
        expires=expires,
    )
    project.keys[key.api_key_id] = key
    return key


def _calls(key: Key) -> Workload:
    return Workload(
        number=1,
        use=Use(
            accessor=key.api_key_id,
            endpoint="listen",
            method="streaming",
            model="nova-3",
            model_id=NOVA_3,
            language="en",
            version=_VERSION,
            tags=("calls",),
            features=frozenset({"punctuate", "smart_format", "diarize"}),
            line_item="streaming::nova-3",
            label="Nova - 3 (Stream)",
        ),
        unit="seconds",
        price=Decimal("0.000128"),
        weekday=Decimal("10.60"),
        weekend=Decimal("1.50"),
        request_units=180,
        born=key.created,
    )


def _nightly(key: Key) -> Workload:
    return Workload(
        number=2,
        use=Use(
            accessor=key.api_key_id,
            endpoint="listen",
            method="async",
            model="nova-2",
            model_id=NOVA_2,
            language="en",
            version=_VERSION,
            tags=("batch", "nightly"),
            features=frozenset({"punctuate", "utterances", "callback"}),
            line_item="async::nova-2",
            label="Nova - 2 (Batch)",
        ),
        unit="seconds",
        price=Decimal("0.000072"),
        weekday=Decimal("4.80"),
        weekend=Decimal("1.40"),
        request_units=600,
        born=key.created,
    )


def _menu(key: Key) -> Workload:
    return Workload(
        number=3,
        use=Use(
            accessor=key.api_key_id,
            endpoint="speak",
            method="sync",
            model="aura-2-zeus-en",
            model_id=AURA_ZEUS,
            language="en",
            version=_VERSION,
            tags=(),
            features=frozenset({"encoding", "sample_rate"}),
            line_item="sync::aura-2",
            label="Aura - 2",
        ),
        unit="characters",
        price=Decimal("0.00003"),
        weekday=Decimal("2.60"),
        weekend=Decimal("0.90"),
        request_units=240,
        born=key.created,
    )


def _digest(key: Key) -> Workload:
    return Workload(
        number=4,
        use=Use(
            accessor=key.api_key_id,
            endpoint="read",
            method="sync",
            model="nova-2",
            model_id=NOVA_2,
            language="en",
            version=_VERSION,
            tags=("batch",),
            features=frozenset({"summarize", "topics"}),
            line_item="sync::text-intelligence",
            label="Text Intelligence",
        ),
        unit="tokens",
        price=Decimal("0.0000003"),
        weekday=Decimal("1.00"),
        weekend=Decimal("0.20"),
        request_units=8000,
        born=key.created,
    )
