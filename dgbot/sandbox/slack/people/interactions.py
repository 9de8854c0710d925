"""From what a person does to what the bot receives, and from its acknowledgement to what the person sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dgbot.blockkit import check_blocks
from dgbot.sandbox.slack.api.scopes import App
from dgbot.sandbox.slack.api.views import DEEPEST_STACK, refusal_of
from dgbot.sandbox.slack.edge.arguments import LONGEST_TEXT
from dgbot.sandbox.slack.edge.delivery import UNSENT, Delivered, Delivery
from dgbot.sandbox.slack.edge.payloads import event_callback, in_message, in_view, interaction, slash_command
from dgbot.sandbox.slack.edge.tickets import ResponseUrls, Triggers
from dgbot.sandbox.slack.screen.forms import Press
from dgbot.sandbox.slack.world.contents import BOT, SLACKBOT, Channel, Message, User, View
from dgbot.sandbox.slack.world.elements import KEYS, State, every_block
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
        if check_blocks(blocks) or len(said) > LONGEST_TEXT:
            error = "msg_too_long" if len(said) > LONGEST_TEXT else "invalid_blocks"
            self._whisper(user, channel.channel_id, f'{command} failed with the error "{error}"')
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
        if _subscription(event) not in self.installed.events:
            return UNSENT
        stamp = str(event.get("event_ts", event.get("ts", "0")))
        payload = event_callback(event, event_id=self.workspace.new_id("Ev0"), at=int(float(stamp)))
        return await self.delivery.send("events_api", payload)

    async def _interactive(self, user: User, channel_id: str | None, payload: Mapping[str, Any]) -> Delivered:
        delivered = await self.delivery.send("interactive", payload)
        if not delivered.acked and channel_id is not None:
            self._whisper(user, channel_id, f'{self.workspace.bot_name} failed with the error "{_error(delivered)}"')
        elif not delivered.acked:
            self._trouble(user)
        return delivered

    def _respond(self, user: User, view: View, body: Mapping[str, Any]) -> None:
        shown = self.workspace.view(view.view_id)
        match body.get("response_action"):
            case None:
                self.workspace.close_modals(user.user_id, above=view)
            case "clear":
                self.workspace.close_modals(user.user_id)
            case "errors" if shown is not None and (errors := _errors(shown, body.get("errors"))):
                self.workspace.fill(shown, shown.state, errors)
                raise NotAccepted(errors)
            case "update" if shown is not None and not refusal_of(self.workspace, body.get("view"), "modal", but=shown):
                self.workspace.update_view(shown, body["view"])
            case "push" if shown is not None and not self._unpushable(user, body.get("view")):
                self.workspace.open_modal(user.user_id, body["view"], push=True)
            case _:
                self._trouble(user)

    def _unpushable(self, user: User, content: object) -> bool:
        deep = len(self.workspace.modals.get(user.user_id, ())) >= DEEPEST_STACK
        return deep or refusal_of(self.workspace, content, "modal") is not None

    def _action(self, press: Press, state: State) -> dict[str, Any]:
        element = press.element
        kept = {key: value for key, value in element.items() if key in _TOLD or key.startswith("initial_")}
        held = state.get(press.block_id, {}).get(str(element.get("action_id")))
        ids = {"type": element["type"], "block_id": press.block_id}
        return ids | kept | press.carries(held) | {"action_ts": self.workspace.stamp()}

    def _trouble(self, user: User) -> None:
        self._whisper(user, self.workspace.direct_channel(user.user_id).channel_id, TROUBLE)

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


def _errors(view: View, told: object) -> dict[str, str] | None:
    """Return what the bot finds wrong, if it says so in words, and of inputs that are there."""
    known = {block.get("block_id") for block in every_block(view.blocks) if block.get("type") == "input"}
    if not isinstance(told, Mapping) or not told:
        return None
    fit = all(block_id in known and isinstance(words, str) and words for block_id, words in told.items())
    return dict(told) if fit else None


def _error(delivered: Delivered) -> str:
    return "operation_timeout" if delivered.status == "timeout" else "dispatch_failed"


def _subscription(event: Mapping[str, Any]) -> str:
    """Return the name under which a manifest asks for *event*."""
    if event["type"] != "message":
        return str(event["type"])
    return {"im": "message.im", "group": "message.groups"}.get(event["channel_type"], "message.channels")
