"""The real services against the reference: hypothesis looks for a row of steps after which they disagree."""

from __future__ import annotations

import dataclasses
from collections.abc import Coroutine
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dgbot.adapters.storage import SqlStore
from dgbot.deepgram import (
    AsyncManageClient,
)
from dgbot.domain.approval_policy import ApprovalPolicy, ApprovalRule
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.domain.identity import Policy, Principal, Role
from dgbot.domain.plans import KeyPlan
from dgbot.domain.rulings import Asked, Ruling
from dgbot.domain.votes import DecisionRefused, Terms
from dgbot.plugin.check import Check, Sample, SampleContext
from dgbot.plugin.context import Project
from dgbot.plugin.errors import CannotMeasure
from dgbot.plugin.rule_spec import RuleSpec
from dgbot.services.alerting.hushes import Hushes
from dgbot.services.alerting.measuring import Measuring
from dgbot.services.alerting.monitor import Monitor
from dgbot.services.alerting.troubles import Troubles
from dgbot.services.approvals.asking import Asking
from dgbot.services.approvals.decisions import Approvals
from dgbot.services.approvals.quotas import Quotas
from dgbot.services.approvals.rounds import ApprovalRounds
from dgbot.services.approvals.steps import ApprovalSteps
from dgbot.services.keys.endings import KeyEndings
from dgbot.services.keys.issuer import KeyIssuer
from dgbot.services.keys.steps import KeySteps
from dgbot.services.people import People
from tests.sim.desk import Clock, Deepgram, Directory, Windows
from tests.sim.loop import VirtualLoop
from tests.sim.reference import Wanted, WantedAlert
from tests.sim.storage import Database

PEOPLE = ("UALICE001", "UBOB00001", "UCAROL001", "UDAVE0001")
APPROVERS = PEOPLE[:3]
MOST = 6
MADE = ("made", "made", "made", "lost", "done, lost", "refused", "forbidden", "unsent", "wider")
SHOWN = ("shown", "shown", "lost", "shown, lost")


