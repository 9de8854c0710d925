"""Everything that one bot consists of, put together and at rest."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from slack_bolt.async_app import AsyncApp

from dgbot.adapters.slack.listeners import bolt_app
from dgbot.app.declared import adopt_rules
from dgbot.app.ground import Ground
from dgbot.app.speaking import speaking
from dgbot.app.watching import Watching
from dgbot.domain.deliveries import Delivery
from dgbot.domain.identity import Principal
from dgbot.plugin.check import SampleContext
from dgbot.plugin.context import Context
from dgbot.services.approvals.approved import ApprovedCommands
from dgbot.services.approvals.asking import Asking
from dgbot.services.approvals.decisions import Approvals
from dgbot.services.approvals.quotas import Quotas
from dgbot.services.approvals.requests import PersonalRequests
from dgbot.services.approvals.rounds import ApprovalRounds
from dgbot.services.approvals.steps import ApprovalSteps
from dgbot.services.clicks import Clicks
from dgbot.services.digests.gathering import Gathering
from dgbot.services.digests.personal import PersonalDigests
from dgbot.services.digests.rounds import Digests
from dgbot.services.dispatcher import Dispatcher
from dgbot.services.giving_up import GivingUp
from dgbot.services.inbox import Inbox
from dgbot.services.keys.endings import KeyEndings
from dgbot.services.keys.issuer import KeyIssuer
from dgbot.services.keys.owners import KeyOwners
from dgbot.services.keys.project import ProjectKeys
from dgbot.services.keys.reconciliation import Reconciliation
from dgbot.services.keys.reviews import KeyReviews
from dgbot.services.keys.steps import KeySteps
from dgbot.services.outbox import Outbox
from dgbot.services.people import People
from dgbot.services.project_names import ProjectNames
from dgbot.services.projects import Projects
from dgbot.services.reception import Reception
from dgbot.services.rights import Rights
from dgbot.services.rounds import Rounds

DRAIN_SECONDS = 10.0


class Parts:
    """One bot's services, joined; nothing runs before somebody enters `working`.

    *new_nonce* makes what a key is marked with.
    """

    def __init__(self, ground: Ground, *, new_nonce: Callable[[], str] = lambda: secrets.token_hex(16)) -> None:
        settings, store, clock, client = ground.settings, ground.store, ground.clock, ground.client
        self.ground = ground
        self.projects = Projects(ground.deepgram, settings.deepgram.project, monotonic=ground.monotonic)
        outside = speaking(ground)
        self.directory, panes = outside.directory, outside.panes
        self.outbox = Outbox(store, outside.notifier, clock)
        policy = settings.approvals.policy
        steps = self._steps = ApprovalSteps(store, clock, wake_outbox=self.outbox.wake, work_on=self._work_on)
        self.asking = Asking(steps, policy, Quotas(steps, policy, self.directory), new_nonce=new_nonce)
        self.people = People(self.directory, settings.policy)
        self.approvals = Approvals(steps, policy, self.people)
        watching = self._watching = Watching(
            ground,
            self.projects,
            self.directory,
            context_of=self._sample_context,
            wake_outbox=self.outbox.wake,
        )
        self.monitor, self.rulebook, self.wakening = watching.monitor, watching.rulebook, watching.wakening
        self.outbox.given_up += [self.approvals.not_announced, watching.elsewhere.not_delivered]
        key_steps = KeySteps(
            store,
            ground.deepgram,
            clock,
            wake_outbox=self.outbox.wake,
            ops_channel_id=settings.alerts.channel,
        )
        self.issuer = KeyIssuer(key_steps, panes)
        self.endings = KeyEndings(key_steps, panes)
        self.rights = Rights(ground.plugins.commands, settings.policy)
        self.dispatcher = Dispatcher(ground.plugins.commands, self.rights, self.asking, clock, context=self.context)
        approved = ApprovedCommands(store, steps, self.rights, self.dispatcher)
        self.reception = Reception(
            store,
            self.dispatcher,
            Clicks(self.approvals, self.rights, self.issuer, self.endings, panes, clock),
            approved,
            panes,
            self.people,
            clock,
        )
        self.inbox = Inbox(
            store,
            self.reception.work,
            clock,
            give_up=GivingUp(approved, clock, ops_channel_id=settings.alerts.channel).end,
            send_now=self.outbox.send_now,
            wake_outbox=self.outbox.wake,
        )
        reconciling = settings.reconciliation
        owners = KeyOwners(self.directory, clock)
        self._reviews = KeyReviews(store, ground.deepgram, owners, clock, old_after=reconciling.old_after)
        self.reconciliation = Reconciliation(
            store,
            self._reviews,
            self.endings,
            self.projects,
            clock,
            every=reconciling.every,
            channel_id=reconciling.channel or settings.alerts.channel,
            wake_outbox=self.outbox.wake,
        )
        self._gathering = Gathering(ground.deepgram, store, clock, review=self._reviews.review, firing=watching.firing)
        self.digests = Digests(store, self._gathering, self.projects, clock, wake_outbox=self.outbox.wake)
        waits = ApprovalRounds(steps, policy)
        self.rounds = Rounds(
            clock,
            {
                "expire": waits.expire_overdue,
                "remind": waits.remind,
                "recover": self.issuer.doubt.recover,
                "sweep": self.issuer.doubt.sweep,
                "monitor": self.monitor.run_due,
                "wake": self.wakening.run_due,
                "bulletins": watching.bulletins.run_due,
                "names": ProjectNames(self.projects, store).run_due,
                "take over": self.inbox.take_over,
                "prune": lambda: store.prune(clock.now(), history_for=ground.settings.alerts.history_for),
                **({"reconcile": self.reconciliation.run_due} if reconciling.enabled else {}),
                "digest": self.digests.run_due,
            },
            after=watching.watchdog.after if watching.watchdog else None,
        )
        self.bolt: AsyncApp = bolt_app(
            client,
            identity=ground.identity,
            receive=self.inbox.receive,
            commands=ground.plugins.commands,
            clock=clock,
        )

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Take up what an earlier process left, and send; on the way out finish what is in hand."""
        await adopt_rules(self)
        self.outbox.start()
        try:
            await self.inbox.resume()
            yield
        finally:
            await self.inbox.drain(DRAIN_SECONDS)
            await self.outbox.stop()

    async def tick(self) -> None:
        """Do what the time of day asks for."""
        await self.rounds.make()
        self.outbox.wake()

    async def context(self, principal: Principal, channel_id: str) -> Context:
        """Return what a command of *principal* in that channel works with."""
        ground, project = self.ground, await self.projects.project()
        requests = PersonalRequests(self._steps, self.approvals.policy, self.directory, principal)
        keys = ProjectKeys(self._reviews, project.id)
        digests = PersonalDigests(
            ground.store, self._gathering, self.directory, ground.clock, project=project, principal=principal
        )
        return Context(
            principal,
            channel_id,
            project,
            ground.deepgram,
            self._watching.rules(project, principal),
            ground.clock,
            requests,
            keys,
            self._watching.alerts(project, principal),
            digests,
            lambda permission: ground.settings.policy.allows(principal, permission),
        )

    def _work_on(self, delivery: Delivery) -> None:
        self.inbox.begin(delivery)

    async def _sample_context(self, project_id: str) -> SampleContext:
        project = await self.projects.of(project_id)
        return SampleContext(project, self.ground.deepgram, self.ground.clock, self.ground.store.readings)
