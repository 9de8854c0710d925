"""What a caller may ask for: one frozen value per request, checked before anything is sent."""

from __future__ import annotations

from dgbot.deepgram.options.billing import BillingBreakdownOptions
from dgbot.deepgram.options.keys import KeyOptions
from dgbot.deepgram.options.people import InviteOptions, ScopeOptions
from dgbot.deepgram.options.projects import ProjectOptions
from dgbot.deepgram.options.requests import UsageRequestOptions
from dgbot.deepgram.options.usage import UsageBreakdownOptions, UsageFieldsOptions, UsageSummaryOptions

__all__ = [
    "BillingBreakdownOptions",
    "InviteOptions",
    "KeyOptions",
    "ProjectOptions",
    "ScopeOptions",
    "UsageBreakdownOptions",
    "UsageFieldsOptions",
    "UsageRequestOptions",
    "UsageSummaryOptions",
]
