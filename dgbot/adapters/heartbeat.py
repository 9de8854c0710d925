"""A sign of life over HTTP, for a service that raises the alarm when it stays away."""

from __future__ import annotations

import aiohttp
from pydantic import SecretStr

TIMEOUT = aiohttp.ClientTimeout(total=10)


class HeartbeatRefused(Exception):
    """The service answered, and did not take the sign."""


class HttpPing:
    """Asks for an address, whose path is a secret, and reads nothing of the answer but its status."""

    def __init__(self, url: SecretStr) -> None:
        self._url = url

    async def __call__(self) -> None:
        """Give one sign; raises HeartbeatRefused, or what aiohttp raises."""
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(self._url.get_secret_value(), allow_redirects=False) as answer,
        ):
            if answer.status >= 300:
                raise HeartbeatRefused(f"It answered {answer.status}.")
