"""Each operation, blocking and awaited, in both wire generations: what is decoded is what the world holds.

The world is docs/samples/world.json, served by the local Deepgram over HTTP; expectations are read from the same file.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dgbot.deepgram import (
    Balance,
    BillingGrouping,
    DeepgramApiError,
    DeepgramClient,
    DeepgramNotFoundError,
    DeepgramRequestError,
    Invite,
    Member,
    Purchase,
    Resolution,
    TTSMetadata,
    UsageGrouping,
    UsageModel,
    UsageSummaryResults,
)
from dgbot.deepgram.manage import ManageEndpoints
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.deepgram.world.seed import read_seed
from dgbot.serving import serving

NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)
FILE = Path(__file__).parents[2] / "docs" / "samples" / "world.json"
WORLD = json.loads(FILE.read_text(), parse_float=Decimal)
TOLD = WORLD["projects"][0]
P = TOLD["project_id"]
MEMBERS = {told["member_id"]: Member(**told) for told in TOLD["members"]}
PLAIN = json.loads(FILE.read_text())["projects"][0]  # with floats, as the raw parts of an answer have them


@dataclass
class Asking:
    client: DeepgramClient
    kind: str
    wire: str

    async def __call__(self, method: str, /, *args: Any, **kwargs: Any) -> Any:
        if self.kind == "sync":
            return await asyncio.to_thread(self._blocking, method, *args, **kwargs)
        answer = getattr(self.client.manage.asyncmanage, method)(*args, **kwargs)
        return [item async for item in answer] if hasattr(answer, "__aiter__") else await answer

    def _blocking(self, method: str, /, *args: Any, **kwargs: Any) -> Any:
        answer = getattr(self.client.manage, method)(*args, **kwargs)
        return list(answer) if hasattr(answer, "__next__") else answer


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["current", "legacy"])
async def ask(request: pytest.FixtureRequest, kind: str) -> AsyncIterator[Asking]:
    deepgram = LocalDeepgram(lambda: NOW, world=read_seed(FILE.read_bytes()), wire=request.param)
    async with serving(deepgram.app) as url, DeepgramClient(deepgram.api_key, base_url=url, retries=0) as client:
        yield Asking(client, kind, request.param)


async def test_projects(ask):
    (listed,) = (await ask("get_projects")).projects
    assert (listed.project_id, listed.name) == (P, TOLD["name"])
    project = await ask("get_project", P)
    assert (project.project_id, project.name, project.mip_opt_out) == (P, TOLD["name"], TOLD["mip_opt_out"])
    assert (project.company, project.created, project.updated) == (None, None, None)
    await ask("update_project", P, name="Société")
    assert (await ask("get_project", P)).name == "Société"


async def test_a_deleted_project_is_gone(ask):
    assert (await ask("delete_project", P)).message
    with pytest.raises(DeepgramApiError, match=r"Deepgram answered 40[134]"):
        await ask("get_project", P)


async def test_leaving_needs_another_owner(ask):
    with pytest.raises(DeepgramRequestError, match="Deepgram answered 400"):
        await ask("leave_project", P)
    await ask("update_member_scope", P, "m-alice", "owner")
    assert (await ask("leave_project", P)).message


async def test_keys(ask):
    keys = {key.api_key_id: key for key in (await ask("get_keys", P)).api_keys}
    assert list(keys) == [told["api_key_id"] for told in TOLD["keys"]]
    for told in TOLD["keys"]:
        listed, alone = keys[told["api_key_id"]], (await ask("get_key", P, told["api_key_id"])).api_key
        for key in (listed, alone):
            assert (key.comment, key.scopes, key.key) == (told["comment"], told["scopes"], None)
            assert key.created == told["created"]
            owner = MEMBERS[told["member"]]
            assert (key.member.member_id, key.member.email) == (owner.member_id, owner.email)
        assert (alone.tags, alone.expiration_date) == (told.get("tags"), told.get("expiration_date"))
        assert alone.member.first_name == MEMBERS[told["member"]].first_name
    assert [key.api_key_id for key in (await ask("get_keys", P, status="active")).api_keys] == list(keys)
    assert (await ask("get_keys", P, status="expired")).api_keys == []


async def test_a_key_from_creation_to_deletion(ask):
    asked = {"comment": "ci", "scopes": ["usage:read"], "tags": ["a", "b"], "expiration_date": "2027-01-01"}
    created = (await ask("create_key", P, asked)).api_key
    assert (created.comment, created.scopes, created.tags) == ("ci", ["usage:read"], ["a", "b"])
    assert created.expires_at == datetime(2027, 1, 1, tzinfo=UTC)
    with DeepgramClient(created.key, base_url=ask.client.manage._account.base_url) as theirs:
        seen = await asyncio.to_thread(theirs.manage.get_projects)
    assert [project.project_id for project in seen.projects] == [P]
    assert (await ask("get_key", P, created.api_key_id)).api_key.tags == ["a", "b"]
    await ask("delete_key", P, created.api_key_id)
    with pytest.raises(DeepgramNotFoundError):
        await ask("get_key", P, created.api_key_id)


async def test_members(ask):
    assert (await ask("get_members", P)).members == list(MEMBERS.values())
    for member in MEMBERS.values():
        assert (await ask("get_member_scopes", P, member.member_id)).scopes == member.scopes
    await ask("update_member_scope", P, "m-alice", scope="admin")
    assert (await ask("get_member_scopes", P, "m-alice")).scopes == ["admin"]
    await ask("remove_member", P, "m-erin")
    assert "m-erin" not in {member.member_id for member in (await ask("get_members", P)).members}
    assert "k-import" not in {key.api_key_id for key in (await ask("get_keys", P)).api_keys}


async def test_invites(ask):
    told = [Invite(**invite) for invite in TOLD["invites"]]
    assert (await ask("get_invites", P)).invites == told
    await ask("send_invite", P, email="new+dg@acme.test", scope="member")
    assert (await ask("get_invites", P)).invites == [*told, Invite(email="new+dg@acme.test", scope="member")]
    await ask("delete_invite", P, "new+dg@acme.test")
    assert (await ask("get_invites", P)).invites == told


async def test_requests(ask):
    requests = (await ask("get_usage_requests", P)).requests
    assert [request.request_id for request in requests] == [told["request_id"] for told in TOLD["requests"]]
    for listed, told in zip(requests, PLAIN["requests"], strict=True):
        for request in (listed, await ask("get_usage_request", P, told["request_id"])):
            assert (request.created, request.path) == (told["created"], told["path"])
            assert (request.api_key_id, request.accessor) == (told["api_key_id"], told["api_key_id"])
            assert (request.response, request.code) == (told["response"], told.get("code", 200))
            assert (request.project_uuid, request.deployment) == (P, "hosted")
            if "callback" not in told:
                assert request.callback is None
            elif ask.wire == "current":
                assert request.callback.url == told["callback"]["url"]
            else:
                assert (request.callback.attempts, request.callback.code) == (1, 200)
                assert request.callback.completed == told["callback"]["completed"]
    spoken, heard, failed, pending = requests
    assert (heard.usd, heard.stt.duration, heard.stt.channels) == (Decimal("0.0043"), 60.5, 2)
    assert (heard.token_details[0].input, heard.token_details[0].output) == (812, 64)
    assert (spoken.usd, spoken.stt, spoken.tts.speech_segments[0].characters) == (None, None, 240)
    assert (failed.pending, pending.pending, pending.stt) == (False, True, None)


async def test_requests_page_by_page(ask):
    ids = [told["request_id"] for told in TOLD["requests"]]
    for limit in (1, 2, 3, 100):
        assert [request.request_id for request in await ask("iter_usage_requests", P, limit=limit)] == ids
    second = await ask("get_usage_requests", P, limit=2, page=1)
    assert (second.page, second.limit, [request.request_id for request in second.requests]) == (1, 2, ids[2:])
    failed = await ask("iter_usage_requests", P, status="failed", accessor="k-import")
    assert [request.request_id for request in failed] == ["r-1"]
    usage = await ask("get_usage", P, limit=2, start="2026-11-01", end="2026-11-30")
    assert ([request.request_id for request in usage.results], usage.start, usage.end) == (
        ids[:2],
        "2026-11-01",
        "2026-11-30",
    )
    assert usage.resolution == Resolution(units="day", amount=1)


DAYS = {"start": "2026-11-01", "end": "2026-11-30"}


def added(name: str, day: str | None = None) -> Any:
    return sum(told.get(name, 0) for told in PLAIN["usage"] if day in (None, told["date"]))


async def test_usage(ask):
    summary = await ask("get_usage_summary", P, DAYS)
    assert (summary.start, summary.end, summary.resolution) == (*DAYS.values(), Resolution(units="day", amount=1))
    counted = ("hours", "total_hours", "requests", "tokens_in", "tokens_out", "tts_characters", "tts_requests")
    assert [day for day in summary.results if day.requests or day.tts_requests] == [
        UsageSummaryResults(start=day, end=day, **{name: added(name, day) for name in counted})
        for day in ("2026-11-01", "2026-11-02")
    ]
    filtered = await ask("get_usage_summary", P, **DAYS, diarize=True, tag="calls", method="streaming")
    assert sum(day.requests for day in filtered.results) == added("requests")
    assert sum(day.tts_requests for day in filtered.results) == 0


async def test_usage_by_groups(ask):
    groups = (await ask("get_usage_breakdown", P, **DAYS, grouping="models")).results
    assert {(group.grouping.start, *group.grouping.models): group.requests for group in groups if group.requests} == {
        ("2026-11-01", "nova-3"): 310,
        ("2026-11-02", "nova-3"): 287,
        ("2026-11-02", "aura-2-zeus-en"): 42,
    }
    ungrouped = (await ask("get_usage_breakdown", P, DAYS)).results
    assert ungrouped[0].grouping == UsageGrouping(start="2026-11-01", end="2026-11-01")
    assert (ungrouped[0].tokens, ungrouped[0].hours) == (1500, 12.25)


async def test_usage_fields(ask):
    fields = await ask("get_usage_fields", P, DAYS)
    assert (fields.tags, fields.features) == (["calls"], ["diarize", "encoding", "punctuate"])
    assert sorted(fields.processing_methods) == ["streaming", "sync"]
    assert UsageModel(name="nova-3", language="en", version="2025-07-31.0", uuid="s-nova-3") in fields.models
    assert (fields.stt.requests, fields.stt.hours) == (added("requests"), added("hours"))
    assert fields.stt.tokens.tokens == added("tokens_in") + added("tokens_out")
    assert (fields.tts.requests, fields.tts.characters) == (added("tts_requests"), added("tts_characters"))


async def test_balances_and_purchases(ask):
    told = [
        Balance(
            balance_id=one["balance_id"], amount_exact=one["amount"], units="usd", purchase=one["purchase_order_id"]
        )
        for one in TOLD["balances"]
    ]
    assert (await ask("get_balances", P)).balances == told
    for balance in told:
        assert await ask("get_balance", P, balance.balance_id) == balance
    bought, given = (await ask("get_purchases", P)).orders
    assert given == Purchase(
        order_id="o-gift",
        expiration="2027-01-05T09:00:00Z",
        created="2026-01-05T09:00:00Z",
        amount_exact=Decimal(200),
        units="usd",
        order_type="promotional",
    )
    assert (bought.order_id, bought.amount, bought.expires_at) == ("o-bought", 500.0, None)
    assert (await ask("get_purchases", P, limit=1)).orders == [bought]


async def test_spending(ask):
    groups = (await ask("get_billing_breakdown", P, **DAYS, grouping=["line_item", "tags"])).results
    spent = {(group.grouping.start, group.grouping.line_item): group.dollars_exact for group in groups}
    assert spent == {(told["date"], told["line_item"]): told["dollars"] for told in TOLD["usage"]}
    assert groups[0].grouping == BillingGrouping(
        start="2026-11-01", end="2026-11-01", line_item="streaming::nova-3", tags=["calls"]
    )
    fields = await ask("get_billing_fields", P, **DAYS)
    assert fields.line_items == {told["line_item"]: told["label"] for told in TOLD["usage"]}
    assert (fields.accessors, fields.deployments, fields.tags) == (["k-calls", "k-import"], ["hosted"], ["calls"])


@pytest.mark.parametrize("place", [("get_models", "get_model", (P,)), ("get_global_models", "get_global_model", ())])
async def test_models(ask, place):
    several, one, where = place
    models = await ask(several, *where)
    (heard,) = models.stt_models
    (spoken,) = models.tts_models
    told = WORLD["models"]["stt"][0]
    assert {name: getattr(heard, name) for name in told} == told
    assert (heard.language, heard.batch, heard.streaming, heard.formatted_output) == ("en", True, True, True)
    told = dict(WORLD["models"]["tts"][0])
    assert spoken.metadata == TTSMetadata(**told.pop("metadata"))
    assert {name: getattr(spoken, name) for name in told} == told
    alone = await ask(one, *where, heard.uuid)
    assert (alone.name, alone.languages, alone.metadata) == (heard.name, heard.languages, None)
    assert (await ask(one, *where, spoken.uuid)).metadata == spoken.metadata
    outdated = (await ask(several, *where, include_outdated=True)).stt_models
    assert [model.uuid for model in outdated] == ["s-nova-3", "s-nova-2"]


async def test_a_client_can_ask_what_its_own_key_is(ask):
    own = await ask("get_token_details")
    [listed] = [key for key in (await ask("get_keys", P)).api_keys if key.api_key_id == own.api_key_id]
    assert (own.comment, own.scopes) == (listed.comment, listed.scopes)


async def test_a_grant_is_for_a_while(ask):
    grant = await ask("grant_token", ttl_seconds=60)
    assert (str(grant.access_token), grant.expires_in) == ("***", 60)
    assert grant.access_token.reveal()


async def test_distribution_credentials(ask):
    (listed,) = (await ask("get_distribution_credentials", P)).distribution_credentials
    told = TOLD["credentials"][0]
    assert (listed.distribution_credentials_id, listed.comment) == (told["distribution_credentials_id"], "ci")
    assert (listed.scopes, listed.created, listed.provider) == (told["scopes"], told["created"], "quay")
    assert listed.member.email == "carol@acme.test"
    assert await ask("get_distribution_credential", P, "d-ci") == listed
    made = await ask("create_distribution_credential", P, comment="edge", scopes=["self-hosted:product:engine"])
    assert (made.comment, made.scopes) == ("edge", ["self-hosted:product:engine"])
    gone = await ask("delete_distribution_credential", P, made.distribution_credentials_id)
    assert gone == made
    assert (await ask("get_distribution_credentials", P)).distribution_credentials == [listed]


async def test_agents(ask):
    (listed,) = (await ask("get_agents", P)).agents
    told = TOLD["agents"][0]
    assert (listed.agent_id, listed.config, listed.metadata) == (told["agent_id"], told["config"], told["metadata"])
    assert (listed.created, listed.updated_at) == (told["created_at"], datetime(2026, 10, 2, tzinfo=UTC))
    assert await ask("get_agent", P, listed.agent_id) == listed
    made = await ask("create_agent", P, {"speak": {"speed": 1.5}}, {"team": "a"})
    assert (made.config, made.metadata) == ({"speak": {"speed": 1.5}}, {"team": "a"})
    await ask("update_agent", P, made.agent_id, {"team": "b"})
    assert (await ask("get_agent", P, made.agent_id)).metadata == {"team": "b"}
    assert (await ask("delete_agent", P, made.agent_id)).message == ""
    assert (await ask("get_agents", P)).agents == [listed]


async def test_agent_variables(ask):
    (listed,) = (await ask("get_agent_variables", P)).variables
    told = TOLD["variables"][0]
    assert (listed.variable_id, listed.key, listed.value) == (told["variable_id"], told["key"], told["value"])
    assert await ask("get_agent_variable", P, listed.variable_id) == listed
    made = await ask("create_agent_variable", P, "DG_HOURS", {"from": 9, "to": [17, None]})
    assert (made.key, made.value) == ("DG_HOURS", {"from": 9, "to": [17, None]})
    await ask("update_agent_variable", P, made.variable_id, None)
    assert (await ask("get_agent_variable", P, made.variable_id)).value is None
    await ask("delete_agent_variable", P, made.variable_id)
    assert (await ask("get_agent_variables", P)).variables == [listed]


def test_nothing_was_left_out():
    source = Path(__file__).read_text()
    assert [name for name in vars(ManageEndpoints) if name[0] != "_" and f'"{name}"' not in source] == []
