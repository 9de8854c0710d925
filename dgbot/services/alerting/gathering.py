"""What one rule has to say to one channel at once: more than a few alerts are one message, and its thread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from dgbot.domain.alerting.bulletins import MOST_ALONE, Bulletin
from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.history import Entry
from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.alerting.telling import LOUD, Act
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.services.alerting.bulletins import AlertLine, news, opening
from dgbot.services.facts import facts_of, reply_of


def is_loud(one: Evaluated) -> bool:
    """Whether saving *one* says something that is heard."""
    return any(entry.act in LOUD and not entry.because for entry in one.entries)


def gathered(saves: Sequence[Evaluated], rule: AlertRule, *, occasion: str, now: datetime) -> list[Evaluated]:
    """Return what saves the same, where more than a few of one *rule* are heard once in each channel.

    New alerts are told by a `Bulletin`, under which their messages stand; it is edited when they close. Of alerts that
    have a message, one message says that something is new, and their own threads say what. *occasion* names the moment
    for everybody who is at it: what they tell together is kept once.
    """
    opens, follows, escalates = (_by_channel(saves, act) for act in (Act.OPEN, Act.BROADCAST, Act.ESCALATE))
    together = [*saves]
    for channel_id, numbers in opens.items():
        about = f"together:{rule.id}:{occasion}:{channel_id}"
        _open(together, numbers, Bulletin(about, channel_id, now, len(numbers), len(numbers), rule.name))
    for channel_id, numbers in follows.items():
        _follow(together, numbers, channel_id, f"news:{rule.id}:{occasion}:{channel_id}", Act.BROADCAST)
    for channel_id, numbers in escalates.items():
        _follow(together, numbers, channel_id, f"escalation:{rule.id}:{occasion}:{channel_id}", Act.ESCALATE)
    return together


def under(one: Evaluated, bulletin: Bulletin, summary: Notice) -> Evaluated:
    """Return *one* with its message in the thread of *summary*, where it is heard no second time."""
    told = one.after.told
    after = replace(one.after, told=replace(told, under=(*told.under, bulletin.about)))
    notices = (summary, *(_threaded(notice, bulletin) for notice in one.notices))
    return replace(one, after=after, notices=notices, bulletin=bulletin)


def _open(saves: list[Evaluated], numbers: Sequence[int], bulletin: Bulletin) -> None:
    told = [_told(saves[number]) for number in numbers]
    reply = opening(bulletin, told)
    summary = Notice(bulletin.about, NoticeKind.OPS, bulletin.channel_id, facts_of(reply=reply), about=bulletin.about)
    for number in numbers:
        saves[number] = under(saves[number], bulletin, summary)


def _follow(
    saves: list[Evaluated],
    numbers: Sequence[int],
    channel_id: str,
    key: str,
    act: Act,
) -> None:
    """Let one message say what *act* would have said of each of *numbers*."""
    whys = {entry.why for number in numbers for entry in _said(saves[number], act) if entry.why is not None}
    reply = news([_told(saves[number]) for number in numbers], whys)
    instead = _quiet if act is Act.BROADCAST else _left_out
    word = Notice(key, NoticeKind.OPS, channel_id, facts_of(reply=reply))
    for number in numbers:
        kept = [said for notice in saves[number].notices if (said := instead(notice, channel_id))]
        saves[number] = replace(saves[number], notices=(word, *kept))


def _by_channel(saves: Sequence[Evaluated], act: Act) -> dict[str, list[int]]:
    """Return which of *saves* do that in each channel, where that is too many to be heard one by one."""
    kinds = {Act.OPEN: NoticeKind.ALERT, Act.BROADCAST: NoticeKind.EVENT, Act.ESCALATE: NoticeKind.OPS}
    found = defaultdict[str, list[int]](list)
    for number, one in enumerate(saves):
        if _said(one, act):
            target = next((notice.target for notice in one.notices if notice.kind is kinds[act]), "")
            found[target].append(number)
    return {channel: numbers for channel, numbers in found.items() if channel and len(numbers) > MOST_ALONE}


def _said(one: Evaluated, act: Act) -> list[Entry]:
    return [entry for entry in one.entries if entry.act is act and not entry.because]


def _told(one: Evaluated) -> AlertLine:
    """Return the alert in a line, as its own message says it."""
    spoken = [notice for notice in one.notices if notice.kind in {NoticeKind.ALERT, NoticeKind.EVENT, NoticeKind.OPS}]
    own = next((notice for notice in spoken if notice.kind is NoticeKind.ALERT), spoken[0])
    return AlertLine(one.after.severity, reply_of(own.facts).headline)


def _threaded(notice: Notice, bulletin: Bulletin) -> Notice:
    if notice.kind is NoticeKind.ALERT:
        return replace(notice, facts={**notice.facts, "under": bulletin.about})
    return _quiet(notice, bulletin.channel_id)


def _quiet(notice: Notice, channel_id: str) -> Notice:
    """Return *notice* as it is seen and not heard in that channel."""
    follows = notice.kind is NoticeKind.EVENT and notice.target == channel_id
    return replace(notice, facts={**notice.facts, "loud": False}) if follows else notice


def _left_out(notice: Notice, channel_id: str) -> Notice | None:
    """Return *notice*, unless it is what one message of that channel says for several."""
    return None if notice.kind is NoticeKind.OPS and notice.target == channel_id else notice
