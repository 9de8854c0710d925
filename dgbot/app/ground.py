"""What a bot stands on."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.deepgram import AsyncManageClient
from dgbot.domain.ports import Clock, Directory, Notifier, Store
from dgbot.plugin.discovery import Plugins
from dgbot.services.panes import Panes
from dgbot.settings import Settings


@dataclass(frozen=True, slots=True)
class Ground:
    """What a bot stands on; whoever opened it closes it.

    *notifier*, *panes* and *directory* take the place of Slack's, *monotonic* that of the machine's clock, for
    measurements and simulations.
    """

    settings: Settings
    plugins: Plugins
    store: Store
    clock: Clock
    client: AsyncWebClient
    identity: AuthorizeResult
    deepgram: AsyncManageClient
    notifier: Notifier | None = None
    panes: Panes | None = None
    directory: Directory | None = None
    monotonic: Callable[[], float] = time.monotonic
