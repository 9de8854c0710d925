"""Bolt's listeners: insert, acknowledge, nothing else. What is acknowledged is durable."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.adapters.slack import forms, payloads
from dgbot.adapters.storage.errors import OutcomeUnknown, StorageError
from dgbot.domain.deliveries import Delivery
from dgbot.domain.ports import Clock
from dgbot.plugin.form import complaints, line_of
from dgbot.plugin.registry import Commands

log = structlog.get_logger(__name__)

NOT_KEPT = "The bot can't keep this right now, so nothing was done. Try again in a minute."

Receive = Callable[[Delivery], Awaitable[bool]]

DELIVERY_HEADER = "x-dgbot-delivery"
"""Carries the delivery's id through Bolt: a hash of the signature over HTTP, the envelope's id over Socket Mode."""

_OURS = re.compile(f"^{payloads.ACTION_PREFIX}")


def bolt_app(
    client: AsyncWebClient, *, identity: AuthorizeResult, receive: Receive, commands: Commands, clock: Clock
) -> AsyncApp:
    """Return a Bolt app that hands every delivery to *receive*, but for a form of one of *commands* that does not fit.

    The guard has checked the signature on the raw bytes, so Bolt does not repeat it; *identity* is asked of Slack once,
    at start. ``process_before_response`` answers as soon as the listener returns instead of polling for the ack.
    """

    async def authorize(**_: Any) -> AuthorizeResult:
        return identity

    bolt_log = logging.getLogger("slack_bolt")
    bolt_log.setLevel(logging.WARNING)  # Bolt hands its level down; below this one it logs what people typed
    app = AsyncApp(
        name="slack_bolt.app",  # names a logger; without one Bolt walks every loaded module: a seventh of the start
        logger=bolt_log,
        client=AsyncWebClient(base_url=client.base_url),  # answers nothing itself; *identity* has the token
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
    )

    @app.command("/deepgram")
    async def on_command(ack: AsyncAck, body: Mapping[str, Any], request: AsyncBoltRequest) -> BoltResponse:
        delivery = payloads.of_command(body, _delivery_id(request), clock.now())
        try:
            await receive(delivery)
        except OutcomeUnknown as error:  # it may be kept, and then a restart works on it
            return _unavailable(delivery, error)
        except StorageError as error:
            _unavailable(delivery, error)
            return await ack(text=NOT_KEPT, response_type="ephemeral")
        return await ack()

    @app.action(_OURS)
    async def on_click(ack: AsyncAck, body: Mapping[str, Any], request: AsyncBoltRequest) -> BoltResponse:
        return await keep(payloads.of_click(body, _delivery_id(request), clock.now()), ack)

    @app.view(forms.CALLBACK)
    async def on_command_form(ack: AsyncAck, body: Mapping[str, Any], request: AsyncBoltRequest) -> BoltResponse:
        form = forms.sent_form(body["view"])
        if wrong := complaints(commands, form.filled):
            return await ack(response_action="errors", errors=forms.shown_errors(wrong))
        line = line_of(commands, form.filled)
        return await keep(payloads.of_command_form(form, line, body, _delivery_id(request), clock.now()), ack)

    @app.view(_OURS)
    async def on_form(ack: AsyncAck, body: Mapping[str, Any], request: AsyncBoltRequest) -> BoltResponse:
        return await keep(payloads.of_form(body, _delivery_id(request), clock.now()), ack)

    async def keep(delivery: Delivery, ack: AsyncAck) -> BoltResponse:
        try:
            await receive(delivery)
        except StorageError as error:
            return _unavailable(delivery, error)
        return await ack()

    return app


def _unavailable(delivery: Delivery, error: StorageError) -> BoltResponse:
    """Say that a delivery was not kept: the log why, Slack only that it must tell whoever clicked."""
    log.error("delivery not kept", delivery=delivery.id, kind=delivery.kind, reason=str(error))
    return BoltResponse(status=503)


def _delivery_id(request: AsyncBoltRequest) -> str:
    return request.headers[DELIVERY_HEADER][0]
