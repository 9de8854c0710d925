"""The one call that makes a key: sent once an attempt, and judged by what Deepgram answers."""

from __future__ import annotations

import msgspec
import structlog

from dgbot.deepgram import (
    AsyncManageClient,
    DeepgramApiError,
    DeepgramError,
    DeepgramNotSentError,
    Key,
    KeyOptions,
)
from dgbot.domain.approvals import ApprovalRequest
from dgbot.services.keys.marks import marked_comment

log = structlog.get_logger(__name__)


class Refused(Exception):
    """The attempt ended without doubt and without a key; *final* means that asking again would not help."""

    def __init__(self, reason: str, *, final: bool = False, was_sent: bool = True) -> None:
        super().__init__(reason)
        self.was_sent = was_sent
        self.reason = reason
        self.final = final


async def post_key(deepgram: AsyncManageClient, claimed: ApprovalRequest) -> Key | None:
    """Send the one POST of this attempt; None means that nobody knows what came of it. Raises Refused."""
    plan = claimed.key
    options = KeyOptions(
        comment=marked_comment(claimed),
        scopes=list(plan.scopes),
        tags=list(plan.tags) or None,
        time_to_live_in_seconds=int(plan.lives.total_seconds()),
    )
    try:
        key = (await deepgram.create_key(plan.project_id, options)).api_key
    except DeepgramNotSentError as error:
        raise Refused(f"{error} Nothing was created; click Reveal key again later.", was_sent=False) from None
    except DeepgramApiError as error:
        if error.status in {400, 404, 422}:
            raise Refused(str(error), final=True) from None
        if error.status in {401, 403}:
            raise Refused(f"{error} Your approval stays valid: ask an admin to mend the bot's key.") from None
        return None
    except DeepgramError:
        return None
    return await _described(deepgram, plan.project_id, key) if key.key is not None and key.api_key_id else None


async def _described(deepgram: AsyncManageClient, project_id: str, key: Key) -> Key | None:
    """Fill in what the answer to the POST left out, since a key is judged by it; None if nobody can tell."""
    if key.scopes and key.expires_at is not None:
        return key
    try:
        known = (await deepgram.get_key(project_id, key.api_key_id)).api_key
    except DeepgramError as error:
        log.warning("new key not described", key_id=key.api_key_id, reason=str(error))
        return None
    return msgspec.structs.replace(
        key, scopes=key.scopes or known.scopes, expiration_date=key.expiration_date or known.expiration_date
    )
