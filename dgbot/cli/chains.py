"""What ``dgbot alerts why`` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

import msgspec

from dgbot.adapters.storage.chronicle import Chronicle, UnknownIncident
from dgbot.domain.alerting.hushing import Silence, matched_labels
from dgbot.domain.alerting.labels import fit
from dgbot.domain.replies import plain
from dgbot.services.alerting.reasons import Link, chain, leading


def as_text(found: Chronicle, zone: tzinfo) -> str:
    """Return the chain as lines for people, in the times of *zone*, with silences that began or ended meanwhile."""
    name = found.rule.name if found.rule else "a rule that is gone"
    told = f"Incident {found.incident_id} of {name}" if found.incident_id else name
    lines = [f"{told}, about {found.project}" if found.project else told]
    incident = found.incident_id
    for at, one in _in_order(found):
        time = f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
        if isinstance(one, str):
            lines.append(f"{time}  {one}")
            continue
        if not found.incident_id and one.incident_id not in {incident, ""}:
            incident = one.incident_id
            lines.append(f"incident {incident}")
        lines.append(f"{time}  {' '.join(one.rows)}  {plain(one.what)}".replace("    ", "  ").rstrip())
        lines += [f"                  {plain(line)}" for line in one.told]
    return "\n".join(lines)


def as_object(found: Chronicle) -> str:
    """Return the chain as one JSON object."""
    links = [
        {
            "at": link.at,
            "incident": link.incident_id,
            "rows": link.rows,
            "value": None if link.value is None else str(link.value),
            "by": link.by,
            "what": plain(link.what),
            "told": [plain(line) for line in link.told],
        }
        for link in _links(found)
    ]
    silences = [
        {"id": one.id, "by": one.by, "because": one.comment, "begins": one.begins, "ends": ended or one.ends}
        for one, ended in _about_it(found)
    ]
    rule = found.rule and {"id": found.rule.id, "name": found.rule.name, "channel": ", ".join(found.rule.channels)}
    told = {
        "incident": found.incident_id,
        "rule": rule,
        "project": found.project,
        "labels": found.labels,
        "chain": links,
        "silences": silences,
    }
    return msgspec.json.encode(told).decode()


def not_found(asked: str, error: UnknownIncident, zone: tzinfo) -> str:
    """Return a sentence on which ids would fit."""
    if error.things and not error.several:
        rule, _, which = asked.partition("/")
        return f"{rule} watches nothing called {which!r}; ask for one: {_some(error.things)}."
    if error.things:
        return f"{asked} watches several things; ask for one: {_some(error.things)}."
    listed = ", ".join(f"{one} ({at.astimezone(zone):%Y-%m-%d %H:%M})" for one, at in error.fitting)
    if error.several:
        return f"More than one incident begins with {asked!r}: {listed}."
    fits = f"the latest are {listed}." if listed else "there was none yet."
    return f"There is no incident {asked!r}, and nothing that a rule of that name has watched; {fits}"


def _some(names: Sequence[str], most: int = 10) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _links(found: Chronicle) -> Iterator[Link]:
    unit = found.rule.unit if found.rule else ""
    return chain([*leading(found.before), *found.entries], unit=unit)


def _in_order(found: Chronicle) -> list[tuple[datetime, Link | str]]:
    """Return the links, and sentences on silences, by time."""
    told = list[tuple[datetime, Link | str]]()
    last = found.entries[-1].at if found.entries else None
    for one, ended in _about_it(found):
        matchers = " ".join(map(str, one.matchers))
        told.append((one.begins, f"silence {one.id} by @{one.by}: {matchers} ({one.comment})"))
        if last is not None and (over := ended or one.ends) <= last:
            told.append((over, f"silence {one.id} {'was ended' if ended else 'is over'}"))
    told += [(link.at, link) for link in _links(found)]
    return sorted(told, key=lambda one: one[0])


def _about_it(found: Chronicle) -> Iterator[tuple[Silence, datetime | None]]:
    """Yield the silences that kept something of it back, or could have."""
    named = {entry.because for entry in found.entries}
    for one, ended in found.silences:
        fits = f"silence:{one.id}" in named
        if found.rule is not None and found.labels:
            rule, severities = found.rule, [level.severity for level in found.rule.ladder.levels]
            labels = (matched_labels(rule, found.labels, project=found.project, severity=s) for s in severities)
            fits = fits or any(fit(one.matchers, each) for each in labels)
        if fits:
            yield one, ended
