"""What follows the message of an incident: in its thread, or elsewhere when it escalates."""

from __future__ import annotations

from dataclasses import replace

from dgbot.domain.alerting.mentions import read_calls
from dgbot.domain.alerting.telling import LOUD, Post, Why
from dgbot.domain.replies import Mention, Part, Piece, Reply, Text
from dgbot.services.alerting.telling import Telling

_UNEXPLAINED = frozenset({Why.EASED, Why.REOPENED, Why.FLAPPING})
"""What needs no word on what is to be done."""


def follow(telling: Telling, post: Post) -> Reply:
    """Return what *post* says; it stands alone on a phone, so it names what it is about, and its rule among others."""
    fires = telling.state.fires
    said = _still(telling, post.why) if fires else _over(telling, post.why)
    subject = f"{telling.subject} ({telling.rule.name})" if telling.told.under else telling.subject
    details = [one for one in telling.detail if isinstance(one, str)]
    if fires:
        details = details[:1] if post.act in LOUD and post.why not in _UNEXPLAINED else []
    parts: list[Part] = [Text(one) for one in details]
    if post.broken:
        parts.insert(
            0, Text((Mention(post.broken), ": it is worse than what you put aside; nobody looks after it now."))
        )
    return Reply(f"{telling.mark if fires else '🟢'} {subject}: {said}", tuple(parts))


def calling(reply: Reply, mention: str) -> Reply:
    """Return *reply* so that it calls whom *mention* names; as it is for an empty one."""
    if not mention:
        return reply
    calls: list[Piece] = [piece for call in read_calls(mention) for piece in (call, " ")]
    if reply.parts:
        return replace(reply, parts=(Text(tuple(calls[:-1])), *reply.parts))
    said = (reply.headline,) if isinstance(reply.headline, str) else reply.headline
    return replace(reply, headline=(*calls, *said))


def _still(telling: Telling, why: Why) -> str:
    now, beyond = telling.beyond
    match why:
        case Why.WORSE:
            return f"now {now}, {beyond}."
        case Why.EASED:
            return f"better: {now}, still {beyond}."
        case Why.FIRED | Why.REOPENED:
            return f"again: {now}, {beyond}."
        case Why.FLAPPING:
            return f"again {now}, {beyond}. It {_flaps(telling)}"
        case Why.ACK_OVER:
            return f"still {now}, {beyond}; nobody looks after it any more."
        case Why.SNOOZE_OVER:
            return f"still {now}, {beyond}; the snooze is over."
        case Why.ESCALATION:
            return f"still {now}, {beyond}, for {telling.stands}; nobody looks after it."
        case _:
            return f"still {now}, {beyond}, for {telling.stands}."


def _over(telling: Telling, why: Why) -> str:
    worst, now = telling.amount(telling.incident.worst), telling.amount(telling.state.value)
    over = f"recovered after {telling.lasted}, {now}; was {worst} at worst."
    return f"{over} It {_flaps(telling)}" if why is Why.FLAPPING else over


def _flaps(telling: Telling) -> str:
    return (
        f"went back and forth: {len(telling.told.flips)} changes in a day. Until it is calmer, its message is "
        "edited, and only what is critical is said. A larger distance between firing and recovery would calm it."
    )
