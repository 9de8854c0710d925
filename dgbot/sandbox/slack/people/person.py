"""What a person does in the local Slack, and what their screen shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dgbot.sandbox.slack.edge.delivery import UNSENT, Delivered
from dgbot.sandbox.slack.people.hands import Hands
from dgbot.sandbox.slack.people.typing_in import typed
from dgbot.sandbox.slack.screen.filling import filled, words_of
from dgbot.sandbox.slack.screen.forms import Field, inputs, presses, same_label
from dgbot.sandbox.slack.screen.rendering import message_text, view_text
from dgbot.sandbox.slack.world.contents import BOT, SLACKBOT, Channel, View
from dgbot.sandbox.slack.world.elements import EXTERNAL, NoSuchThing
from dgbot.sandbox.slack.world.shapes import state_values


class Person(Hands):
    """One member of the workspace, at their screen, who finds things by their words.

    Nothing they do raises for what the bot does wrong.
    """

    async def says(self, text: str, channel: str = "general") -> Delivered:
        """Type a line in *channel*, a name or an id (the bot's name is the DM with it); with a / it is a command.

        A message is an event, and another if it mentions the bot, for a bot that asked for them. NoSuchThing for a
        channel this person is not in, and for a message to a bot that can't be written to; commands are for scripts to
        type there all the same.
        """
        room = self._room(channel)
        words = typed(text, self._workspace.names())
        if text.startswith("/"):
            command, _, rest = words.partition(" ")
            known = self._interactions.installed.commands.get(command)
            if known is None:
                refusal = f"{command} is not a valid command."
                self._workspace.post(room.channel_id, SLACKBOT, refusal, only_for=self.user_id)
                return UNSENT
            rest = rest if known.should_escape else text.partition(" ")[2]
            return await self._interactions.command(self._user, room, command, rest.strip())
        if room.partner is not None and self._interactions.installed.messages_read_only:
            raise NoSuchThing(
                f"{self._workspace.bot_name} can't be written to: its manifest makes the messages with it read-only."
            )
        message = self._workspace.post(room.channel_id, self.user_id, words)
        said = {
            "user": self.user_id,
            "text": words,
            "ts": message.ts,
            "event_ts": message.ts,
            "channel": room.channel_id,
        }
        kind = "im" if room.partner is not None else "group" if room.is_private else "channel"
        delivered = await self._interactions.event({"type": "message", "channel_type": kind, **said})
        if f"<@{BOT}" not in words:
            return delivered
        return await self._interactions.event({"type": "app_mention", **said})

    async def clicks(self, label: str) -> Delivered:
        """Press the button, menu option, or end of a modal called *label*, and say yes to its confirm dialog.

        The open modal comes first, then the newest message, then Home; case and a trailing … do not matter.
        NoSuchThing names the labels that can be seen.
        """
        modal = self._workspace.open_modal_of(self.user_id)
        home = self._workspace.homes.get(self.user_id)
        seen = []
        if modal is not None:
            for press in presses(modal.blocks):
                if same_label(press.label, label):
                    return await self._interactions.press_in_view(self._user, modal, press)
                seen.append(press.label)
            close, submit = (_end(modal, end) for end in ("close", "submit"))
            if same_label(label, close) or same_label(label, "close"):
                return await self._interactions.close(self._user, modal)
            if same_label(label, submit):
                return await self.submits()
            seen += [close, submit]
        for message in reversed(self._workspace.messages_for(self.user_id)):
            for press in presses(message.blocks):
                if same_label(press.label, label):
                    return await self._interactions.press_in_message(self._user, message, press)
                seen.append(press.label)
        if home is not None:
            for press in presses(home.blocks):
                if same_label(press.label, label):
                    return await self._interactions.press_in_view(self._user, home, press)
                seen.append(press.label)
        shown = ", ".join(dict.fromkeys(seen)) or "no buttons"
        raise NoSuchThing(f"{self.name} sees no button {label!r}; on the screen: {shown}.")

    async def submits(self, fields: Mapping[str, str] | None = None) -> Delivered:
        """Fill in the open modal (label -> text, or an option's text; several between commas) and send it.

        NotAccepted if a field is wrong, for Slack or for the bot; NoSuchThing without a modal, field or option.
        """
        modal = self._workspace.open_modal_of(self.user_id)
        if modal is None:
            raise NoSuchThing(f"{self.name} has no modal open to submit.")
        state: dict[str, dict[str, Any]] = {block: dict(values) for block, values in state_values(modal).items()}
        questions = inputs(modal.blocks)
        for label, text in (fields or {}).items():
            question = next((one for one in questions if same_label(one.label, label)), None)
            if question is None:
                labels = ", ".join(one.label for one in questions) or "no fields"
                raise NoSuchThing(f"The modal has no field {label!r}; it has: {labels}.")
            value = await self._answer(modal, question, text)
            state.setdefault(question.block_id, {})[question.element.get("action_id", "")] = value
        return await self._send(modal, questions, state)

    async def opens_home(self) -> Delivered:
        """Look at the bot's Home tab, of which a bot is told that asked for it; NoSuchThing if it has no such tab."""
        if not self._interactions.installed.home_tab:
            raise NoSuchThing(f"{self._workspace.bot_name} has no Home tab: its manifest does not enable one.")
        event = {
            "type": "app_home_opened",
            "user": self.user_id,
            "channel": self._workspace.direct_channel(self.user_id).channel_id,
            "tab": "home",
            "event_ts": self._workspace.stamp(),
        }
        return await self._interactions.event(event)

    def sees(self, since: int = 0) -> list[str]:
        """Return what was created or edited on this screen after the mark *since*, as read, oldest change first."""
        names = self._workspace.names()
        changes = [(one.changed, message_text(one, names)) for one in self._workspace.messages_for(self.user_id)]
        changes += [(one.changed, view_text(one, names)) for one in self._workspace.views_for(self.user_id)]
        return [text for changed, text in sorted(changes) if changed > since]

    async def _answer(self, modal: View, question: Field, text: str) -> dict[str, Any]:
        """Return the value of one field; the options of an external menu are asked for first, as when typing."""
        block_id, action_id = question.block_id, question.element.get("action_id", "")
        if question.element.get("type") in EXTERNAL:
            for word in words_of(question.element, text):
                if word:
                    await self.looks_up(modal.view_id, block_id, action_id, word)
        offered = self._suggestions.offered(modal, block_id, action_id)
        return filled(question.element, text, self._workspace.names(), offered)

    def _room(self, name: str) -> Channel:
        bare = name.removeprefix("#").removeprefix("@")
        if bare == self._workspace.bot_name:
            return self._workspace.direct_channel(self.user_id)
        room = self._workspace.channels.get(name) or self._workspace.channel_named(bare)
        if room is None or self.user_id not in room.members:
            rooms = (one for one in self._workspace.channels.values() if self.user_id in one.members)
            names = ", ".join(f"#{one.name}" for one in rooms if one.partner is None)
            raise NoSuchThing(
                f"{self.name} is in no channel #{bare}; there are: {names}, and {self._workspace.bot_name}."
            )
        return room


def _end(modal: View, end: str) -> str:
    words = modal.content.get(end)
    return str(words["text"]) if words else {"close": "Cancel", "submit": "Submit"}[end]
