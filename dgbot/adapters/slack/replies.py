"""How the answer to a command or a click looks in Slack, and what every message is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dgbot.adapters.slack.blocks import (
    Block,
    actions,
    button,
    chart,
    confirmation,
    context,
    fields,
    header,
    menu,
    section,
    table,
)
from dgbot.adapters.slack.mrkdwn import mrkdwn, plain_text
from dgbot.domain.charts import Chart
from dgbot.domain.replies import RUN, Button, Buttons, Facts, Menu, Note, Part, Reply, Table, Text

Names = Mapping[str, str]
"""Display names by user id, for places where Slack takes no mentions."""

HEADLINE = 100
"""A longer headline is set as a paragraph, which wraps and can be read whole; so is one with people or moments in it,
for which a header has plain text alone."""

MOST = 50
"""Blocks in a message."""

IN_A_ROW = 25
"""Buttons in one block; the others go into the next."""

CHARTS = 2
"""Charts in a message."""

ROWS = 99
"""Rows of a table, its names not counted."""


@dataclass(frozen=True, slots=True)
class Message:
    """Blocks, and the one line that notifications and screen readers get.

    *modest* are the blocks for a Slack that knows no charts; empty where they are the same.
    """

    text: str
    blocks: list[Block]
    modest: list[Block] = field(default_factory=list[Block])


def reply(said: Reply, names: Names) -> Message:
    """Draw the answer to a command or a click; one line alone is set as a paragraph."""
    headline = plain_text(said.headline, names)
    short = len(headline) <= HEADLINE and bool(said.parts) and isinstance(said.headline, str)
    top = header(headline) if short else section(mrkdwn(said.headline))
    blocks = _fitting([top, *(block for part in said.parts for block in _part(part))])
    if not any(isinstance(part, Chart) for part in said.parts):
        return Message(headline, blocks)
    letters = (Note(part.in_letters()) if isinstance(part, Chart) else part for part in said.parts)
    return Message(headline, blocks, _fitting([top, *(block for part in letters for block in _part(part))]))


def _fitting(blocks: list[Block]) -> list[Block]:
    """Return *blocks* as far as one message holds them: one table, two charts, 50 blocks."""
    charts = [block for block in blocks if block["type"] == "data_visualization"]
    blocks = [block for block in blocks if block not in charts[CHARTS:]]
    tables = [block for block in blocks if block["type"] == "table"]
    blocks = [_as_paragraph(block) if block in tables[1:] else block for block in blocks]
    return blocks if len(blocks) <= MOST else [*blocks[: MOST - 1], context("There is more than one message holds.")]


def _as_paragraph(drawn: Block) -> Block:
    return section("\n".join(" · ".join(mrkdwn(cell["text"]) for cell in row) for row in drawn["rows"]))


def _part(part: Part) -> list[Block]:
    match part:
        case Text(line):
            return [section(mrkdwn(line))]
        case Note(line):
            return [context(mrkdwn(line))]
        case Facts(pairs):
            return fields([(mrkdwn(name), mrkdwn(line)) for name, line in pairs])
        case Table(columns, rows, more):
            left_out = more + max(0, len(rows) - ROWS)
            drawn = [table(columns, rows[:ROWS])]
            return [*drawn, context(f"and {left_out} more")] if left_out else drawn
        case Chart():
            return [chart(part)]
        case Buttons(buttons):
            drawn = [_button(one) for one in buttons]
            return [actions(*drawn[at : at + IN_A_ROW]) for at in range(0, len(drawn), IN_A_ROW)]


def _button(told: Button | Menu) -> Block:
    if isinstance(told, Menu):
        return menu(told.label, RUN, told.options)
    asks = told.confirm
    confirm = confirmation(asks.title, asks.text, asks.yes, asks.no, style=told.style or None) if asks else None
    return button(told.label, told.verb, told.value, style=told.style or None, confirm=confirm)
