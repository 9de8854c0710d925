"""The few Block Kit blocks that the bot speaks in, each cut to Slack's limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from dgbot.adapters.slack.mrkdwn import clean, cut, cut_marked
from dgbot.blockkit.limits import CHART_LABEL, CHART_PARTS, CHART_POINTS
from dgbot.domain.charts import Chart

Block = dict[str, Any]
Style = Literal["primary", "danger"]

LONGEST_HEADER = 150


def plain(text: str, limit: int) -> Block:
    """A plain_text object."""
    return {"type": "plain_text", "text": cut(clean(text) or " ", limit), "emoji": True}


def marked(text: str, limit: int = 3000) -> Block:
    """A mrkdwn object; *text* is escaped already."""
    return {"type": "mrkdwn", "text": cut_marked(text, limit) or " ", "verbatim": True}


def header(text: str) -> Block:
    """One headline."""
    return {"type": "header", "text": plain(text, LONGEST_HEADER)}


def section(text: str) -> Block:
    """One paragraph of mrkdwn."""
    return {"type": "section", "text": marked(text)}


def fields(pairs: Sequence[tuple[str, str]]) -> list[Block]:
    """Names and values in two columns, ten a block; both are escaped already."""
    drawn = [marked(f"*{name}*\n{value}", 2000) for name, value in pairs]
    return [{"type": "section", "fields": drawn[at : at + 10]} for at in range(0, len(drawn), 10)]


def context(text: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [marked(text)]}


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Block:
    """A table; at most one a message, of at most 100 rows and 20 columns."""
    cells = [[_cell(text) for text in row[:20] or ("",)] for row in (columns, *rows)]
    return {"type": "table", "rows": cells[:100]}


def chart(drawn: Chart) -> Block:
    """A chart of Slack's own; at most two a message, of at most 20 points and 6 series."""
    small = drawn.within(CHART_POINTS)
    labels = [cut(clean(label) or " ", CHART_LABEL) for label in small.points]
    labels = [
        label if labels.count(label) == 1 else cut(f"{n} {label}", CHART_LABEL) for n, label in enumerate(labels, 1)
    ]
    series = [
        {
            "name": cut(clean(one.name) or f"{number}", CHART_LABEL),
            "data": [{"label": label, "value": value} for label, value in zip(labels, one.values, strict=True)],
        }
        for number, one in enumerate(small.series[:CHART_PARTS], 1)
    ]
    return {
        "type": "data_visualization",
        "title": cut(clean(drawn.title) or " ", 50),
        "chart": {"type": drawn.kind, "series": series, "axis_config": {"categories": labels}},
    }


def button(
    label: str,
    verb: str,
    value: str,
    *,
    style: Style | None = None,
    confirm: Block | None = None,
) -> Block:
    """A button; *value* is an id and a digest, never anything that must not be read."""
    drawn: Block = {"type": "button", "text": plain(label, 75), "action_id": f"dg:{verb}", "value": value}
    return drawn | ({"style": style} if style else {}) | ({"confirm": confirm} if confirm else {})


def menu(label: str, verb: str, options: Sequence[tuple[str, str]]) -> Block:
    """A menu of labels and values; nothing is picked before somebody does."""
    drawn = [{"text": plain(shown, 75), "value": value} for shown, value in options]
    return {"type": "static_select", "placeholder": plain(label, 150), "options": drawn, "action_id": f"dg:{verb}"}


def confirmation(title: str, text: str, yes: str, no: str = "Keep it", *, style: Style | None = "danger") -> Block:
    """What a dangerous button asks first: *text* says what will be lost."""
    drawn: Block = {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
    }
    return drawn | ({"style": style} if style else {})


def actions(*buttons: Block) -> Block:
    """Buttons and menus in a row; an action id may stand there once, so the second one is numbered: ``dg:run#2``."""
    times: Counter[str] = Counter()
    elements = []
    for drawn in buttons:
        action_id = str(drawn["action_id"])
        times[action_id] += 1
        elements.append(drawn if times[action_id] == 1 else drawn | {"action_id": f"{action_id}#{times[action_id]}"})
    return {"type": "actions", "elements": elements}


def preformatted(text: str) -> Block:
    """Text to be copied as it is."""
    body = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [body]}


def modal(
    title: str, blocks: Sequence[Block], *, close: str, verb: str = "", submit: str = "", value: str = ""
) -> Block:
    """A modal; with *submit* it is a form whose answer carries *verb* and *value*."""
    view: Block = {
        "type": "modal",
        "title": plain(title, 24),
        "close": plain(close, 24),
        "blocks": list(blocks),
        "callback_id": f"dg:{verb}",
        "private_metadata": value,
    }
    return view | ({"submit": plain(submit, 24)} if submit else {})


def _cell(text: str) -> Block:
    return {"type": "raw_text", "text": clean(text) or " "}
