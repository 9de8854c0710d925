"""What a click on a button, or a submitted form, does to the request that it names; every one is answered."""

from __future__ import annotations

import structlog

from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery
from dgbot.domain.identity import Principal
from dgbot.domain.plans import KeyPlan
from dgbot.domain.ports import Clock
from dgbot.domain.replies import RUN, Reply
from dgbot.domain.request_states import State
from dgbot.domain.votes import DecisionRefused
from dgbot.services.approvals.decisions import Approvals
from dgbot.services.keys.endings import KeyEndings
from dgbot.services.keys.issuer import KeyIssuer
from dgbot.services.panes import DenyForm, Details, GlassForm, OpenPane, PaneLost, Panes
from dgbot.services.rights import Rights

log = structlog.get_logger(__name__)

_NO_SUCH_REQUEST = "There is no such request any more."
_OTHER_PLAN = "This card does not show what would be done. Ask again."
_OLDER_KEY = "That key is gone already, or going: only the newest one works, and this was not it."
_OLDER = "This button belongs to an older version of the bot. Ask again with  /deepgram help ."


class Clicks:
    """Stale clicks, foreign ones, ones after a restart: what counts is who clicked, and where the request stands."""

    def __init__(
        self,
        approvals: Approvals,
        rights: Rights,
        issuer: KeyIssuer,
        endings: KeyEndings,
        panes: Panes,
        clock: Clock,
    ) -> None:
        self._approvals = approvals
        self._rights = rights
        self._issuer = issuer
        self._endings = endings
        self._panes = panes
        self._clock = clock

    async def act(self, delivery: Delivery, by: Principal, audit: list[AuditEvent]) -> Reply | None:
        """Do what *by* clicked or submitted; what did not count goes into *audit*."""
        verb = delivery.payload["verb"]
        if verb == RUN:  # with a line it would be a command
            return Reply(_OLDER)
        request_id, _, seen = delivery.payload.get("value", "").partition(":")
        request = await self._approvals.standing(request_id)
        if request is None:
            audit.append(AuditEvent(self._clock.now(), by.user_id, "click.refused", verb, "no such request"))
            return Reply(_NO_SUCH_REQUEST)
        try:
            return await self._act(verb, request, seen, delivery, by)
        except DecisionRefused as refusal:
            audit.append(self._approvals.refused(request, by, refusal))
            return Reply(refusal.line)
        except PaneLost as lost:
            log.warning("pane not opened", verb=verb, reason=str(lost))
            return Reply("Slack could not open the window in time. Nothing was changed; click again.")

    async def keep_out(self, delivery: Delivery, audit: list[AuditEvent]) -> None:
        """Note the click of somebody who is no full member (any more); their own approved key is closed."""
        user_id, verb = delivery.payload["user_id"], delivery.payload["verb"]
        audit.append(AuditEvent(self._clock.now(), user_id, "click.refused", verb, "no full member"))
        if verb != "key.reveal":
            return
        request = await self._approvals.standing(delivery.payload.get("value", "").partition(":")[0])
        if request is not None and request.state is State.APPROVED and request.requester_id == user_id:
            await self._approvals.close_unclaimed(request)

    async def _act(
        self, verb: str, request: ApprovalRequest, seen: str, delivery: Delivery, by: Principal
    ) -> Reply | None:
        digest, _, attempt = seen.partition(":")
        if digest != request.plan.digest:
            raise DecisionRefused(_OTHER_PLAN)
        if verb.startswith("key.") and not isinstance(request.plan, KeyPlan):
            return Reply(_OLDER)
        trigger = delivery.payload.get("trigger_id", "")
        match verb:
            case "approval.approve":
                return await self._approvals.approve(request, by)
            case "approval.deny":
                await self._approvals.check(request, by)
                await self._panes.open(trigger, DenyForm(request))
            case "approval.denied":
                await self._approvals.deny(request, by, delivery.payload.get("because", ""))
            case "approval.cancel":
                return await self._approvals.cancel(request, by)
            case "approval.details":
                await self._panes.open(trigger, Details(request, may_break=self._approvals.may_break(request, by)))
            case "approval.break":
                self._approvals.check_glass(request, by)
                await self._show(delivery, trigger, GlassForm(request))
            case "approval.broken":
                return await self._approvals.break_glass(request, by, delivery.payload.get("because", ""))
            case "key.reveal":
                if request.state is State.APPROVED and request.requester_id == by.user_id:
                    self._rights.check(request, by)
                return await self._issuer.reveal(request, by, trigger)
            case "key.revoke" if attempt and attempt != str(request.attempt):
                return Reply(_OLDER_KEY)
            case "key.revoke":
                return await self._endings.revoke(request, by, _pane(delivery))
            case "key.retire":
                return await self._endings.retire(request, by)
            case _:
                return Reply(_OLDER)
        return None

    async def _show(self, delivery: Delivery, trigger: str, form: GlassForm) -> None:
        """Show *form* in the window that was clicked in, or in one of its own."""
        if standing := _pane(delivery):
            await self._panes.replace(standing, form)
        else:
            await self._panes.open(trigger, form)


def _pane(delivery: Delivery) -> OpenPane | None:
    """Return the window in which the click was made."""
    view_id = delivery.payload.get("view_id", "")
    return OpenPane(view_id, delivery.payload.get("view_hash", "")) if view_id else None
