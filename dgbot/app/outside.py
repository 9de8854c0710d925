"""What the bot stands on, opened as the settings say: Slack, Deepgram, the clock, and where the database is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.adapters.clock import SandboxClock, SystemClock
from dgbot.adapters.slack.failures import UNREACHABLE, code, status
from dgbot.adapters.slack.transport import SocketDoor
from dgbot.deepgram import AsyncManageClient
from dgbot.domain.ports import Clock
from dgbot.settings import DatabaseSettings, Settings, is_loopback

SERVER_ERROR = 500


class CannotStart(Exception):
    """Something outside refuses the bot; the message is a sentence that says what to do."""


async def clock_of(settings: Settings) -> Clock:
    """Return the system's clock, or the sandbox's if the settings name one."""
    if settings.clock_url is None:
        return SystemClock()
    clock = SandboxClock(settings.clock_url)
    await clock.join()
    return clock


async def identify(client: AsyncWebClient) -> AuthorizeResult:
    """Ask Slack once who the bot is; what Bolt would ask during the first person's three seconds."""
    try:
        told = await client.auth_test()
    except SlackApiError as error:
        raise _refused(error, "SLACK_BOT_TOKEN", "install the app and copy its bot token") from None
    except UNREACHABLE as error:
        raise CannotStart(f"Slack can't be reached at {client.base_url} ({type(error).__name__}).") from None
    return AuthorizeResult.from_auth_test_response(bot_token=client.token, auth_test_response=told)


async def connect(door: SocketDoor) -> None:
    """Open the Socket Mode connection; raises CannotStart if Slack refuses the app's token, or does not answer."""
    try:
        await door.open()
    except SlackApiError as error:
        advice = "create an app-level token with connections:write and copy it"
        raise _refused(error, "SLACK_APP_TOKEN", advice) from None
    except UNREACHABLE as error:
        raise CannotStart(f"Slack can't be reached to open Socket Mode ({type(error).__name__}).") from None


def _refused(error: SlackApiError, token: str, advice: str) -> CannotStart:
    if status(error) >= SERVER_ERROR:
        return CannotStart(f"Slack has trouble of its own ({code(error)}); start the bot again later.")
    return CannotStart(f"Slack refuses {token} ({code(error)}); {advice}.")


@asynccontextmanager
async def deepgram_of(settings: Settings) -> AsyncIterator[AsyncManageClient]:
    """Open the manage client with the bot's key."""
    section = settings.deepgram
    client = AsyncManageClient(
        section.api_key.get_secret_value(), base_url=section.base_url, timeout=section.timeout.total_seconds()
    )
    try:
        yield client
    finally:
        await client.aclose()


def database_url(database: DatabaseSettings) -> str:
    """Return the URL that is set, or a file in the user's state directory."""
    if database.url:
        return database.url
    directory = Path(platformdirs.user_state_dir("dgbot"))
    return f"sqlite:///{directory / 'dgbot.db'}"


def answer_origin(base_url: str) -> str:
    """Return where response_urls must point: Slack's own host, or this machine's sandbox."""
    if not is_loopback(base_url):
        return "https://hooks.slack.com"
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"
