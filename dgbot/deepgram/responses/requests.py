"""Single requests: what somebody sent to Deepgram, and what came of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from dgbot.deepgram.dates import parsed
from dgbot.deepgram.responses.base import Response
from dgbot.deepgram.responses.request_details import Config, STTUsageDetails, TokenDetail, TTSUsageDetails, details_of
from dgbot.deepgram.responses.usage import Resolution, Span


class Callback(Response, frozen=True, kw_only=True, gc=False):
    """Where a result was delivered: older answers tell how it went, newer ones the URL."""

    url: str | None = None
    method: str = "POST"
    attempts: int | None = None
    code: int | None = None
    completed: str | None = None

    @property
    def completed_at(self) -> datetime | None:
        """When the delivery ended, UTC."""
        return parsed(self.completed)


class UsageRequest(Response, frozen=True, kw_only=True):
    """One request. *response* is as Deepgram sent it, and None until the request is worked off.

    *accessor* is the id of the key that was used, which newer answers call *api_key_id*.
    """

    request_id: str = ""
    created: str = ""
    path: str = ""
    accessor: str | None = None
    response: dict[str, Any] | None = None
    callback: Callback | None = None
    api_key_id: str | None = None
    project_uuid: str | None = None
    code: int | None = None
    deployment: str | None = None

    @property
    def created_at(self) -> datetime | None:
        """When the request was made, UTC."""
        return parsed(self.created)

    @property
    def pending(self) -> bool:
        """Whether Deepgram has not yet said what came of it."""
        return not self.response

    @property
    def usd(self) -> Decimal | None:
        """What it cost in US dollars; None while unknown, and while 0, which Deepgram says until it has reckoned."""
        cost = details_of(self.response).usd
        return cost if cost and cost.is_finite() else None

    @property
    def stt(self) -> STTUsageDetails | None:
        """What was asked of speech to text and what it took; None for text to speech, and while pending."""
        return details_of(self.response).speech_to_text()

    @property
    def tts(self) -> TTSUsageDetails | None:
        """What was spoken; None for other requests, and while pending."""
        return details_of(self.response).text_to_speech()

    @property
    def token_details(self) -> list[TokenDetail]:
        """The tokens that each feature used."""
        return details_of(self.response).token_details

    @property
    def config(self) -> list[Config]:
        """The settings of the request, each as its name and its text."""
        return details_of(self.response).settings()


class UsageRequestsResponse(Response, frozen=True, kw_only=True):
    """A page of requests, newest first; there is neither a count nor a next link."""

    page: int = 0
    limit: int = 0
    requests: list[UsageRequest] = []


class UsageResponse(Span, frozen=True, kw_only=True):
    """A page of requests in *results*, with the days and the resolution of the usage summary around them."""

    resolution: Resolution = Resolution()
    results: list[UsageRequest] = []
