"""Which key the bot itself works with: the one that it must never delete."""

from __future__ import annotations

import structlog

from dgbot.deepgram import AsyncManageClient, DeepgramError

log = structlog.get_logger(__name__)


async def own_key_id(deepgram: AsyncManageClient) -> str:
    """Return the id of the bot's key; empty while Deepgram does not say, and then any key might be it."""
    try:
        return (await deepgram.get_token_details()).api_key_id
    except DeepgramError as error:
        log.warning("own key not told", reason=str(error))
        return ""
