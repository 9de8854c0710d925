"""Which keys deserve a look: what lives at Deepgram, compared with what the bot granted."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SETTLES = timedelta(minutes=10)
"""A key that was made, or a grant that changed, more recently than this is left alone: lists lag behind."""

POWERFUL = frozenset(
    {
        *("owner", "admin", "keys:write", "billing:write", "project:write:settings", "project:write:destroy"),
        *(f"{who}s:{what}" for who in ("member", "admin", "owner") for what in ("write", "write:scopes")),
        *(f"{who}s:{what}" for who in ("member", "admin", "owner") for what in ("write:invites", "write:kick")),
    }
)
"""What lets a key make keys, change who is in, spend, or end the project.

Not the role *member*: the console gives it to ordinary keys, and Deepgram documents it in part only.
"""


class Concern(StrEnum):
    """Why a key deserves a look, the gravest first."""

    ORPHAN = "orphan"
    GONE = "gone"
    LEFT = "left"
    POWERFUL = "powerful"
    ENDLESS = "endless"
    OLD = "old"


class Mark(StrEnum):
    """What becomes of the bot's mark in a key's comment, once it is compared with the requests."""

    NONE = "none"
    GRANTED = "granted"
    OPEN = "open"
    ENDED = "ended"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    FORGED = "forged"


class Standing(StrEnum):
    """Whether a key's owner is in the workspace; *unknown* where nobody tells, which accuses nobody."""

    HERE = "here"
    LEFT = "left"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LivingKey:
    """A key as Deepgram has it, and whose it is.

    *ends_at* None means never, or, unless *end_told*, that nobody knows. *own* is the key that the bot works with.
    *approved* are the scopes that somebody else has said yes to.
    """

    id: str
    name: str
    scopes: tuple[str, ...]
    owner: str
    created_at: datetime | None
    ends_at: datetime | None
    end_told: bool = True
    owner_id: str = ""
    standing: Standing = Standing.UNKNOWN
    mark: Mark = Mark.NONE
    approved: tuple[str, ...] = ()
    own: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """A key that the bot delivered and nobody revoked through it; by *ends_at* it ends by itself."""

    key_id: str
    name: str
    owner: str
    touched_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """One key, one concern, and a clause about the key that says it in full."""

    concern: Concern
    key_id: str
    name: str
    owner: str
    told: str

    @property
    def identity(self) -> tuple[Concern, str, str]:
        """What makes it the same finding when it comes again, by whatever name its owner is shown then."""
        return self.concern, self.key_id, self.told


@dataclass(frozen=True, slots=True)
class KeyReview:
    """The keys of a project and what deserves a look; *unsure* could not be judged this time, *notes* say why.

    *holes* is a sentence if the list of keys can't be whole; *gone* are ids that requests name and Deepgram lacks.
    """

    keys: tuple[LivingKey, ...]
    findings: tuple[Finding, ...]
    unsure: frozenset[tuple[Concern, str]] = frozenset()
    notes: tuple[str, ...] = ()
    holes: str = ""
    gone: frozenset[str] = frozenset()


def reconcile(
    keys: Sequence[LivingKey],
    grants: Iterable[Grant],
    now: datetime,
    *,
    old_after: timedelta,
    absent: Collection[str] = (),
) -> KeyReview:
    """Compare the listed *keys* with the *grants*; of what no list shows, only ids in *absent* are surely gone."""
    findings = [finding for key in keys for finding in _of_key(key, now, old_after)]
    unsure = {(Concern.LEFT, key.id) for key in keys if key.standing is Standing.UNKNOWN}
    unsure |= {(Concern.ENDLESS, key.id) for key in keys if not key.end_told}
    listed = {key.id for key in keys}
    for grant in grants:
        if grant.key_id in listed or now >= grant.ends_at - SETTLES or now - grant.touched_at < SETTLES:
            continue
        if grant.key_id in absent:
            findings.append(Finding(Concern.GONE, grant.key_id, grant.name, grant.owner, _GONE))
        else:
            unsure.add((Concern.GONE, grant.key_id))
    order = list(Concern)
    findings.sort(key=lambda one: (order.index(one.concern), one.name, one.key_id))
    return KeyReview(tuple(keys), tuple(findings), frozenset(unsure))


def mark_in(comment: str | None) -> str | None:
    """Return the id of the request that a mark in *comment* names, "" if it names none; None without a mark."""
    text = (comment or "").rstrip()
    start = text.rfind("[dgbot:")
    if start < 0 or not text.endswith("]"):
        return None
    named = _MARK.fullmatch(text, start)
    return named[1] if named else ""


def worth_a_look(findings: Iterable[Finding]) -> str:
    """Return what deserves a look as a sentence, such as ``3 keys never expire, 1 belongs to somebody who left.``."""
    found = list(findings)
    counts = [(concern, sum(one.concern is concern for one in found)) for concern in Concern]
    told = [f"{count} {_COUNTED[concern][count > 1]}" for concern, count in counts if count]
    if told:
        number, _, rest = told[0].partition(" ")
        told[0] = f"{number} {'key' if number == '1' else 'keys'} {rest}"
    return f"{', '.join(told)}." if told else "Nothing deserves a look."


def _of_key(key: LivingKey, now: datetime, old_after: timedelta) -> Iterator[Finding]:
    if key.created_at is not None and now - key.created_at < SETTLES:
        return

    def found(concern: Concern, told: str) -> Finding:
        return Finding(concern, key.id, key.name, key.owner, told)

    if key.mark in _ORPHANED:
        yield found(Concern.ORPHAN, _ORPHANED[key.mark])
    if key.standing is Standing.LEFT:
        yield found(Concern.LEFT, _ASKER_LEFT if key.mark is Mark.GRANTED else _OWNER_LEFT)
    power = [scope for scope in key.scopes if scope in POWERFUL and scope not in key.approved]
    if power and not key.own:
        yield found(Concern.POWERFUL, f"may {', '.join(power)}")
    if key.ends_at is None and key.end_told and not key.own:
        yield found(Concern.ENDLESS, "never expires")
    if key.created_at is not None and now - key.created_at >= old_after:
        yield found(Concern.OLD, f"is older than {old_after.days} days")


_MARK = re.compile(r"\[dgbot:([^:\[\]]+):[0-9]+:[0-9a-f]+\]")
_GONE = "was granted, and is gone at Deepgram without having been revoked here"
_OWNER_LEFT = "its owner has no active account in this workspace"
_ASKER_LEFT = "whoever asked for it is no full member of this workspace any more"
_ORPHANED = {
    Mark.ENDED: "carries the bot's mark, but its request ended without this key",
    Mark.REVOKED: "was revoked here, and Deepgram still lists it",
    Mark.UNKNOWN: "carries the bot's mark, but no such request is known here",
    Mark.FORGED: "carries a mark that the bot did not write",
}
_COUNTED = {
    Concern.ORPHAN: ("belongs to no request", "belong to no request"),
    Concern.GONE: ("is gone at Deepgram", "are gone at Deepgram"),
    Concern.LEFT: ("belongs to somebody who left", "belong to people who left"),
    Concern.POWERFUL: ("may do more than most", "may do more than most"),
    Concern.ENDLESS: ("never expires", "never expire"),
    Concern.OLD: ("is old", "are old"),
}
