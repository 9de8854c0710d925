"""Pictures of charts in the threads of messages: an extra that is left out wherever something stands in its way."""

from __future__ import annotations

import asyncio

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.adapters.pictures import Draw
from dgbot.adapters.slack.failures import UNREACHABLE, code
from dgbot.adapters.slack.mrkdwn import clean, cut
from dgbot.domain.charts import Chart
from dgbot.domain.deliveries import MessageRef

log = structlog.get_logger(__name__)

LONGEST_ALT = 1000
SECONDS = 20
NEVER = frozenset({"missing_scope", "not_allowed_token_type", "unknown_method", "file_uploads_disabled"})
"""What Slack says where it will not take a picture next time either."""


class Pictures:
    """Uploads pictures, which needs the scope ``files:write``; once Slack has said that it never takes one, none."""

    def __init__(self, client: AsyncWebClient, draw: Draw) -> None:
        self._client = client
        self._draw = draw
        self._taken = True

    async def hang(self, standing: MessageRef, chart: Chart) -> None:
        """Show *chart* in the thread of what stands, with its numbers for those who don't see it; or leave it."""
        if not self._taken:
            return
        try:
            async with asyncio.timeout(SECONDS):
                await self._client.files_upload_v2(
                    channel=standing.channel_id,
                    thread_ts=standing.thread_ts or standing.ts,
                    content=await asyncio.to_thread(self._draw, chart),
                    filename="chart.png",
                    title=cut(clean(chart.title), 50),
                    alt_txt=cut(clean(chart.in_letters()), LONGEST_ALT),
                )
        except SlackApiError as error:
            self._taken = code(error) not in NEVER
            log.info("picture not taken", reason=code(error))
        except UNREACHABLE as error:
            log.info("picture not taken", reason=type(error).__name__)
        except Exception:  # a chart that can't be drawn must not send its message once more
            log.exception("picture not drawn")
