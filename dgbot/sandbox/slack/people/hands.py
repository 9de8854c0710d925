"""What a person does with the very thing they point at: this message, this window, this field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dgbot.sandbox.slack.edge.delivery import Delivered
from dgbot.sandbox.slack.people.interactions import Interactions, NotAccepted
from dgbot.sandbox.slack.people.suggestions import Suggestions
from dgbot.sandbox.slack.screen.complaints import complaint
from dgbot.sandbox.slack.screen.filling import filled_by_id
from dgbot.sandbox.slack.screen.forms import Field, Press, inputs, press_of, told_at_once
from dgbot.sandbox.slack.world.contents import Message, User, View
from dgbot.sandbox.slack.world.elements import KEYS, Given, NoSuchThing, label_of
from dgbot.sandbox.slack.world.shapes import message_state, state_values
from dgbot.sandbox.slack.world.workspace import Workspace

Filled = Mapping[str, Mapping[str, Given]]
"""block_id -> action_id -> what a field holds."""


class Hands:
    """One person's hands, which are told where by ids; NoSuchThing for what is not, or no longer, on their screen."""

    def __init__(self, user: User, workspace: Workspace, interactions: Interactions) -> None:
        self.name, self.user_id = user.name, user.user_id
        self._user, self._workspace, self._interactions = user, workspace, interactions
        self._suggestions = Suggestions(user, workspace, interactions.delivery)

    async def presses_in_message(
        self,
        channel_id: str,
        ts: str,
        block_id: str,
        action_id: str,
        selected: Given | None = None,
        given: Filled | None = None,
    ) -> Delivered:
        """Press one element of one message, whose fields hold what is *given*.

        *selected* is what the element holds now: the value of an option, an id, a day, a text, or several of them.
        """
        message = self._message(channel_id, ts)
        press = self._press(message, block_id, action_id, selected)
        if given:
            self._workspace.choose(self.user_id, message, self._filled(message, given))
        return await self._interactions.press_in_message(self._user, message, press)

    async def presses_in_view(
        self,
        view_id: str,
        block_id: str,
        action_id: str,
        selected: Given | None = None,
        given: Filled | None = None,
    ) -> Delivered:
        """Press one element of the open modal or of Home, whose fields hold what is *given*."""
        view = self._view(view_id)
        press = self._press(view, block_id, action_id, selected)
        if given:
            view = self._workspace.fill(view, self._filled(view, given), view.errors)
        return await self._interactions.press_in_view(self._user, view, press)

    async def looks_up(self, place: tuple[str, str] | str, block_id: str, action_id: str, typed: str) -> dict[str, Any]:
        """Type into a menu whose options the bot names; return its ``options`` or its ``option_groups``.

        *place* is a message (channel id, ts), or the id of a view.
        """
        where = self._view(place) if isinstance(place, str) else self._message(*place)
        return await self._suggestions.ask(where, block_id, action_id, typed)

    async def submits_view(self, view_id: str, given: Filled) -> Delivered:
        """Send a modal whose fields hold what is *given*; NotAccepted if a field is wrong, for Slack or for the bot."""
        modal = self._top(view_id)
        return await self._send(modal, inputs(modal.blocks), self._filled(modal, given))

    async def closes(self, view_id: str) -> Delivered:
        """Close the modal on top; NoSuchThing if it is another one."""
        return await self._interactions.close(self._user, self._top(view_id))

    async def _send(self, modal: View, questions: list[Field], state: dict[str, dict[str, Any]]) -> Delivered:
        complaints = {
            one.block_id: wrong
            for one in questions
            if (wrong := complaint(one, state.get(one.block_id, {}).get(one.element.get("action_id", ""))))
        }
        if complaints:
            self._workspace.fill(modal, state, complaints)
            raise NotAccepted(complaints)
        return await self._interactions.submit(self._user, modal, state)

    def _top(self, view_id: str) -> View:
        modal = self._workspace.open_modal_of(self.user_id)
        if modal is None or modal.view_id != view_id:
            raise NoSuchThing("This window is no longer open.")
        return modal

    def _view(self, view_id: str) -> View:
        home = self._workspace.homes.get(self.user_id)
        return home if home is not None and home.view_id == view_id else self._top(view_id)

    def _message(self, channel_id: str, ts: str) -> Message:
        message = self._workspace.messages.get((channel_id, ts))
        if message is None or message not in self._workspace.messages_for(self.user_id):
            raise NoSuchThing("This message is no longer there.")
        return message

    def _press(self, place: Message | View, block_id: str, action_id: str, selected: Given | None) -> Press:
        element = told_at_once(place.blocks, block_id, action_id)
        if element is not None and selected is not None:
            value = self._value(place, block_id, action_id, selected)
            key = KEYS[value["type"]]
            return Press(label_of(element, "placeholder"), block_id, element, chosen={key: value[key]})
        return press_of(place.blocks, block_id, action_id, selected if isinstance(selected, str) else None)

    def _filled(self, place: Message | View, given: Filled) -> dict[str, dict[str, Any]]:
        state: dict[str, dict[str, Any]]
        if isinstance(place, View):
            state = {block: dict(values) for block, values in state_values(place).items()}
        else:
            state = message_state(place, self._workspace.choices(self.user_id, place))
        for block_id, values in given.items():
            for action_id, value in values.items():
                state.setdefault(block_id, {})[action_id] = self._value(place, block_id, action_id, value)
        return state

    def _value(self, place: Message | View, block_id: str, action_id: str, given: Given) -> dict[str, Any]:
        offered = self._suggestions.offered(place, block_id, action_id)
        return filled_by_id(place.blocks, block_id, action_id, given, self._ids(), offered)

    def _ids(self) -> dict[str, str]:
        """Return every person and conversation that this one can name, and how each is shown."""
        return self._workspace.names() | {
            self._workspace.direct_channel(self.user_id).channel_id: f"@{self._workspace.bot_name}'s DM"
        }
