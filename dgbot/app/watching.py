"""The services that watch a bot's projects, joined."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from dgbot.adapters.heartbeat import HttpPing
from dgbot.app.ground import Ground
from dgbot.domain.identity import Principal
from dgbot.domain.ports import Directory
from dgbot.plugin.alerts import Alert
from dgbot.plugin.check import SampleContext
from dgbot.plugin.context import Project
from dgbot.services.alerting.bulletins import Bulletins
from dgbot.services.alerting.desk import AlertDesk, PersonalAlerts
from dgbot.services.alerting.elsewhere import Elsewhere
from dgbot.services.alerting.hushes import Hushes
from dgbot.services.alerting.measuring import Measuring
from dgbot.services.alerting.monitor import Monitor
from dgbot.services.alerting.project_rules import ProjectRules
from dgbot.services.alerting.rules import RuleBook
from dgbot.services.alerting.troubles import Troubles
from dgbot.services.alerting.wakening import Wakening
from dgbot.services.alerting.watchdog import Watchdog
from dgbot.services.projects import Projects


class Watching:
    """What keeps rules, evaluates them, and answers people about what fires.

    *context_of* returns what a measurement in a project of this id may use. What there is to say is in the store's
    outbox, and *wake_outbox* is called for it.
    """

    def __init__(
        self,
        ground: Ground,
        projects: Projects,
        directory: Directory,
        *,
        context_of: Callable[[str], Awaitable[SampleContext]],
        wake_outbox: Callable[[], None],
    ) -> None:
        store, clock, checks, alerts = ground.store, ground.clock, ground.plugins.checks, ground.settings.alerts
        self._ground = ground
        self.elsewhere = Elsewhere(store, clock, alerts.channel, wake_outbox=wake_outbox)
        self.monitor = Monitor(
            store,
            Measuring(checks, context_of),
            Hushes(store, checks, alerts.quiet_routes, puts_off=True),
            Troubles(store, alerts.channel),
            clock,
            wake_outbox=wake_outbox,
            projects=projects.all,
        )
        self.rulebook = RuleBook(store, clock, checks, wake_outbox=wake_outbox, name_of=projects.name_of)
        self.wakening = Wakening(
            store,
            checks,
            projects.project,
            clock,
            quiet=alerts.quiet_routes,
            name_of=projects.name_of,
            wake_outbox=wake_outbox,
        )
        self.bulletins = Bulletins(store, checks, projects.name_of, clock, wake_outbox=wake_outbox)
        self._desk = AlertDesk(
            store,
            clock,
            directory,
            checks,
            self.wakening,
            alerts.quiet_routes,
            name_of=projects.name_of,
            wake_outbox=wake_outbox,
        )
        url = alerts.heartbeat_url
        self.watchdog = Watchdog(HttpPing(url), every=alerts.heartbeat_every, sees=self.monitor.sees) if url else None

    def rules(self, project: Project, principal: Principal) -> ProjectRules:
        """Return the rules of *project* as *principal* may change them."""
        ground = self._ground
        return ProjectRules(
            self.rulebook,
            ground.store,
            ground.clock,
            project=project,
            principal=principal,
            every=ground.settings.alerts.every,
        )

    def alerts(self, project: Project, principal: Principal) -> PersonalAlerts:
        """Return what fires in all that the bot watches, as *principal* may answer it; *project* is its own."""
        return PersonalAlerts(self._desk, project=project, principal=principal)

    async def firing(self, project: Project) -> Sequence[Alert]:
        """Return what fires in all that the bot watches, as itself sees it; *project* is its own."""
        return await self.alerts(project, Principal("dgbot")).firing()
