"""Whatever Slack delivers, to the service that it is for: typed words, clicks on buttons, submitted forms."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import partial

import structlog

from dgbot.deepgram import DeepgramError
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, Notice
from dgbot.domain.identity import Principal
from dgbot.domain.ports import Clock, DirectoryUnavailable, InboxStore
from dgbot.domain.replies import Reply, Text
from dgbot.plugin.form import Filled
from dgbot.services.approvals.approved import ApprovedCommands, begin
from dgbot.services.clicks import Clicks
from dgbot.services.dispatcher import Dispatcher
from dgbot.services.explain import broken, explain
from dgbot.services.inbox import Answer
from dgbot.services.invocation import Invocation, NotBegun
from dgbot.services.notices import reply_notice
from dgbot.services.panes import Panes
from dgbot.services.people import FRESH, People

log = structlog.get_logger(__name__)

FOR_COMMANDS = timedelta(minutes=5)
"""How old knowledge of a person and their groups may be, where nobody decides anything."""

STALE = timedelta(hours=1)
"""A command that waited longer, because the bot was down, is not run: the world has moved on."""

_STRANGER = "Only full members of this workspace can use the bot."
_UNSURE = "Slack can't tell who you are right now, so nothing was done. Try again in a minute."
_IN_HAND = "You clicked this twice; it is being done, once."


class Reception:
    """Works on one delivery; every click is answered, also a stale one, a foreign one, one after a restart."""

    def __init__(
        self,
        store: InboxStore,
        dispatcher: Dispatcher,
        clicks: Clicks,
        approved: ApprovedCommands,
        panes: Panes,
        people: People,
        clock: Clock,
    ) -> None:
        self._store = store
        self._dispatcher = dispatcher
        self._clicks = clicks
        self._approved = approved
        self._panes = panes
        self._people = people
        self._clock = clock
        self._in_hand: set[tuple[str, str]] = set()

    async def work(self, delivery: Delivery) -> Answer:
        """Do what *delivery* asks for; return what it leaves to say.

        Raises what keeps an approved command from being run: nobody can click for it again, so the inbox has to; and
        NotBegun, as then the work may be another bot's by now.
        """
        user_id = delivery.payload["user_id"]
        if delivery.kind == "approved":
            return Answer(audit=await self._approved.run(delivery, await self._people.principal(user_id)))
        audit: list[AuditEvent] = []
        if delivery.kind == "command" and self._clock.now() - delivery.received_at > STALE:
            return Answer(_reply(delivery, _too_late(delivery)), [self._stale(delivery)])
        try:
            max_age = FOR_COMMANDS if delivery.kind == "command" else FRESH
            principal = await self._people.principal(user_id, max_age=max_age)
            if principal is None:
                reply: Reply | None = Reply(_STRANGER)
                if delivery.kind != "command":
                    await self._clicks.keep_out(delivery, audit)
            elif delivery.kind == "command":
                reply = await self._command(delivery, principal, audit)
            else:
                reply = await self._clicks.act(delivery, principal, audit)
        except DirectoryUnavailable as error:
            log.warning("directory unavailable", reason=str(error))
            reply = Reply(_UNSURE)
        except DeepgramError as error:
            reply = explain(error, project_name="this project", clicked=True)
        except NotBegun:
            raise
        except Exception:  # a click or a form that breaks is answered by an id, like a command
            error_id = secrets.token_hex(4)
            log.exception("delivery broke", error_id=error_id, delivery=delivery.id, kind=delivery.kind)
            reply = broken(error_id)
        return Answer(_reply(delivery, reply), audit)

    def _stale(self, delivery: Delivery) -> AuditEvent:
        return AuditEvent(self._clock.now(), delivery.payload["user_id"], "command.stale", delivery.id, "not run")

    async def _command(self, delivery: Delivery, principal: Principal, audit: list[AuditEvent]) -> Reply | None:
        button = delivery.payload.get("button")
        if not button:
            return await self._typed(delivery, principal, audit)
        press = (principal.user_id, button)
        if press in self._in_hand:
            audit.append(AuditEvent(self._clock.now(), principal.user_id, "command.again", delivery.id, "not run"))
            return Reply(_IN_HAND)
        self._in_hand.add(press)
        try:
            return await self._typed(delivery, principal, audit)
        finally:
            self._in_hand.discard(press)

    async def _typed(self, delivery: Delivery, principal: Principal, audit: list[AuditEvent]) -> Reply | None:
        payload = delivery.payload
        trigger = payload.get("trigger_id", "")
        invocation = Invocation(
            id=delivery.id,
            principal=principal,
            channel_id=payload.get("channel_id", ""),
            text=payload.get("text", ""),
            filled=Filled(payload["command"], payload["texts"]) if "texts" in payload else None,
            ask=partial(self._panes.open, trigger) if trigger else None,
            begun=delivery.begun,
            begin=partial(begin, self._store, self._clock, delivery, principal),
            clicked="button" in payload,
        )
        outcome = await self._dispatcher.dispatch(invocation)
        audit.append(outcome.audit)
        return outcome.reply


def _reply(delivery: Delivery, reply: Reply | None) -> Notice | None:
    if reply is None:
        return None
    asker, answer_to = delivery.payload["user_id"], delivery.payload.get("answer_to", "")
    try:
        return reply_notice(delivery.id, reply, user_id=asker, answer_to=answer_to)
    except Exception:  # a plugin may put anything into a Reply; who asked hears of it all the same
        error_id = secrets.token_hex(4)
        log.exception("reply broke", error_id=error_id, delivery=delivery.id)
        return reply_notice(delivery.id, broken(error_id), user_id=asker, answer_to=answer_to)


def _too_late(delivery: Delivery) -> Reply:
    typed = delivery.payload.get("text", "")
    if delivery.begun:
        return Reply(
            "The bot went down in the middle of what you sent.",
            (Text(f"/deepgram {typed}"), Text("Whether it was done, nobody knows: look first, then send it again.")),
        )
    return Reply(
        "The bot was down when you sent this, and did not do it.",
        (Text(f"/deepgram {typed}"), Text("Send it again if you still want it.")),
    )
