"""Menus whose options the bot names while a person types: the question, the answer, and what was offered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dgbot.blockkit import check_blocks
from dgbot.sandbox.slack.edge.delivery import Delivery
from dgbot.sandbox.slack.edge.payloads import in_message, in_view, interaction
from dgbot.sandbox.slack.world.contents import Message, User, View
from dgbot.sandbox.slack.world.elements import EXTERNAL, Element, NoSuchThing, elements_of, every_block, options_of
from dgbot.sandbox.slack.world.workspace import Workspace

LEAST_TYPED = 3
"""Characters from which Slack asks, where the bot does not say (``min_query_length``)."""
MOST_REMEMBERED = 500


class Suggestions:
    """What one person was offered in each menu, so that it can be chosen."""

    def __init__(self, user: User, workspace: Workspace, delivery: Delivery) -> None:
        self._user, self._workspace, self._delivery = user, workspace, delivery
        self._offered: dict[tuple[str, str, str], dict[str, Mapping[str, Any]]] = {}

    async def ask(self, place: Message | View, block_id: str, action_id: str, typed: str) -> dict[str, Any]:
        """Ask the bot what fits *typed*; return its ``options`` or its ``option_groups``, as Slack would take them.

        NoSuchThing if there is no such menu, if too little was typed, or if the answer is late or is none.
        """
        element = _menu(place, block_id, action_id)
        asked_from = element.get("min_query_length")
        least = asked_from if isinstance(asked_from, int) else LEAST_TYPED
        if len(typed) < least:
            raise NoSuchThing(f"Type {least} character{'s' * (least != 1)} or more to see what can be chosen.")
        if isinstance(place, View):
            where = in_view(place)
        else:
            where = in_message(place, self._workspace.channels[place.channel_id])
        asked = {"action_id": action_id, "block_id": block_id, "value": typed}
        payload = interaction("block_suggestion", self._user) | where | asked
        delivered = await self._delivery.send("interactive", payload)
        if not delivered.acked:
            raise NoSuchThing(f"The bot did not say what can be chosen ({delivered.status}).")
        answer = _checked(delivered.body)
        self._remember(place, block_id, action_id, answer)
        return answer

    def offered(self, place: Message | View, block_id: str, action_id: str) -> Mapping[str, Mapping[str, Any]]:
        """Return the options that this person was offered there, by their value."""
        return self._offered.get((_name(place), block_id, action_id), {})

    def _remember(self, place: Message | View, block_id: str, action_id: str, answer: Mapping[str, Any]) -> None:
        known = self._offered.setdefault((_name(place), block_id, action_id), {})
        for option in options_of(answer):
            known.pop(option["value"], None)
            known[option["value"]] = option
        for value in [*known][:-MOST_REMEMBERED]:
            del known[value]


def _menu(place: Message | View, block_id: str, action_id: str) -> Element:
    for block in every_block(place.blocks):
        for element in elements_of(block) if block.get("block_id") == block_id else ():
            if element.get("action_id") == action_id and element.get("type") in EXTERNAL:
                return element
    raise NoSuchThing("This menu is no longer there: the bot has changed it.")


def _checked(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the one list that *answer* has; an empty one says that nothing fits."""
    kinds = [kind for kind in ("options", "option_groups") if isinstance(answer.get(kind), list)]
    if len(kinds) != 1:
        raise NoSuchThing("The bot did not say what can be chosen: it answered with neither options nor option_groups.")
    listed = {kinds[0]: answer[kinds[0]]}
    if listed[kinds[0]]:
        menu = {"type": "actions", "elements": [{"type": "static_select", **listed}]}
        if problems := check_blocks([menu]):
            where = problems[0].pointer.removeprefix("/0/elements/0")
            raise NoSuchThing(f"Slack would not take what the bot offers: {where} {problems[0].message}.")
    return listed


def _name(place: Message | View) -> str:
    return place.view_id if isinstance(place, View) else f"{place.channel_id} {place.ts}"
