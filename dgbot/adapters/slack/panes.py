"""Modals through Slack's views methods; the only call that ever carries a new key."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.adapters.slack import modals
from dgbot.adapters.slack.directory import SlackDirectory
from dgbot.adapters.slack.failures import UNREACHABLE, UNREADABLE, code, status
from dgbot.services.panes import OpenPane, Pane, PaneLost

SHOW_SECONDS = 5.0


class SlackPanes:
    """Opens and replaces modals; never tries twice, because nobody could tell what the first try did."""

    def __init__(self, client: AsyncWebClient, directory: SlackDirectory) -> None:
        self._client = client
        self._directory = directory

    async def open(self, trigger_id: str, pane: Pane) -> OpenPane:
        """Open *pane*; raises PaneLost when the trigger is spent or older than 3 s."""
        names = await self._names(pane)
        answer = await self._call("views.open", trigger_id=trigger_id, view=modals.pane(pane, names))
        view = answer.get("view")
        view_id, seal = (view.get("id"), view.get("hash")) if isinstance(view, dict) else (None, None)
        if not isinstance(view_id, str) or not isinstance(seal, str):
            raise PaneLost("views.open: the answer names no view", known=False)
        return OpenPane(view_id, seal)

    async def replace(self, standing: OpenPane, pane: Pane) -> None:
        """Show *pane* in place of *standing*; raises PaneLost."""
        view = modals.pane(pane, await self._names(pane))
        await self._call("views.update", view_id=standing.view_id, hash=standing.seal, view=view)

    async def _names(self, pane: Pane) -> dict[str, str]:
        request = getattr(pane, "request", None)
        return await self._directory.names({request.requester_id} if request else set())

    async def _call(self, method: str, **arguments: Any) -> dict[str, Any]:
        try:
            async with asyncio.timeout(SHOW_SECONDS):
                answer = await self._client.api_call(method, json=arguments)
        except SlackApiError as error:
            reason, known = code(error), _is_refusal(error)
        except (*UNREACHABLE, *UNREADABLE) as error:
            reason, known = type(error).__name__, False
        else:
            if isinstance(answer.data, dict) and answer.data.get("ok") is True:
                return answer.data
            reason, known = "unreadable answer", False
        raise PaneLost(f"{method}: {reason}", known=known)  # outside: an error's locals may hold the view


def _is_refusal(error: SlackApiError) -> bool:
    """Whether Slack said no, rather than something that can't be read."""
    body = getattr(error.response, "data", None)
    says_why = isinstance(body, dict) and body.get("ok") is False and isinstance(body.get("error"), str)
    return 400 <= status(error) < 500 or (status(error) < 400 and says_why)
