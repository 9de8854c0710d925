"""People who ask, decide, reveal, click twice and walk away: each sees only what Slack shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.services.panes import DenyForm, NewKey
from tests.sim.slack import Window, Workspace

ALICE, BOB, CAROL, ERIN, ZED = "UALICE001", "UBOB00001", "UCAROL001", "UERIN0001", "UZED00001"
EVERYBODY = (ALICE, BOB, CAROL, ERIN, ZED)
ASKERS = (ALICE, BOB)
APPROVERS = frozenset({ALICE, BOB, CAROL})
"""The requesters too: only the rule keeps them from their own requests."""
FULL = frozenset({ALICE, BOB, CAROL, ERIN})
"""ERIN is nobody's approver, ZED a guest."""

Deliver = Callable[[str, str, Mapping[str, str]], None]
"""Slack tells the bot of what a person did: who, kind, payload."""


class Crowd:
    """Does something every few seconds, while *patience* lasts; *deliver* is Slack's part."""

    def __init__(self, space: Workspace, random: Random, deliver: Deliver, *, most: int = 5) -> None:
        self._space, self._random, self._deliver = space, random, deliver
        self._left = most
        self._keen = random.choice((0.3, 0.6, 0.95))
        self._names = 0

    async def live(self, seconds: float) -> None:
        """Act for so long."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        while loop.time() < ends:
            await asyncio.sleep(self._random.uniform(1, 30))
            self.act()

    def act(self) -> None:
        """Let somebody do one thing."""
        choices = [self.decide] * 4 + [self.reveal] * 4 + [self.fill_in, self.meddle, self.cancel, self.break_glass]
        if self._left:
            choices += [self.ask, self.ask]
        choices += [self.look_up, self.close, self.revoke]
        self._random.choice(choices)()

    def ask(self) -> None:
        self._left -= 1
        self._names += 1
        if self._random.random() < 0.2:
            self._types(BOB, f"balance-alert set {self._random.randint(20, 90)}")
            return
        ttl = self._random.choice(("7d", "7d", "9d"))
        text = f'create-key k{self._names} --scopes usage:read --ttl {ttl} --reason "a bad day"'
        self._types(self._random.choice(ASKERS), text)

    def cancel(self) -> None:
        """Take something back that may be decided at this moment."""
        told = [one for one in self._newest("asked:") if one.facts["request"]["state"] in {"pending", "approved"}]
        if told and self._random.random() < 0.2:
            told_last = told[-1]
            self._clicks(told_last.target, "approval.cancel", told_last)

    def break_glass(self) -> None:
        """Decide alone, with a reason."""
        waiting = [card for card in self._newest("approval:") if card.facts["request"]["state"] == "pending"]
        if waiting and self._random.random() < 0.1:
            value = f"{waiting[-1].facts['request']['id']}:{digest_of(waiting[-1])}"
            said = {"verb": "approval.broken", "because": "it burns", "value": value}
            self._deliver(self._random.choice(EVERYBODY), "form", said)

    def look_up(self) -> None:
        self._types(self._random.choice(EVERYBODY), self._random.choice(("usage", "balance-alert list", "help")))

    def decide(self) -> None:
        """Click on a card, most often on one that still has buttons."""
        cards = self._newest("approval:")
        waiting = [card for card in cards if card.facts["request"]["state"] == "pending"]
        if not (shown := waiting if self._random.random() < 0.8 else cards):
            return
        card = self._random.choice(shown)
        verb = "approval.deny" if self._random.random() < 0.15 else "approval.approve"
        if self._random.random() < 0.1:
            verb = "approval.details"
        among = EVERYBODY if self._random.random() < 0.3 else tuple(sorted(APPROVERS))
        for who in self._random.sample(among, self._random.choice((1, 1, 2, 3))):
            self._clicks(who, verb, card)

    def fill_in(self) -> None:
        """Submit a form that is open."""
        for window in self._windows(DenyForm):
            window.closed = True
            if self._random.random() < 0.7:
                request = window.pane.request  # type: ignore[union-attr]
                said = {
                    "verb": "approval.denied",
                    "because": "not today",
                    "value": f"{request.id}:{request.plan.digest}",
                }
                self._deliver(window.owner, "form", said)

    def reveal(self, who: str | None = None) -> None:
        """Click on what the bot offers; the impatient click twice."""
        offers = self._offers()
        if not offers:
            return
        told = self._random.choice(offers)
        for _ in range(2 if self._random.random() < 0.25 else 1):
            self._clicks(who or told.target, "key.reveal", told)

    def meddle(self) -> None:
        """Click on what is somebody else's, as a forged payload would."""
        if self._random.random() < 0.3:
            self.reveal(self._random.choice(EVERYBODY))

    def revoke(self) -> None:
        if self._random.random() > 0.25:
            return
        for number, window in self._numbered(NewKey)[:1]:
            request = window.pane.request  # type: ignore[union-attr]
            value = f"{request.id}:{request.plan.digest}:{request.attempt}"
            said = {"verb": "key.revoke", "value": value, "view_id": number, "view_hash": str(window.revision)}
            self._deliver(window.owner, "click", said)

    def close(self) -> None:
        """Close a window too early, now and then."""
        for window in self._space.windows.values():
            if not window.closed and self._random.random() < 0.1:
                window.closed = True

    def settle(self) -> None:
        """At the end the keen take what is theirs; the others let it expire."""
        for told in self._offers():
            if self._random.random() < self._keen:
                self._clicks(told.target, "key.reveal", told)

    def _offers(self) -> list[Notice]:
        """Return what has a button that reveals a key."""
        told = [told.facts["request"] for told in self._newest("asked:")]
        shown = {one["id"] for one in told if one["state"] == "approved" and "scopes" in one["plan"]}
        return [told for told in self._newest("asked:") if told.facts["request"]["id"] in shown]

    def _types(self, who: str, text: str) -> None:
        self._deliver(who, "command", {"text": text, "channel_id": "CGENERAL1"})

    def _clicks(self, who: str, verb: str, on: Notice) -> None:
        request = on.facts["request"]
        self._deliver(who, "click", {"verb": verb, "value": f"{request['id']}:{digest_of(on)}"})

    def _newest(self, about: str) -> list[Notice]:
        return [
            notice
            for notice in self._space.messages.values()
            if notice.about.startswith(about) and notice.kind in {NoticeKind.CARD, NoticeKind.TELL}
        ]

    def _windows(self, kind: type[Any]) -> list[Window]:
        return [window for _, window in self._numbered(kind)]

    def _numbered(self, kind: type[Any]) -> list[tuple[str, Window]]:
        return [(n, w) for n, w in self._space.windows.items() if isinstance(w.pane, kind) and not w.closed]


def digest_of(notice: Notice) -> str:
    """Return what the button of *notice* carries beside the request's id."""
    from dgbot.domain.approvals import ApprovalRequest
    from dgbot.services.facts import value_of

    return value_of(ApprovalRequest, notice.facts, "request").plan.digest
