"""A typed client for Deepgram's management API; it knows nothing of the bot.

Names load on first use, so that a plugin that only describes a key does not pay for an HTTP client.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dgbot.deepgram.client import (
        AsyncManageClient,
        DeepgramClient,
        ManageClient,
    )
    from dgbot.deepgram.errors import (
        DeepgramAnswerError,
        DeepgramApiError,
        DeepgramAuthError,
        DeepgramClosedError,
        DeepgramConflictError,
        DeepgramConnectionError,
        DeepgramError,
        DeepgramNotFoundError,
        DeepgramNotSentError,
        DeepgramOptionsError,
        DeepgramPaymentError,
        DeepgramRateLimitError,
        DeepgramRequestError,
        DeepgramScopeError,
        DeepgramServerError,
        DeepgramUnknownOutcomeError,
    )
    from dgbot.deepgram.options import (
        BillingBreakdownOptions,
        InviteOptions,
        KeyOptions,
        ProjectOptions,
        ScopeOptions,
        UsageBreakdownOptions,
        UsageFieldsOptions,
        UsageRequestOptions,
        UsageSummaryOptions,
    )
    from dgbot.deepgram.responses import (
        Agent,
        AgentsResponse,
        AgentVariable,
        AgentVariablesResponse,
        Balance,
        BalancesResponse,
        BillingBreakdownResponse,
        BillingBreakdownResult,
        BillingFieldsResponse,
        BillingGrouping,
        Callback,
        Config,
        DistributionCredential,
        DistributionCredentialsResponse,
        Invite,
        InvitesResponse,
        Key,
        KeyResponse,
        KeysResponse,
        Member,
        MembersResponse,
        Message,
        ModelInfo,
        ModelResponse,
        ModelsResponse,
        Project,
        ProjectsResponse,
        Purchase,
        PurchasesResponse,
        Resolution,
        ScopesResponse,
        SpeechSegment,
        STTDetails,
        STTTokens,
        STTUsageDetails,
        TokenDetail,
        TokenDetails,
        TokenGrant,
        TTSDetails,
        TTSMetadata,
        TTSTokens,
        TTSUsageDetails,
        UsageBreakdownResponse,
        UsageBreakdownResult,
        UsageFieldsResponse,
        UsageGrouping,
        UsageModel,
        UsageRequest,
        UsageRequestsResponse,
        UsageResponse,
        UsageSummaryResponse,
        UsageSummaryResults,
    )
    from dgbot.deepgram.secret import Secret

__all__ = [
    "Agent",
    "AgentVariable",
    "AgentVariablesResponse",
    "AgentsResponse",
    "AsyncManageClient",
    "Balance",
    "BalancesResponse",
    "BillingBreakdownOptions",
    "BillingBreakdownResponse",
    "BillingBreakdownResult",
    "BillingFieldsResponse",
    "BillingGrouping",
    "Callback",
    "Config",
    "DeepgramAnswerError",
    "DeepgramApiError",
    "DeepgramAuthError",
    "DeepgramClient",
    "DeepgramClosedError",
    "DeepgramConflictError",
    "DeepgramConnectionError",
    "DeepgramError",
    "DeepgramNotFoundError",
    "DeepgramNotSentError",
    "DeepgramOptionsError",
    "DeepgramPaymentError",
    "DeepgramRateLimitError",
    "DeepgramRequestError",
    "DeepgramScopeError",
    "DeepgramServerError",
    "DeepgramUnknownOutcomeError",
    "DistributionCredential",
    "DistributionCredentialsResponse",
    "Invite",
    "InviteOptions",
    "InvitesResponse",
    "Key",
    "KeyOptions",
    "KeyResponse",
    "KeysResponse",
    "ManageClient",
    "Member",
    "MembersResponse",
    "Message",
    "ModelInfo",
    "ModelResponse",
    "ModelsResponse",
    "Project",
    "ProjectOptions",
    "ProjectsResponse",
    "Purchase",
    "PurchasesResponse",
    "Resolution",
    "STTDetails",
    "STTTokens",
    "STTUsageDetails",
    "ScopeOptions",
    "ScopesResponse",
    "Secret",
    "SpeechSegment",
    "TTSDetails",
    "TTSMetadata",
    "TTSTokens",
    "TTSUsageDetails",
    "TokenDetail",
    "TokenDetails",
    "TokenGrant",
    "UsageBreakdownOptions",
    "UsageBreakdownResponse",
    "UsageBreakdownResult",
    "UsageFieldsOptions",
    "UsageFieldsResponse",
    "UsageGrouping",
    "UsageModel",
    "UsageRequest",
    "UsageRequestOptions",
    "UsageRequestsResponse",
    "UsageResponse",
    "UsageSummaryOptions",
    "UsageSummaryResponse",
    "UsageSummaryResults",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_room(name)}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _room(name: str) -> str:
    if name == "Secret":
        return "secret"
    for ending, room in (("Client", "client"), ("Error", "errors"), ("Options", "options")):
        if name.endswith(ending):
            return room
    return "responses"