class Office(RuleBasedStateMachine):
    """People, a clock, Deepgram and Slack act on the services; after each act both sides must say the same."""

    steps = 0

    @initialize(waiting=st.integers(0, 3))
    def open(self, waiting: int) -> None:
        self.clock = Clock()
        self.deepgram, self.windows = Deepgram(self.clock), Windows()
        self.loop = VirtualLoop()
        self.database = Database(lambda: self.clock.now().timestamp(), lambda _: None)
        self.store = store = SqlStore(self.database.inline, "bot")
        usual = Ruling(Terms(("approvers",)), "CKEYAPPR1", request_lasts=timedelta(hours=8))
        strict = dataclasses.replace(usual, terms=Terms(("approvers",), yes=2))
        policy = ApprovalPolicy(usual, (ApprovalRule(strict, longer_than=timedelta(days=8)),), remind_after=None)
        steps = ApprovalSteps(store, self.clock, wake_outbox=_nothing, work_on=_nothing)
        directory = Directory()
        self.asking = Asking(steps, policy, Quotas(steps, policy, directory), new_nonce=lambda: "n0nce")
        people = People(directory, Policy({"approvers": Role(frozenset(APPROVERS))}))
        self.approvals, self.rounds = Approvals(steps, policy, people), ApprovalRounds(steps, policy)
        client = cast(AsyncManageClient, self.deepgram)
        key_steps = KeySteps(store, client, self.clock, wake_outbox=_nothing)
        self.issuer, self.endings = KeyIssuer(key_steps, self.windows), KeyEndings(key_steps, self.windows)
        self.balance: int | None = 100
        checks = {"balance": Check("balance", "", self._measure)}
        measuring, hushes = Measuring(checks, self._context), Hushes(store, checks)
        self.monitor = Monitor(store, measuring, hushes, Troubles(store, None), self.clock, wake_outbox=_nothing)
        spec = RuleSpec("low", "balance", Decimal(50), "C1", origin="slack")
        watched = spec.rule(id="r1", project_id="p1", every=timedelta(minutes=5))
        now = self.clock.now()
        self.do(store.put_rule(watched, due_at=now, audit=AuditEvent(now, "U1", "rule.put", "r1", "done")))
        self.wanted: dict[str, Wanted] = {}
        self.alert = WantedAlert()
        for number in range(waiting):
            self.ask(PEOPLE[number % 2], 7, agreed=number > 0)
        type(self).steps -= 1  # the look at this is no step

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run(work)

    def counted(self, work: Coroutine[Any, Any, Any]) -> bool:
        """Whether a decision counted."""
        try:
            self.do(work)
        except DecisionRefused:
            return False
        return True

    @precondition(lambda self: len(self.wanted) < MOST)
    @rule(who=st.sampled_from(PEOPLE[:2]), days=st.sampled_from((7, 7, 9)), agreed=st.booleans())
    def ask(self, who: str, days: int, agreed: bool) -> None:
        """Ask for a key; if *agreed*, somebody else says yes at once."""
        number = len(self.wanted) + 1
        plan = KeyPlan(f"k{number}", "p1", "acme", ("usage:read",), timedelta(days=days))
        asked = Asked("create-key", plan, Principal(who), "C1", "")
        self.do(self.asking.open(f"d{number}", asked))
        [(request_id,)] = self.database.rows("SELECT id FROM approval_requests WHERE plan_digest = ?", plan.digest)
        wanted = self.wanted[request_id] = Wanted(who, 2 if days > 8 else 1)
        if agreed:
            other = next(one for one in APPROVERS if one != who)
            approved = self.do(self.approvals.standing(request_id))
            assert self.counted(self.approvals.approve(approved, Principal(other, frozenset({"approvers"}))))
            wanted.vote(other, may=True, yes=True)

    def request(self, number: int) -> tuple[Wanted, ApprovalRequest]:
        request_id = list(self.wanted)[number % len(self.wanted)]
        return self.wanted[request_id], self.do(self.approvals.standing(request_id))

    @precondition(lambda self: self.wanted)
    @rule(number=st.integers(0, MOST - 1), who=st.sampled_from(PEOPLE), yes=st.sampled_from((True,) * 5 + (False,)))
    def vote(self, number: int, who: str, yes: bool) -> None:
        wanted, request = self.request(number)
        by = Principal(who, frozenset({"approvers"} if who in APPROVERS else ()))
        voted = self.approvals.approve(request, by) if yes else self.approvals.deny(request, by, "no")
        assert self.counted(voted) == wanted.vote(who, may=who in APPROVERS, yes=yes)

    @precondition(lambda self: self.wanted)
    @rule(number=st.integers(0, MOST - 1), who=st.sampled_from(PEOPLE[:2]), first=st.sampled_from(PEOPLE[:3]))
    def vote_on_what_was_read_before(self, number: int, who: str, first: str) -> None:
        """Two decide at once: the second one's yes is about a request that has moved on."""
        wanted, request = self.request(number)
        for one in (first, who):
            by = Principal(one, frozenset({"approvers"}))
            assert self.counted(self.approvals.approve(request, by)) == wanted.vote(one, may=True, yes=True)

    @precondition(lambda self: self.wanted)
    @rule(number=st.integers(0, MOST - 1), own=st.sampled_from((True, False, False, False)))
    def cancel(self, number: int, own: bool) -> None:
        wanted, request = self.request(number)
        who = wanted.asker if own else PEOPLE[2]
        assert self.counted(self.approvals.cancel(request, Principal(who))) == wanted.cancel(who)

    @precondition(lambda self: self.wanted)
    @rule(
        number=st.integers(0, MOST - 1),
        own=st.sampled_from((True, True, True, True, False)),
        made=st.sampled_from(MADE),
        shown=st.sampled_from(SHOWN),
    )
    def reveal(self, number: int, own: bool, made: str, shown: str) -> None:
        wanted, request = self.request(number)
        who = wanted.asker if own else PEOPLE[2]
        self.deepgram.next, self.windows.next = made, shown
        self.do(self.issuer.reveal(request, Principal(who), "T1"))
        wanted.reveal(who, made, shown)

    @precondition(lambda self: self.wanted)
    @rule(number=st.integers(0, MOST - 1), own=st.sampled_from((True, True, False)))
    def revoke(self, number: int, own: bool) -> None:
        wanted, request = self.request(number)
        who = wanted.asker if own else PEOPLE[2]
        self.do(self.endings.revoke(request, Principal(who)))
        wanted.revoke(who)

    @rule()
    def a_few_minutes_pass(self) -> None:
        self.clock.moment += timedelta(minutes=3)
        self.do(self.issuer.doubt.recover())
        self.do(self.issuer.doubt.sweep())
        for wanted in self.wanted.values():
            wanted.settle()

    @precondition(lambda self: len(self.wanted) == MOST)
    @rule(idle=st.sampled_from((False, False, False, True)))
    def a_day_passes(self, idle: bool) -> None:
        if not idle:
            return self.a_few_minutes_pass()
        self.clock.moment += timedelta(hours=25)
        self.do(self.rounds.expire_overdue())
        for wanted in self.wanted.values():
            wanted.expire()
        return None

    @rule(dollars=st.one_of(st.none(), st.integers(40, 60)))
    def measure(self, dollars: int | None) -> None:
        self.clock.moment += timedelta(minutes=5)
        self.balance = dollars
        self.do(self.monitor.run_due())
        self.alert.measured(dollars)

    @invariant()
    def both_say_the_same(self) -> None:
        type(self).steps += 1
        stand = self.database.rows("SELECT id, state, attempt FROM approval_requests")
        assert {row[0]: row[1:] for row in stand} == {
            request_id: (wanted.state, wanted.attempt) for request_id, wanted in self.wanted.items()
        }
        assert len(self.deepgram.keys) == sum(wanted.live for wanted in self.wanted.values())
        phases = {row[0] for row in self.database.rows("SELECT phase FROM alert_instances WHERE severity != ''")}
        assert bool(phases) == self.alert.is_open
        closings = "SELECT count(*) FROM alert_history WHERE act = 'edit' AND why = 'resolved'"
        assert self.database.rows(closings) == [(self.alert.closed,)]

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()

    async def _measure(self, *_: object) -> Sample:
        if self.balance is None:
            raise CannotMeasure("Deepgram does not say.")
        return Sample(Decimal(self.balance), "usd")

    async def _context(self, _: str) -> Any:
        return SampleContext(Project("p1", "acme"), cast(AsyncManageClient, self.deepgram), self.clock)


def _nothing(*_: object) -> None:
    return None
