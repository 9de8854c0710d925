"""What ``dgbot alerts why`` prints."""

from __future__ import annotations

from datetime import tzinfo

import msgspec

from dgbot.adapters.storage.chronicle import Chronicle, UnknownIncident
from dgbot.services.alerting.chain import chain


def as_text(found: Chronicle, zone: tzinfo) -> str:
    """Return the chain as lines for people, in the times of *zone*."""
    name = found.rule.name if found.rule else "a rule that is gone"
    project = found.labels.get("project_id", "")
    lines = [f"Incident {found.incident_id} of {name}" + (f", about {project}" if project else "")]
    for link in chain(found.entries, found.before, found.rule):
        lines.append(f"{link.at.astimezone(zone):%Y-%m-%d %H:%M}  {' '.join(link.rows)}  {link.what}".rstrip())
        lines += [f"                  {one}" for one in link.said]
    return "\n".join(lines)


def as_object(found: Chronicle) -> str:
    """Return the chain as one JSON object."""
    links = [
        {
            "at": link.at,
            "rows": link.rows,
            "value": None if link.value is None else str(link.value),
            "what": link.what,
            "said": link.said,
        }
        for link in chain(found.entries, found.before, found.rule)
    ]
    rule = found.rule and {"id": found.rule.id, "name": found.rule.name, "channel": ", ".join(found.rule.channels)}
    told = {"incident": found.incident_id, "rule": rule, "labels": found.labels, "chain": links}
    return msgspec.json.encode(told).decode()


def not_found(asked: str, error: UnknownIncident, zone: tzinfo) -> str:
    """Return a sentence on which ids would fit."""
    listed = ", ".join(f"{one} ({at.astimezone(zone):%Y-%m-%d %H:%M})" for one, at in error.fitting)
    if error.several:
        return f"More than one incident begins with {asked!r}: {listed}."
    return f"There is no incident {asked!r}; " + (f"the latest are {listed}." if listed else "there was none yet.")
