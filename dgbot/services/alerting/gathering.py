"""What one rule has to say to one channel at once: more than a few alerts are one message, and its thread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from dgbot.domain.alerting.bulletins import MOST_ALONE, Bulletin
from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.mentions import MOST, read_calls, written
from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.alerting.telling import LOUD, Act
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.replies import Reply
from dgbot.services.alerting.bulletins import AlertLine, news, opening
from dgbot.services.alerting.following import calling
from dgbot.services.displaced import OF_ALERT
from dgbot.services.facts import facts_of


def is_loud(one: Evaluated) -> bool:
    """Whether saving *one* says something that is heard."""
    return any(entry.act in LOUD and not entry.because for entry in one.entries)


def gathered(saves: Sequence[Evaluated], rule: AlertRule, *, occasion: str, now: datetime) -> list[Evaluated]:
    """Return what saves the same, where more than a few of one *rule* are heard once in each channel.

    New alerts are told by a `Bulletin`, under which their messages stand; it is edited when they close. Of alerts that
    have a message, one message says that something is new, and their own threads say what. *occasion* names the moment
    for everybody who is at it: what they tell together is kept once.
    """
    together = [*saves]
    for channel_id, numbers in _crowds(saves, Act.OPEN).items():
        about = f"together:{rule.id}:{occasion}:{channel_id}"
        bulletin = Bulletin(about, channel_id, now, len(numbers), len(numbers), rule.name)
        reply = opening(bulletin, _lines(rule, saves, numbers, channel_id, Act.OPEN))
        summary = summary_of(bulletin, reply, [saves[number] for number in numbers])
        for number in numbers:
            together[number] = under(together[number], bulletin, summary)
    for act, what in ((Act.BROADCAST, "news"), (Act.ESCALATE, "escalation")):
        for channel_id, numbers in _crowds(saves, act).items():
            whys = {entry.why for number in numbers for entry in saves[number].entries if entry.act is act} - {None}
            reply = news(_lines(rule, saves, numbers, channel_id, act), {why for why in whys if why is not None})
            mention = _mentions([saves[number] for number in numbers], channel_id)
            key = f"{what}:{rule.id}:{occasion}:{channel_id}"
            word = Notice(key, NoticeKind.OPS, channel_id, facts_of(reply=calling(reply, mention)) | OF_ALERT, key)
            for number in numbers:
                together[number] = _instead(together[number], channel_id, act, word)
    return together


def summary_of(bulletin: Bulletin, reply: Reply, saves: Sequence[Evaluated]) -> Notice:
    """Return the notice of *bulletin*, which calls everybody whom the messages of *saves* would have called there."""
    facts = facts_of(reply=calling(reply, _mentions(saves, bulletin.channel_id))) | OF_ALERT
    return Notice(bulletin.about, NoticeKind.OPS, bulletin.channel_id, facts, about=bulletin.about)


def under(one: Evaluated, bulletin: Bulletin, summary: Notice) -> Evaluated:
    """Return *one* with its message in the thread of *summary*, where it is heard no second time."""
    told = replace(one.after.told, under=(*one.after.told.under, bulletin.about))
    notices = (summary, *(_threaded(one, notice, bulletin) for notice in one.notices))
    return replace(one, after=replace(one.after, told=told), notices=notices, bulletins=(*one.bulletins, bulletin))


def _crowds(saves: Sequence[Evaluated], act: Act) -> dict[str, list[int]]:
    """Return which of *saves* do that in each channel, where that is too many to be heard one by one."""
    found = defaultdict[str, list[int]](list)
    for number, one in enumerate(saves):
        for channel_id in dict.fromkeys(notice.target for notice in one.notices if _does(one, notice, act)):
            found[channel_id].append(number)
    return {channel: numbers for channel, numbers in found.items() if len(numbers) > MOST_ALONE}


def _does(one: Evaluated, notice: Notice, act: Act) -> bool:
    return notice.key in one.spoken and one.spoken[notice.key].act is act


def _lines(
    rule: AlertRule, saves: Sequence[Evaluated], numbers: Sequence[int], channel_id: str, act: Act
) -> list[AlertLine]:
    """Return each alert in a line: as its message there has it, or as what it says there does."""
    lines = list[AlertLine]()
    for one in (saves[number] for number in numbers):
        there = [notice for notice in one.notices if notice.target == channel_id and notice.key in one.spoken]
        cards = [notice for notice in there if notice.kind is NoticeKind.ALERT]
        shown = (cards or [notice for notice in there if _does(one, notice, act)])[0]
        excess = rule.ladder.excess(one.after.state.value if one.after.state else None)
        lines.append(AlertLine(one.after.severity, one.spoken[shown.key].reply.headline, excess))
    return lines


def _mentions(saves: Sequence[Evaluated], channel_id: str) -> str:
    """Return whom *saves* call there, each once."""
    there = (one.spoken.get(notice.key) for one in saves for notice in one.notices if notice.target == channel_id)
    calls = dict.fromkeys(call for said in there if said and said.mention for call in read_calls(said.mention))
    return written(tuple(calls)[:MOST])


def _threaded(one: Evaluated, notice: Notice, bulletin: Bulletin) -> Notice:
    if notice.target != bulletin.channel_id or notice.key not in one.spoken:
        return notice
    if notice.kind is NoticeKind.ALERT:
        return _uncalled(one, notice, under=bulletin.about)
    return _uncalled(one, notice, loud=False) if notice.kind is NoticeKind.EVENT else notice


def _instead(one: Evaluated, channel_id: str, act: Act, word: Notice) -> Evaluated:
    """Return *one* with *word* instead of what *act* says in that channel; its own thread says it, unheard.

    If its message is gone, so that editing it makes a new one, that stands in the thread of *word*.
    """
    notices = [word]
    for notice in one.notices:
        if notice.target != channel_id or not (_does(one, notice, act) or _does(one, notice, Act.EDIT)):
            notices.append(notice)
        elif notice.kind is NoticeKind.ALERT:
            notices.append(_uncalled(one, notice, under=word.about))
        elif notice.kind is NoticeKind.EVENT:
            notices.append(_uncalled(one, notice, loud=False, under=word.about))
    return replace(one, notices=tuple(notices))


def _uncalled(one: Evaluated, notice: Notice, **facts: object) -> Notice:
    """Return *notice* with these *facts*, calling nobody: one message calls them for all."""
    return replace(notice, facts={**notice.facts, **facts_of(reply=one.spoken[notice.key].reply), **facts})
