"""The seed file: a world written down as JSON, so that a test can compare what a client decodes with what is told here.

Everything may be left out but what is marked ``!``; unknown names are refused. Ids and secrets that are left out are
made from the position, the same ones each time; times that are left out are 2025-01-01T00:00:00Z. Times need a zone
and come back in UTC, fractions without zeros at their end; numbers come back with the digits that they have here.

::

    {"projects": [{
       "project_id", "name", "company", "mip_opt_out",
       "members":     [{"email"!, "member_id", "first_name", "last_name", "scopes": ["member"]}],
       "keys":        [{"api_key_id", "secret", "comment", "scopes", "tags", "created", "expiration_date",
                        "member": e-mail or id of its maker, "sees": [ids of further projects of that person]}],
       "invites":     [{"email"!, "scope": "member"}],
       "balances":    [{"balance_id", "amount", "units": "usd", "purchase_order_id"}],
       "purchases":   [{"order_id", "amount", "units", "created", "expiration", "order_type"}],
       "requests":    [{"request_id", "created", "path", "api_key_id", "deployment", "endpoint", "method", "code",
                        "response": any object or null, "callback": {"url", "attempts", "code", "completed"}}],
       "usage":       [{"date"!, "hours", "total_hours", "agent_hours", "requests", "tokens_in", "tokens_out",
                        "tts_characters", "tts_requests", "dollars", "accessor", "endpoint", "method", "model",
                        "model_id", "language", "version", "tags", "features", "deployment", "line_item", "label"}],
       "models":      {"stt": [...], "tts": [...]}: the project's own, beside those of everybody
       "agents":      [{"agent_id", "config": object, "metadata", "created_at", "updated_at"}],
       "variables":   [{"key"!, "value", "variable_id", "created_at", "updated_at"}],
       "credentials": [{"distribution_credentials_id", "provider", "comment", "scopes", "created", "member"}]}],
     "models": {"stt": [{"name"!, "canonical_name", "architecture", "languages", "version", "uuid", "batch",
                         "streaming", "formatted_output", "outdated"}],
                "tts": [{"name"!, "canonical_name", "architecture", "languages", "version", "uuid", "metadata",
                         "outdated"}]}}

Callers use the first key of the first project that has not expired; without any, one is made for its owner. Nothing
that is told here changes by itself: no request is forgotten, no balance drains. A report adds up the usage entries of
a day; in a breakdown, ``requests`` includes ``tts_requests``.
"""

from __future__ import annotations

import msgspec

from dgbot.sandbox.deepgram.wire import NotJson, decoded, exact
from dgbot.sandbox.deepgram.world.seed_parts import (
    SeedAgent,
    SeedBalance,
    SeedCredential,
    SeedInvite,
    SeedKey,
    SeedMember,
    SeedModels,
    SeedPurchase,
    SeedRequest,
    SeedUsage,
    SeedVariable,
)
from dgbot.sandbox.deepgram.world.seed_values import Id, Part, read_amount

OWNER = SeedMember(email="owner@sandbox.test", scopes=("owner",))


class SeedError(ValueError):
    """The seed tells of a world that can't be; the message names the path of what is wrong."""


class SeedProject(Part, frozen=True, kw_only=True):
    """A project and everything in it; a name that is left out counts: project-1."""

    project_id: Id | None = None
    name: str | None = None
    company: str | None = None
    mip_opt_out: bool = False
    members: tuple[SeedMember, ...] = (OWNER,)
    keys: tuple[SeedKey, ...] = ()
    invites: tuple[SeedInvite, ...] = ()
    balances: tuple[SeedBalance, ...] = ()
    purchases: tuple[SeedPurchase, ...] = ()
    requests: tuple[SeedRequest, ...] = ()
    usage: tuple[SeedUsage, ...] = ()
    models: SeedModels = SeedModels()
    agents: tuple[SeedAgent, ...] = ()
    variables: tuple[SeedVariable, ...] = ()
    credentials: tuple[SeedCredential, ...] = ()


class Seed(Part, frozen=True, kw_only=True):
    """A world; its *models* take the place of those that everybody has."""

    projects: tuple[SeedProject, ...] = (SeedProject(),)
    models: SeedModels | None = None


_seed = msgspec.json.Decoder(Seed, float_hook=exact, dec_hook=read_amount)


def read_seed(text: bytes) -> Seed:
    """The seed in *text*. Raises SeedError for what is no JSON, has unknown names or values of the wrong type."""
    try:
        return decoded(text, _seed)
    except NotJson as error:
        raise SeedError(str(error)) from None
