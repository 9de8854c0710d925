"""One HTTP session for every call to Slack: the SDK alone would open a connection for each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

TIMEOUT_SECONDS = 15


@asynccontextmanager
async def own_session(base_url: str, bot_token: SecretStr) -> AsyncIterator[AsyncWebClient]:
    """Yield a Web API client that never sends anything twice by itself (posting is not idempotent).

    It follows no redirect: what was meant for Slack, such as a new key, goes nowhere else.
    """
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    async with aiohttp.ClientSession(
        timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), middlewares=[_refuse_redirects]
    ) as session:
        yield AsyncWebClient(
            token=bot_token.get_secret_value(),
            base_url=base_url,
            session=session,
            timeout=TIMEOUT_SECONDS,
            retry_handlers=[],
        )


async def _refuse_redirects(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    answer = await send(request)
    if 300 <= answer.status < 400:
        answer.close()
        raise aiohttp.ClientError(f"{request.url.origin()} answered with a redirect ({answer.status})")
    return answer
