"""What the matchers of a silence fit now; and why some of them never could, which is a slip of the pen."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Callable, Collection, Iterable, Sequence

from dgbot.domain.alerting.hushing import matched_labels
from dgbot.domain.alerting.labels import Labels, Matcher, fit
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.rules import AlertRule, Instance
from dgbot.domain.ports import AlertStore
from dgbot.plugin.alerts import Alert, Reach
from dgbot.plugin.context import Project
from dgbot.plugin.kind import quoted
from dgbot.services.projects import named

OWN = ("project", "kind", "rule", "severity")
"""Labels that every alert has."""

MOST_NAMED = 8
"""Names that an answer lists where none looks like what was typed."""

A_FEW = 20
"""Things after which everything else gets its turn; a pattern may take a few milliseconds for each."""

Watched = Sequence[tuple[AlertRule, Sequence[Instance]]]
"""Every rule, with what it watches."""


async def reach(
    store: AlertStore,
    matchers: tuple[Matcher, ...],
    *,
    own: Project,
    name_of: Callable[[str], str],
    kinds: Iterable[str],
    firing: Iterable[Alert],
) -> Reach:
    """Return what *matchers* fit among what is known, and among what is *firing*; *kinds* are those that rules may be.

    A matcher that no rule of today could ever fit is named in it.
    """
    watched = [(rule, await store.instances(rule.id)) for rule in await store.rules()]
    mine = ((rule, one) for rule, instances in watched if _concerns(rule, own) for one in instances)
    fits = known = 0
    for known, (rule, one) in enumerate(mine, start=1):
        project = named(one.labels, own, name_of)
        fits += fit(matchers, matched_labels(rule, one.labels, project=project, severity=one.severity))
        if known % A_FEW == 0:
            await asyncio.sleep(0)
    never = next((why for one in matchers if (why := _never(one, watched, kinds))), "")
    return Reach(fits, known, tuple(one for one in firing if fit(matchers, one.labels)), never)


def _concerns(rule: AlertRule, project: Project) -> bool:
    return rule.of_many or rule.project_id == project.id


def _never(matcher: Matcher, watched: Watched, kinds: Iterable[str]) -> str:
    """Say why nothing could ever fit *matcher*; empty if something may, and for all that is no plain equality."""
    if matcher.kind != "=" or not matcher.value:
        return ""
    rules = [rule for rule, _ in watched]
    known: dict[str, Collection[str]] = {
        "kind": {*kinds, *(rule.check for rule in rules)},
        "rule": {rule.name for rule in rules},
        "severity": [*Severity],
    }
    if matcher.label in known:
        return _unknown(f"no alert is of the {matcher.label}", matcher.value, known[matcher.label])
    if any(not instances for _, instances in watched):  # nobody knows yet what labels those will have
        return ""
    own = {label for rule, instances in watched for each in (rule.labels, *_labels(instances)) for label in each}
    return _unknown("no alert has the label", matcher.label, {*OWN, *own})


def _labels(instances: Sequence[Instance]) -> Iterable[Labels]:
    return (one.labels for one in instances)


def _unknown(what: str, typed: str, known: Collection[str]) -> str:
    if typed in known:
        return ""
    near = difflib.get_close_matches(typed, known, n=1)
    named = sorted(known) if not isinstance(known, list) else known
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    there = f"there are {', '.join(named[:MOST_NAMED])}{more}" if named else "there is none yet"
    return f"{what} {quoted(typed)}; {f'did you mean {near[0]}?' if near else f'{there}.'}"
