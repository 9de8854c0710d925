"""From what a person does to what the bot receives, and from its acknowledgement to what the person sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dgbot.blockkit import check_blocks, check_view
from dgbot.sandbox.slack.api.scopes import App
from dgbot.sandbox.slack.edge.delivery import UNSENT, Delivered, Delivery
from dgbot.sandbox.slack.edge.payloads import event_callback, in_message, in_view, interaction, slash_command
from dgbot.sandbox.slack.edge.tickets import ResponseUrls, Triggers
from dgbot.sandbox.slack.screen.forms import Press
from dgbot.sandbox.slack.world.contents import BOT, SLACKBOT, Channel, Message, User, View
from dgbot.sandbox.slack.world.elements import KEYS, State
from dgbot.sandbox.slack.world.shapes import message_state, state_values, view_json
from dgbot.sandbox.slack.world.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"


class NotAccepted(Exception):
    """A form was refused: *errors* says why, by block_id as Slack keeps them."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("The form was not accepted: " + " · ".join(errors.values()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Interactions:
    """What people can do to the bot; each returns when the bot has acknowledged, or failed to."""

    workspace: Workspace
    delivery: Delivery
    triggers: Triggers
    response_urls: ResponseUrls
    origin: Callable[[], str]
    installed: App

    async def command(self, user: User, channel: Channel, command: str, text: str) -> Delivered:
        """Deliver a slash command; what its acknowledgement says is shown."""
        payload = slash_command(
            user,
            channel,
            command,
            text,
            trigger_id=self.triggers.issue(user.user_id),
            response_url=self.origin() + self.response_urls.issue(user.user_id, channel.channel_id),
        )
        delivered = await self.delivery.send("slash_commands", payload)
        if not delivered.acked:
            self._whisper(user, channel.channel_id, f'{command} failed with the error "{_error(delivered)}"')
            return delivered
        said, blocks = str(delivered.body.get("text") or ""), delivered.body.get("blocks") or []
        if check_blocks(blocks):
            self._whisper(user, channel.channel_id, f'{command} failed with the error "invalid_blocks"')
        elif said or blocks:
            shared = delivered.body.get("response_type") == "in_channel"
            only_for = None if shared else user.user_id
            self.workspace.post(channel.channel_id, BOT, said, blocks, only_for=only_for)
        return delivered

    async def press_in_message(self, user: User, message: Message, press: Press) -> Delivered:
        """Deliver a click in a message; of an ephemeral one the bot learns no content, as with Slack."""
        state = message_state(message, self.workspace.choices(user.user_id, message))
        action = self._action(press, state)
        if _keep(state, press, action):
            self.workspace.choose(user.user_id, message, state)
        root = self.workspace.messages.get((message.channel_id, message.thread_ts or ""))
        url = self.origin() + self.response_urls.issue(user.user_id, message.channel_id, message)
        payload = interaction("block_actions", user) | {
            **in_message(message, self.workspace.channels[message.channel_id], root),
            "trigger_id": self.triggers.issue(user.user_id),
            "state": {"values": state},
            "response_url": url,
            "actions": [action],
        }
        return await self._interactive(user, message.channel_id, payload)

    async def press_in_view(self, user: User, view: View, press: Press) -> Delivered:
        """Deliver a click in a modal or in Home."""
        state = {block_id: dict(values) for block_id, values in state_values(view).items()}
        action = self._action(press, state)
        if _keep(state, press, action):
            view = self.workspace.fill(view, state, view.errors)
        payload = interaction("block_actions", user) | {
            **in_view(view),
            "trigger_id": self.triggers.issue(user.user_id),
            "state": {"values": state},
            "actions": [action],
        }
        return await self._interactive(user, None, payload)

    async def submit(self, user: User, view: View, state: State) -> Delivered:
        """Deliver a filled-in modal and do what the bot answers: close, update, push, clear.

        NotAccepted if it answers with errors; the modal then stays open and shows them.
        """
        view = self.workspace.fill(view, state)
        payload = interaction("view_submission", user) | {
            "trigger_id": self.triggers.issue(user.user_id),
            "view": view_json(view),
            "response_urls": [],
        }
        delivered = await self._interactive(user, None, payload)
        if delivered.acked:
            self._respond(user, view, delivered.body)
        return delivered

    async def close(self, user: User, view: View) -> Delivered:
        """Close a modal; the bot learns of it only if the view asked with ``notify_on_close``."""
        everything = bool(view.content.get("clear_on_close"))
        self.workspace.close_modals(user.user_id, above=None if everything else view)
        if not view.content.get("notify_on_close"):
            return UNSENT
        payload = interaction("view_closed", user) | {"view": view_json(view), "is_cleared": everything}
        return await self.delivery.send("interactive", payload)

    async def event(self, event: Mapping[str, Any]) -> Delivered:
        """Deliver an event, if the app is told of its type; *event* carries ``event_ts`` or ``ts``."""
        if event["type"] not in self.installed.events:
            return UNSENT
        stamp = str(event.get("event_ts", event.get("ts", "0")))
        payload = event_callback(event, event_id=self.workspace.new_id("Ev0"), at=int(float(stamp)))
        return await self.delivery.send("events_api", payload)

    async def _interactive(self, user: User, channel_id: str | None, payload: Mapping[str, Any]) -> Delivered:
        delivered = await self.delivery.send("interactive", payload)
        if not delivered.acked and channel_id is not None:
            self._whisper(user, channel_id, f'dgbot failed with the error "{_error(delivered)}"')
        elif not delivered.acked:
            self._whisper(user, self.workspace.direct_channel(user.user_id).channel_id, TROUBLE)
        return delivered

    def _respond(self, user: User, view: View, body: Mapping[str, Any]) -> None:
        action, content = body.get("response_action"), body.get("view")
        if action == "errors":
            errors = {str(block_id): str(error) for block_id, error in dict(body.get("errors") or {}).items()}
            shown = self.workspace.view(view.view_id)
            if shown is not None:
                self.workspace.fill(shown, shown.state, errors)
            raise NotAccepted(errors)
        if action in ("update", "push"):
            shown = self.workspace.view(view.view_id)
            if shown is None or not isinstance(content, Mapping) or check_view(dict(content)):
                self._whisper(user, self.workspace.direct_channel(user.user_id).channel_id, TROUBLE)
            elif action == "update":
                self.workspace.update_view(shown, content)
            else:
                self.workspace.open_modal(user.user_id, content, push=True)
        else:
            self.workspace.close_modals(user.user_id, above=None if action == "clear" else view)

    def _action(self, press: Press, state: State) -> dict[str, Any]:
        element = press.element
        kept = {key: value for key, value in element.items() if key in _TOLD or key.startswith("initial_")}
        held = state.get(press.block_id, {}).get(str(element.get("action_id")))
        ids = {"type": element["type"], "block_id": press.block_id}
        return ids | kept | press.carries(held) | {"action_ts": self.workspace.stamp()}

    def _whisper(self, user: User, channel_id: str, text: str) -> None:
        self.workspace.post(channel_id, SLACKBOT, text, only_for=user.user_id)


_TOLD = frozenset({"action_id", "text", "value", "url", "style", "icon", "confirm", "placeholder"})
"""What an action says of its element, beside what was preset and what is chosen now."""


def _keep(state: dict[str, dict[str, Any]], press: Press, action: Mapping[str, Any]) -> bool:
    """Write a choice into *state*; buttons and overflow menus have none."""
    key = KEYS.get(str(press.element.get("type")), "")
    values = state.get(press.block_id, {}).get(str(action.get("action_id")))
    if values is None or key not in action:
        return False
    values[key] = action[key]
    return True


def _error(delivered: Delivered) -> str:
    return "operation_timeout" if delivered.status == "timeout" else "dispatch_failed"
