"""What ``dgbot alerts why`` prints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

import msgspec

from dgbot.adapters.storage.chronicle import UnknownIncident
from dgbot.domain.alerting.chronicle import Chronicle
from dgbot.domain.replies import plain
from dgbot.plugin.alerts import Reason
from dgbot.services.alerting.chains import in_order, links, silences


def as_text(found: Chronicle, zone: tzinfo) -> str:
    """Return the chain as lines for people, in the times of *zone*, with silences that began or ended meanwhile."""
    name = found.rule.name if found.rule else "a rule that is gone"
    told = f"Incident {found.incident_id} of {name}" if found.incident_id else name
    lines = [f"{told}, about {found.project}" if found.project else told]
    incident = found.incident_id
    for one in in_order(found):
        time = f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}"
        if isinstance(one, Reason):
            lines.append(f"{time}  {plain(one.line)}")
            continue
        if not found.incident_id and one.incident_id not in {incident, ""}:
            incident = one.incident_id
            lines.append(f"incident {incident}")
        lines.append(f"{time}  {' '.join(one.rows)}  {plain(one.what)}".replace("    ", "  ").rstrip())
        lines += [f"                  {plain(line)}" for line in one.told]
    return "\n".join(lines)


def as_object(found: Chronicle) -> str:
    """Return the chain as one JSON object."""
    chain = [
        {
            "at": link.at,
            "incident": link.incident_id,
            "rows": link.rows,
            "value": None if link.value is None else str(link.value),
            "by": link.by,
            "what": plain(link.what),
            "told": [plain(line) for line in link.told],
        }
        for link in links(found)
    ]
    quiet = [
        {"id": one.id, "by": one.by, "because": one.comment, "begins": one.begins, "ends": ended or one.ends}
        for one, ended in silences(found)
    ]
    rule = found.rule and {"id": found.rule.id, "name": found.rule.name, "channel": ", ".join(found.rule.channels)}
    told = {
        "incident": found.incident_id,
        "rule": rule,
        "project": found.project,
        "labels": found.labels,
        "chain": chain,
        "silences": quiet,
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
