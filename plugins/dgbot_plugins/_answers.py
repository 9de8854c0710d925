"""Answers to one alert, or to all that some labels fit: forty that fire together are answered at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from dgbot import (
    Alert,
    AwakeAlready,
    Buttons,
    Context,
    Kind,
    Matcher,
    NoSuchAlert,
    Note,
    NothingFires,
    Part,
    Reply,
    SeenAlready,
    Text,
    UsageError,
    run_button,
    typed_word,
)
from dgbot_plugins._ids import alert_meant
from dgbot_plugins._lists import left_out
from dgbot_plugins._matchers import read_matcher

MOST = 10
"""Alerts that the answer names."""


def read_alerts(text: str) -> str | Matcher:
    """Return an id, or a condition on the labels of all that are meant; raises Unfit."""
    return read_matcher(text) if "=" in text else text.lower()


AlertWord = Annotated[
    str | Matcher, Kind("an alert's id, such as 7f3a09c1de, or labels, such as rule=low-balance", read_alerts, "id")
]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to each of many alerts: *says* counts those that took it, *had* those that had no need of it.

    *back* is the line that takes it back, and stands before the same words; empty if there is none.
    """

    give: Callable[[str], Awaitable[Alert]]
    says: str
    had: str
    back: str = ""


def one_alone(words: tuple[str | Matcher, ...]) -> str:
    """Return the id if *words* name one alert by it; empty if they mean several."""
    return words[0] if len(words) == 1 and isinstance(words[0], str) else ""


async def answer_all(ctx: Context, words: tuple[str | Matcher, ...], answer: Answer) -> Reply:
    """Say it to every alert that *words* mean; raises UsageError for words that can't mean any."""
    taken, had = list[Alert](), 0
    for alert_id in await _meant(ctx, words):
        try:
            taken.append(await answer.give(alert_id))
        except (SeenAlready, AwakeAlready):
            had += 1
        except (NothingFires, NoSuchAlert):
            pass  # it closed while the others were answered
    if not taken and not had:
        return Reply("Nothing fires that this fits; nothing was changed.", (Note("What fires now: /deepgram alerts"),))
    parts: list[Part] = [Text(one.headline) for one in taken[:MOST]]
    parts += left_out(taken, MOST)
    parts += [Note(f"{had} {answer.had}")] if had else []
    if answer.back and taken:
        again = " ".join(typed_word(str(word)) for word in words)
        parts.append(Buttons((run_button("Wake all", f"{answer.back} {again}"),)))
    alerts = "1 alert" if len(taken) == 1 else f"{len(taken)} alerts"
    return Reply(answer.says.format(alerts=alerts), tuple(parts))


async def _meant(ctx: Context, words: tuple[str | Matcher, ...]) -> list[str]:
    matchers = tuple(word for word in words if isinstance(word, Matcher))
    ids = [word for word in words if isinstance(word, str)]
    if not matchers:
        return list(dict.fromkeys([await alert_meant(ctx, one) for one in ids]))
    if ids:
        raise UsageError(f'alert: "{ids[0][:60]}" is an id, and the rest are labels; write the one or the other.')
    reach = await ctx.alerts.reach(matchers)
    if reach.never:
        raise UsageError(f"alert: {reach.never}")
    return [one.id for one in reach.firing]
