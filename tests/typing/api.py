"""A tour of the whole client that is never run: mypy and pyright read it, and fail when a public type changes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, assert_type

import httpx

from dgbot.deepgram import (
    Agent,
    AgentsResponse,
    AgentVariable,
    AgentVariablesResponse,
    AsyncManageClient,
    Balance,
    BalancesResponse,
    BillingBreakdownOptions,
    BillingBreakdownResponse,
    BillingFieldsResponse,
    Callback,
    Config,
    DeepgramApiError,
    DeepgramClient,
    DeepgramError,
    DeepgramScopeError,
    DistributionCredential,
    DistributionCredentialsResponse,
    InviteOptions,
    InvitesResponse,
    KeyOptions,
    KeyResponse,
    KeysResponse,
    ManageClient,
    Member,
    MembersResponse,
    Message,
    ModelInfo,
    ModelResponse,
    ModelsResponse,
    Project,
    ProjectOptions,
    ProjectsResponse,
    PurchasesResponse,
    ScopeOptions,
    ScopesResponse,
    Secret,
    STTUsageDetails,
    TokenDetail,
    TokenGrant,
    TTSMetadata,
    TTSUsageDetails,
    UsageBreakdownOptions,
    UsageBreakdownResponse,
    UsageFieldsOptions,
    UsageFieldsResponse,
    UsageModel,
    UsageRequest,
    UsageRequestOptions,
    UsageRequestsResponse,
    UsageResponse,
    UsageSummaryOptions,
    UsageSummaryResponse,
)

client = DeepgramClient(api_key="x", timeout=5, retries=0)
manage = client.manage
assert_type(manage, ManageClient)
assert_type(manage.asyncmanage, AsyncManageClient)
ManageClient(Secret("x"), base_url="https://api.deepgram.com", httpx_client=httpx.Client())
AsyncManageClient(transport=httpx.AsyncHTTPTransport())


def projects() -> None:
    assert_type(manage.get_projects(), ProjectsResponse)
    assert_type(manage.get_projects().projects, list[Project])
    assert_type(manage.get_projects().to_dict(), dict[str, Any])
    assert_type(manage.get_projects().to_json(indent=2), str)
    assert_type(manage.get_project("p"), Project)
    assert_type(manage.get_project(project_id="p").company, str | None)
    assert_type(manage.update_project("p", ProjectOptions(name="acme")), Message)
    assert_type(manage.update_project("p", name="acme"), Message)
    assert_type(manage.update_project("p", "acme"), Message)
    assert_type(manage.delete_project("p"), Message)
    assert_type(manage.leave_project("p").message, str)


def keys() -> None:
    assert_type(manage.get_keys("p", status="active"), KeysResponse)
    assert_type(manage.get_keys("p").api_keys[0].member, Member | None)
    assert_type(manage.get_key("p", "k"), KeyResponse)
    assert_type(manage.create_key("p", KeyOptions(comment="c", scopes=["usage:read"])), KeyResponse)
    assert_type(manage.create_key("p", {"comment": "c"}), KeyResponse)
    assert_type(manage.create_key("p", comment="c", scopes=["usage:read"]), KeyResponse)
    assert_type(manage.create_key("p", expiration_date=date(2027, 1, 1)).api_key.key, Secret | None)
    assert_type(manage.create_key("p", options=KeyOptions()).api_key.expires_at, datetime | None)
    assert_type(manage.delete_key("p", "k"), Message)


def people() -> None:
    assert_type(manage.get_members("p"), MembersResponse)
    assert_type(manage.remove_member("p", "m"), Message)
    assert_type(manage.get_member_scopes("p", "m"), ScopesResponse)
    assert_type(manage.update_member_scope("p", "m", ScopeOptions(scope="admin")), Message)
    assert_type(manage.update_member_scope("p", "m", "admin"), Message)
    assert_type(manage.get_invites("p"), InvitesResponse)
    assert_type(manage.send_invite("p", InviteOptions(email="a@x.io", scope="member")), Message)
    assert_type(manage.send_invite("p", email="a@x.io", scope="member"), Message)
    assert_type(manage.delete_invite("p", "a@x.io"), Message)


def usage() -> None:
    asked = UsageRequestOptions(start=datetime.now(UTC), limit=100, status="succeeded")
    assert_type(manage.get_usage("p", asked), UsageResponse)
    assert_type(manage.get_usage("p", limit=5).results, list[UsageRequest])
    assert_type(manage.get_usage_requests("p", asked), UsageRequestsResponse)
    assert_type(manage.iter_usage_requests("p", start="2026-11-01"), Iterator[UsageRequest])
    request = manage.get_usage_request("p", "r")
    assert_type(request, UsageRequest)
    assert_type(request.response, dict[str, Any] | None)
    assert_type(request.callback, Callback | None)
    assert_type(request.usd, Decimal | None)
    assert_type(request.stt, STTUsageDetails | None)
    assert_type(request.tts, TTSUsageDetails | None)
    assert_type(request.token_details, list[TokenDetail])
    assert_type(request.config, list[Config])
    assert_type(manage.get_usage_summary("p", UsageSummaryOptions(diarize=True)), UsageSummaryResponse)
    assert_type(manage.get_usage_summary("p", start=date(2026, 1, 1)).results[0].tokens, int)
    assert_type(manage.get_usage_breakdown("p", UsageBreakdownOptions(grouping="models")), UsageBreakdownResponse)
    assert_type(manage.get_usage_breakdown("p", grouping="tags").results[0].grouping.tags, list[str] | None)
    assert_type(manage.get_usage_fields("p", UsageFieldsOptions(start="2026-11-01")), UsageFieldsResponse)
    assert_type(manage.get_usage_fields("p", asked).models, list[UsageModel])
    assert_type(manage.get_usage_fields("p").stt.tokens.tokens, int)


def billing() -> None:
    assert_type(manage.get_balances("p"), BalancesResponse)
    assert_type(manage.get_balances("p").balances[0].amount, float)
    assert_type(manage.get_balances("p").balances[0].amount_exact, Decimal)
    assert_type(manage.get_balance("p", "b"), Balance)
    assert_type(manage.get_purchases("p", limit=20), PurchasesResponse)
    assert_type(
        manage.get_billing_breakdown("p", BillingBreakdownOptions(grouping=["line_item", "tags"])),
        BillingBreakdownResponse,
    )
    assert_type(manage.get_billing_breakdown("p", grouping="tags").results[0].dollars_exact, Decimal)
    assert_type(manage.get_billing_fields("p", start="2026-11-01"), BillingFieldsResponse)


def models() -> None:
    assert_type(manage.get_models("p", include_outdated=True), ModelsResponse)
    assert_type(manage.get_models("p").stt_models, list[ModelInfo])
    assert_type(manage.get_models("p").tts_models[0].metadata, TTSMetadata | None)
    assert_type(manage.get_model("p", "m"), ModelResponse)
    assert_type(manage.get_global_models(), ModelsResponse)
    assert_type(manage.get_global_model("m").languages, list[str])


def the_rest() -> None:
    assert_type(manage.get_token_details().api_key_id, str)
    assert_type(manage.grant_token(ttl_seconds=60), TokenGrant)
    assert_type(manage.grant_token().access_token, Secret)
    assert_type(manage.get_distribution_credentials("p"), DistributionCredentialsResponse)
    assert_type(manage.get_distribution_credential("p", "c"), DistributionCredential)
    assert_type(manage.create_distribution_credential("p", comment="ci"), DistributionCredential)
    assert_type(manage.delete_distribution_credential("p", "c"), DistributionCredential)
    assert_type(manage.get_agents("p"), AgentsResponse)
    assert_type(manage.get_agent("p", "a").config, dict[str, Any])
    assert_type(manage.create_agent("p", {"speak": {}}, {"team": "voice"}), Agent)
    assert_type(manage.update_agent("p", "a", {"team": "voice"}), Agent)
    assert_type(manage.delete_agent("p", "a"), Message)
    assert_type(manage.get_agent_variables("p"), AgentVariablesResponse)
    assert_type(manage.get_agent_variable("p", "v"), AgentVariable)
    assert_type(manage.create_agent_variable("p", "DG_GREETING", "hello"), AgentVariable)
    assert_type(manage.update_agent_variable("p", "v", 7), AgentVariable)
    assert_type(manage.delete_agent_variable("p", "v"), Message)


def failures() -> None:
    try:
        manage.get_projects()
    except DeepgramScopeError as error:
        assert_type(error.missing_scope, str | None)
    except DeepgramApiError as error:
        assert_type((error.status, error.code, error.details, error.request_id), tuple[int, str, str, str])
        assert_type(error.retry_after, float | None)
    except DeepgramError as error:
        assert_type(error.may_have_happened, bool)


async def twins() -> None:
    twin = manage.asyncmanage
    assert_type(await twin.get_projects(), ProjectsResponse)
    assert_type(await twin.create_key("p", comment="c"), KeyResponse)
    assert_type(await twin.get_usage("p", limit=5), UsageResponse)
    assert_type(twin.iter_usage_requests("p"), AsyncIterator[UsageRequest])
    async for request in twin.iter_usage_requests("p", limit=50):
        assert_type(request, UsageRequest)
    assert_type(
        await asyncio.gather(twin.get_keys("p"), twin.get_members("p"), twin.get_balances("p")),
        tuple[KeysResponse, MembersResponse, BalancesResponse],
    )
    async with AsyncManageClient("x") as alone, DeepgramClient("x") as both:
        assert_type(await alone.get_balances("p"), BalancesResponse)
        assert_type(await both.manage.asyncmanage.get_model("p", "m"), ModelResponse)
