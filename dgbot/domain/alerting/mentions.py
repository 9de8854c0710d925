"""Who is called when an alert is news: people and user groups as Slack writes them, and nothing that only looks so."""

from __future__ import annotations

import re

from dgbot.domain.replies import Call, Everyone, GroupMention, Mention

MOST, LONGEST = 5, 500

WOULD_FIT = "write a user group such as S0123ABCD, a person such as U0123ABCD, here, or channel"

_GAP = re.compile(r"[ ,\t\n]+(?![^<>]*>)")  # a label such as |@on call> may have blanks in it
_WORD = re.compile(
    r"<!subteam\^(?P<group>S[A-Z0-9]{2,})(?:\|[^<>|]*)?>|(?P<bare_group>S[A-Z0-9]{2,})"
    r"|<@(?P<person>[UW][A-Z0-9]{2,})(?:\|[^<>|]*)?>|(?P<bare_person>[UW][A-Z0-9]{2,})"
    r"|<!(?P<all>here|channel)(?:\|[^<>|]*)?>|@?(?P<bare_all>here|channel)"
)


class BadMention(ValueError):
    """A text that calls nobody; the message says what would fit."""


def read_calls(text: str) -> tuple[Call, ...]:
    """Return whom *text* calls, each once: ``<!subteam^S0123ABCD>`` or ``S0123ABCD``, ``<@U0123ABCD>``, ``here``.

    Several stand with blanks or commas between them. Raises BadMention.
    """
    calls = dict[Call, None]()
    for word in filter(None, _GAP.split(text[:LONGEST])):
        found = _WORD.fullmatch(word)
        if found is None:
            raise BadMention(f"{text[:80]!r} mentions nobody; {WOULD_FIT}")
        calls[_call(found)] = None
    if not calls:
        raise BadMention(f"{text[:80]!r} mentions nobody; {WOULD_FIT}")
    if len(calls) > MOST:
        raise BadMention(f"{text[:80]!r} mentions {len(calls)}; {MOST} fit, and a user group may have more people")
    return tuple(calls)


def written(calls: tuple[Call, ...]) -> str:
    """Return *calls* as one text that `read_calls` reads."""
    return " ".join(_written(one) for one in calls)


def _call(found: re.Match[str]) -> Call:
    if group := found["group"] or found["bare_group"]:
        return GroupMention(group)
    if person := found["person"] or found["bare_person"]:
        return Mention(person)
    return Everyone(absent_too=(found["all"] or found["bare_all"]) == "channel")


def _written(call: Call) -> str:
    match call:
        case Mention():
            return f"<@{call.user_id}>"
        case GroupMention():
            return f"<!subteam^{call.group_id}>"
        case Everyone():
            return "<!channel>" if call.absent_too else "<!here>"
