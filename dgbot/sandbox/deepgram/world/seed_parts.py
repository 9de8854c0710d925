"""The parts of a seed file, each with what stands in for what is left out."""

from __future__ import annotations

from typing import Any

from msgspec import field

from dgbot.sandbox.deepgram.world.scopes import EVERYTHING
from dgbot.sandbox.deepgram.world.seed_values import EPOCH, ZERO, Amount, Code, Count, Day, Id, Moment, Part, Texts


class SeedMember(Part, frozen=True, kw_only=True):
    """A person."""

    email: Id
    member_id: Id | None = None
    first_name: str | None = None
    last_name: str | None = None
    scopes: Texts = ("member",)


class SeedKey(Part, frozen=True, kw_only=True):
    """An API key; *member* is its maker, by default the first owner."""

    api_key_id: Id | None = None
    secret: Id | None = None
    comment: str = ""
    scopes: Texts = ("owner",)
    tags: Texts = ()
    created: Moment = EPOCH
    expiration_date: Moment | None = None
    member: str | None = None
    sees: Texts = ()


class SeedInvite(Part, frozen=True, kw_only=True):
    """An open invite."""

    email: Id
    scope: str = "member"


class SeedBalance(Part, frozen=True, kw_only=True):
    """What is left of a purchase."""

    balance_id: Id | None = None
    amount: Amount = ZERO
    units: str = "usd"
    purchase_order_id: str | None = None


class SeedPurchase(Part, frozen=True, kw_only=True):
    """A purchase or a gift."""

    order_id: Id | None = None
    amount: Amount = ZERO
    units: str = "usd"
    created: Moment = EPOCH
    expiration: Moment | None = None
    order_type: str = "purchased"


class SeedCallback(Part, frozen=True, kw_only=True):
    """Where a request's result was delivered."""

    url: str | None = None
    attempts: Count | None = None
    code: Code | None = None
    completed: Moment | None = None


class SeedRequest(Part, frozen=True, kw_only=True):
    """A request in the log; *endpoint* and *method* serve the filters alone, *api_key_id* is else the first key's."""

    request_id: Id | None = None
    created: Moment = EPOCH
    path: str = "/v1/listen"
    api_key_id: str | None = None
    deployment: str = "hosted"
    endpoint: str = "listen"
    method: str = "sync"
    code: Code | None = 200
    response: dict[str, Any] | None = None
    callback: SeedCallback | None = None


class SeedUsage(Part, frozen=True, kw_only=True):
    """What one kind of use came to on one day."""

    date: Day
    hours: Amount = ZERO
    total_hours: Amount | None = None
    agent_hours: Amount = ZERO
    requests: Count = 0
    tokens_in: Count = 0
    tokens_out: Count = 0
    tts_characters: Count = 0
    tts_requests: Count = 0
    dollars: Amount = ZERO
    accessor: str | None = None
    endpoint: str = "listen"
    method: str = "sync"
    model: str = "nova-3"
    model_id: str | None = None
    language: str = "en"
    version: str | None = None
    tags: Texts = ()
    features: Texts = ()
    deployment: str = "hosted"
    line_item: str | None = None
    label: str | None = None


class SeedAgent(Part, frozen=True, kw_only=True):
    """A stored configuration of a voice agent."""

    agent_id: Id | None = None
    config: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    created_at: Moment = EPOCH
    updated_at: Moment = EPOCH


class SeedVariable(Part, frozen=True, kw_only=True):
    """A value for agents' configurations."""

    key: Id
    value: Any = None
    variable_id: Id | None = None
    created_at: Moment = EPOCH
    updated_at: Moment = EPOCH


class SeedCredential(Part, frozen=True, kw_only=True):
    """A credential of a self-hosted Deepgram; *member* is its maker, by default the first owner."""

    distribution_credentials_id: Id | None = None
    provider: str = "quay"
    comment: str | None = None
    scopes: Texts = (EVERYTHING,)
    created: Moment = EPOCH
    member: str | None = None


class SeedModel(Part, frozen=True, kw_only=True):
    """A model that hears; a name that is left out is *name*."""

    name: Id
    canonical_name: str | None = None
    architecture: str | None = None
    languages: Texts = ()
    version: str = "2025-01-01.0"
    uuid: Id | None = None
    batch: bool = True
    streaming: bool = True
    formatted_output: bool = True
    outdated: bool = False


class SeedVoice(Part, frozen=True, kw_only=True):
    """A model that speaks."""

    name: Id
    canonical_name: str | None = None
    architecture: str | None = None
    languages: Texts = ()
    version: str = "2025-01-01.0"
    uuid: Id | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    outdated: bool = False


class SeedModels(Part, frozen=True, kw_only=True):
    """Models by kind."""

    stt: tuple[SeedModel, ...] = ()
    tts: tuple[SeedVoice, ...] = ()
