"""What callers get: one frozen value per thing that Deepgram knows, with the published names.

Dates stay the texts that Deepgram sent; beside them stand typed twins (``created_at``, ``start_date``), None when the
text is absent or no date. A field that Deepgram left out has the default given in its class.
"""

from __future__ import annotations

from dgbot.deepgram.responses.access import TokenDetails, TokenGrant
from dgbot.deepgram.responses.agents import Agent, AgentsResponse, AgentVariable, AgentVariablesResponse
from dgbot.deepgram.responses.keys import Key, KeyResponse, KeysResponse
from dgbot.deepgram.responses.message import Message
from dgbot.deepgram.responses.models import ModelInfo, ModelResponse, ModelsResponse, TTSMetadata
from dgbot.deepgram.responses.money import (
    Balance,
    BalancesResponse,
    BillingBreakdownResponse,
    BillingBreakdownResult,
    BillingFieldsResponse,
    BillingGrouping,
    Purchase,
    PurchasesResponse,
)
from dgbot.deepgram.responses.people import Invite, InvitesResponse, Member, MembersResponse, ScopesResponse
from dgbot.deepgram.responses.projects import Project, ProjectsResponse
from dgbot.deepgram.responses.request_details import (
    Config,
    SpeechSegment,
    STTUsageDetails,
    TokenDetail,
    TTSUsageDetails,
)
from dgbot.deepgram.responses.requests import Callback, UsageRequest, UsageRequestsResponse, UsageResponse
from dgbot.deepgram.responses.selfhosted import DistributionCredential, DistributionCredentialsResponse
from dgbot.deepgram.responses.usage import (
    Resolution,
    STTDetails,
    STTTokens,
    TTSDetails,
    TTSTokens,
    UsageBreakdownResponse,
    UsageBreakdownResult,
    UsageFieldsResponse,
    UsageGrouping,
    UsageModel,
    UsageSummaryResponse,
    UsageSummaryResults,
)

__all__ = [
    "Agent",
    "AgentVariable",
    "AgentVariablesResponse",
    "AgentsResponse",
    "Balance",
    "BalancesResponse",
    "BillingBreakdownResponse",
    "BillingBreakdownResult",
    "BillingFieldsResponse",
    "BillingGrouping",
    "Callback",
    "Config",
    "DistributionCredential",
    "DistributionCredentialsResponse",
    "Invite",
    "InvitesResponse",
    "Key",
    "KeyResponse",
    "KeysResponse",
    "Member",
    "MembersResponse",
    "Message",
    "ModelInfo",
    "ModelResponse",
    "ModelsResponse",
    "Project",
    "ProjectsResponse",
    "Purchase",
    "PurchasesResponse",
    "Resolution",
    "STTDetails",
    "STTTokens",
    "STTUsageDetails",
    "ScopesResponse",
    "SpeechSegment",
    "TTSDetails",
    "TTSMetadata",
    "TTSTokens",
    "TTSUsageDetails",
    "TokenDetail",
    "TokenDetails",
    "TokenGrant",
    "UsageBreakdownResponse",
    "UsageBreakdownResult",
    "UsageFieldsResponse",
    "UsageGrouping",
    "UsageModel",
    "UsageRequest",
    "UsageRequestsResponse",
    "UsageResponse",
    "UsageSummaryResponse",
    "UsageSummaryResults",
]
