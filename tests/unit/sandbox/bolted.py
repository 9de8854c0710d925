"""The two ways in which a Bolt app lives under the local Slack."""

import asyncio
import contextlib

from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.serving import serving


@contextlib.asynccontextmanager
async def socket_mode(slack, bot):
    apps = AsyncWebClient(token=slack.app_token, base_url=f"{slack.origin}/api/")
    handler = AsyncSocketModeHandler(bot, slack.app_token, web_client=apps)
    await handler.connect_async()
    while not slack.delivery.connections:
        await asyncio.sleep(0.005)
    try:
        yield handler
    finally:
        await handler.close_async()


@contextlib.asynccontextmanager
async def http_mode(slack, bot):
    async with serving(AsyncSlackRequestHandler(bot)) as origin:
        slack.deliver_to(f"{origin}/slack/events")
        yield
