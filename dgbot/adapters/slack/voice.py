"""Says a drawn message in Slack: posts it, edits it, follows it in its thread, or whispers it to one person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from slack_sdk.webhook.webhook_response import WebhookResponse

from dgbot.adapters.slack.blocks import Block
from dgbot.adapters.slack.failures import GONE, NO_THREAD, UNREACHABLE, UNREADABLE, code
from dgbot.adapters.slack.mrkdwn import fallback
from dgbot.adapters.slack.replies import Message
from dgbot.domain.deliveries import MessageRef
from dgbot.domain.replies import Audience

T = TypeVar("T")

INVALID_BLOCKS = "invalid_blocks"
"""What Slack says of charts where it has none yet."""


class Voice:
    """One bot's voice; once Slack has refused a chart, it draws charts in letters. Raises what the SDK raises."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._dms: dict[str, str] = {}
        self._knows_charts = True

    async def post(self, target: str, message: Message, *, thread_ts: str = "") -> MessageRef:
        """Post to a channel, or to a person's DM; with *thread_ts* in that thread, unheard, if it is there."""
        try:
            return await self._post(target, message, thread_ts)
        except SlackApiError as error:
            if not thread_ts or code(error) not in NO_THREAD:
                raise
            return await self._post(target, message, "")

    async def _post(self, target: str, message: Message, thread_ts: str) -> MessageRef:
        channel = await self._dm(target) if target.startswith(("U", "W")) else target
        answer = await self._with_blocks(
            message,
            lambda blocks: self._client.chat_postMessage(
                channel=channel,
                thread_ts=thread_ts or None,
                text=fallback(message.text),
                blocks=blocks,
                unfurl_links=False,
                unfurl_media=False,
            ),
        )
        return MessageRef(str(answer["channel"]), str(answer["ts"]), thread_ts)

    async def edit(self, standing: MessageRef, message: Message) -> MessageRef | None:
        """Edit what stands, silently; None if it is not there any more."""
        try:
            await self._with_blocks(
                message,
                lambda blocks: self._client.chat_update(
                    channel=standing.channel_id, ts=standing.ts, text=fallback(message.text), blocks=blocks
                ),
            )
        except SlackApiError as error:
            if code(error) in GONE:
                return None
            raise
        return standing

    async def follow(self, standing: MessageRef, message: Message, *, loud: bool) -> bool:
        """Say it in the thread of what stands; what is *loud*, in the channel too. False if that is not there."""
        try:
            await self._with_blocks(
                message,
                lambda blocks: self._client.chat_postMessage(
                    channel=standing.channel_id,
                    thread_ts=standing.thread_ts or standing.ts,
                    reply_broadcast=loud,
                    text=fallback(message.text),
                    blocks=blocks,
                    unfurl_links=False,
                    unfurl_media=False,
                ),
            )
        except SlackApiError as error:
            if code(error) not in NO_THREAD:
                raise
            return False
        return True

    async def address(self, channel_id: str, ts: str) -> str:
        """Return where a message can be looked up; empty if Slack does not tell."""
        try:
            answer: Any = await self._client.chat_getPermalink(channel=channel_id, message_ts=ts)
            return str(answer["permalink"])
        except (SlackApiError, *UNREACHABLE, *UNREADABLE):
            return ""

    async def whisper(self, channel: str, reader: str, message: Message) -> None:
        """Say it in *channel*, for *reader* alone."""
        await self._with_blocks(
            message,
            lambda blocks: self._client.chat_postEphemeral(
                channel=channel, user=reader, text=fallback(message.text), blocks=blocks
            ),
        )

    async def respond(self, url: str, message: Message, audience: Audience) -> WebhookResponse:
        """Answer over a response_url, whatever comes of it."""
        webhook = AsyncWebhookClient(url, session=self._client.session, retry_handlers=[])
        kind = "in_channel" if audience is Audience.CHANNEL else "ephemeral"

        async def respond(blocks: list[Block]) -> WebhookResponse:
            return await webhook.send(
                text=fallback(message.text), blocks=blocks, response_type=kind, replace_original=False
            )

        first, *others = self._ways(message)
        answer = await respond(first)
        if others and INVALID_BLOCKS in str(answer.body):
            self._knows_charts = False
            answer = await respond(others[0])
        return answer

    async def _with_blocks(self, message: Message, call: Callable[[list[Block]], Awaitable[T]]) -> T:
        first, *others = self._ways(message)
        try:
            return await call(first)
        except SlackApiError as error:
            if code(error) != INVALID_BLOCKS or not others:
                raise
            self._knows_charts = False
            return await call(others[0])

    def _ways(self, message: Message) -> list[list[Block]]:
        """Return the blocks to try in turn."""
        if not message.modest:
            return [message.blocks]
        return [message.blocks, message.modest] if self._knows_charts else [message.modest]

    async def _dm(self, user_id: str) -> str:
        if user_id not in self._dms:
            answer: Any = await self._client.conversations_open(users=[user_id])
            self._dms[user_id] = str(answer["channel"]["id"])
        return self._dms[user_id]
