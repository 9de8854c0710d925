"""What a person does on the page, carried out by that person's hands in the local Slack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from dgbot.sandbox.slack import NotAccepted, Person
from dgbot.sandbox.slack.people.interactions import TROUBLE
from dgbot.sandbox.slack.world.elements import Given

LONGEST_TEXT = 12_000

Text = Annotated[str, Meta(min_length=1, max_length=LONGEST_TEXT)]
State = dict[str, dict[str, Given]]
"""block_id -> action_id -> what was typed, or the values of the options that were chosen."""


class Act(msgspec.Struct, frozen=True, kw_only=True, tag_field="act", forbid_unknown_fields=True):
    """Something that the person called *who* does."""

    who: str


class Says(Act, frozen=True, kw_only=True, tag="says"):
    """A line typed in a channel, named by its id; one that starts with / is a command."""

    channel: str
    text: Text


class Presses(Act, frozen=True, kw_only=True, tag="presses"):
    """A click on an element of a message or of a view, whose fields hold *state*.

    *selected* is what the element holds now: the value of an option, an id, a day, a text, or several of them.
    """

    block_id: str
    action_id: str
    selected: Given | None = None
    channel: str = ""
    ts: str = ""
    view_id: str = ""
    state: State = {}


class LooksUp(Act, frozen=True, kw_only=True, tag="looks_up"):
    """Something typed into a menu whose options the bot names, in a message or in a view."""

    block_id: str
    action_id: str
    typed: Annotated[str, Meta(max_length=LONGEST_TEXT)] = ""
    channel: str = ""
    ts: str = ""
    view_id: str = ""


class Submits(Act, frozen=True, kw_only=True, tag="submits"):
    """A modal is sent."""

    view_id: str
    state: State = {}


class Closes(Act, frozen=True, kw_only=True, tag="closes"):
    """A modal is closed."""

    view_id: str


class OpensHome(Act, frozen=True, kw_only=True, tag="opens_home"):
    """The bot's Home tab is looked at."""


AnyAct = Says | Presses | LooksUp | Submits | Closes | OpensHome


Said = str | Mapping[str, Any] | None
"""What comes of an act: why it was refused, what was looked up, or nothing that must be said."""


async def carry_out(act: AnyAct, people: Mapping[str, Person]) -> Said:
    """Do it, and return what the person must be told; None if all is well, or the channel already says it.

    What was looked up is an object: the bot's ``options`` or ``option_groups``.

    Raises NoSuchThing for what is not on that person's screen.
    """
    person = people.get(act.who)
    if person is None:
        return f"There is nobody called {act.who!r} here."
    match act:
        case Says():
            await person.says(act.text, act.channel)
        case Presses(view_id=""):
            await person.presses_in_message(act.channel, act.ts, act.block_id, act.action_id, act.selected, act.state)
        case Presses():
            delivered = await person.presses_in_view(act.view_id, act.block_id, act.action_id, act.selected, act.state)
            return None if delivered.acked else TROUBLE
        case LooksUp():
            place = act.view_id or (act.channel, act.ts)
            return await person.looks_up(place, act.block_id, act.action_id, act.typed)
        case Submits():
            try:
                delivered = await person.submits_view(act.view_id, act.state)
            except NotAccepted as refusal:
                return str(refusal)
            return None if delivered.acked else TROUBLE
        case Closes():
            await person.closes(act.view_id)
        case OpensHome():
            await person.opens_home()
    return None
