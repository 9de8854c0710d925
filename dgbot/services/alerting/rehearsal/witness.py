"""Sees every save of a rehearsal, and tells of it what the notices alone do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.hushing import Silence, matched_labels
from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.alerting.telling import Act, Told, Why
from dgbot.services.alerting.rehearsal.channels import Meant
from dgbot.services.alerting.rehearsal.performance import Standing, Unsaid


@dataclass
class Witness:
    """Keeps where everything stood, what was kept back, and what each notice is; *firing* is what was told of that.

    *name_of* tells how a project of an id is called.
    """

    rules: Mapping[str, AlertRule]
    name_of: Callable[[str], str] = str
    silences: Mapping[str, Silence] = field(default_factory=dict[str, Silence])
    meant: dict[str, Meant] = field(default_factory=dict[str, Meant])
    unsaid: list[Unsaid] = field(default_factory=list[Unsaid])
    standings: list[Standing] = field(default_factory=list[Standing])
    firing: dict[tuple[str, str], Told] = field(default_factory=dict[tuple[str, str], Told])

    def note(self, one: Evaluated) -> None:
        """Remember a save."""
        rule, after = self.rules[one.after.rule_id], one.after
        project = self.name_of(after.labels.get("project_id", ""))
        labels = matched_labels(rule, after.labels, project=project, severity=None)
        for notice in one.notices:
            if (told := _post_of(one, notice.key)) is not None:
                self.meant[notice.key] = Meant(*told, rule.name, labels)
        for line in one.entries:
            if line.act and line.because:
                why = line.why or Why.STANDING
                self.unsaid.append(Unsaid(line.at, line.act, why, rule.name, labels, self._named(line.because)))
        if after.state is None:
            return
        key, at = (after.rule_id, after.fingerprint), one.entries[0].at if one.entries else after.state.evaluated_at
        self.standings.append(
            Standing(at, rule.name, labels, None if one.forget else after.state.phase, after.severity)
        )
        self.firing.pop(key, None)
        if after.state.fires and not one.forget:
            self.firing[key] = after.told

    def _named(self, because: str) -> str:
        """Return why something was kept back with what a test knows: matchers and rules in the place of ids."""
        kind, _, what = because.partition(":")
        if kind == "silence" and what in self.silences:
            return f"{kind}:{' '.join(map(str, self.silences[what].matchers))}"
        if kind == "inhibited":
            return f"{kind}:{what.rpartition('/')[0]}"
        return because


def _post_of(one: Evaluated, key: str) -> tuple[Act, Why] | None:
    """Return how and why the notice with *key* is told, by the number of its post; None if it is of no post."""
    own = f"alert:{one.after.rule_id}:{one.after.fingerprint}:{one.after.told.anchor}:"
    if not key.startswith(own):
        return None
    said = [(line.act, line.why) for line in one.entries if line.act and line.why and not line.because]
    index = int(key.removeprefix(own).partition(":")[0]) - one.before.told.said - 1
    return said[index] if said else (Act.EDIT, Why.STANDING)
