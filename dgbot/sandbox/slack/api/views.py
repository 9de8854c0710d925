"""The ``views.*`` methods and ``blocks.validate``: modals, the Home tab, and whether Slack would take them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dgbot.blockkit import Problem, check_blocks, check_view
from dgbot.sandbox.slack.api.scopes import App
from dgbot.sandbox.slack.edge.arguments import Arguments, Method, Refused, pointed
from dgbot.sandbox.slack.edge.tickets import Triggers
from dgbot.sandbox.slack.world.shapes import view_json
from dgbot.sandbox.slack.world.workspace import View, Workspace

DEEPEST_STACK = 3


@dataclass(frozen=True, slots=True)
class ViewMethods:
    """The methods over one workspace and the trigger ids that were handed out, for the *installed* app."""

    workspace: Workspace
    triggers: Triggers
    installed: App

    def all(self) -> Mapping[str, Method]:
        """Return the methods by their Slack name."""
        return {
            "views.open": self.open,
            "views.push": self.push,
            "views.update": self.update,
            "views.publish": self.publish,
            "blocks.validate": self.validate,
        }

    def open(self, given: Arguments) -> dict[str, Any]:
        """Show a modal to whoever caused the trigger."""
        content = self._content(given, "modal")
        return {"view": view_json(self.workspace.open_modal(self._triggered(given), content))}

    def push(self, given: Arguments) -> dict[str, Any]:
        """Lay a modal on top of the open one; at most three lie on each other."""
        content = self._content(given, "modal")
        user_id = self._triggered(given)
        stack = self.workspace.modals.get(user_id, [])
        if not stack:
            raise Refused("not_found")
        if len(stack) >= DEEPEST_STACK:
            raise Refused("push_limit_reached")
        return {"view": view_json(self.workspace.open_modal(user_id, content, push=True))}

    def update(self, given: Arguments) -> dict[str, Any]:
        """Replace an open view, found by its id or external_id; a stale *hash* is refused."""
        view = self._shown(given)
        if given.text("hash") not in ("", view.hash):
            raise Refused("hash_conflict")
        content = self._content(given, str(view.content["type"]), but=view)
        return {"view": view_json(self.workspace.update_view(view, content))}

    def publish(self, given: Arguments) -> dict[str, Any]:
        """Set a person's Home tab; ``not_enabled`` for an app whose manifest has none."""
        if not self.installed.home_tab:
            raise Refused("not_enabled")
        user_id = given.needed("user_id")
        if user_id not in self.workspace.users:
            raise Refused("user_not_found")
        shown = self.workspace.homes.get(user_id)
        if shown is not None and given.text("hash") not in ("", shown.hash):
            raise Refused("hash_conflict")
        content = self._content(given, "home", but=shown)
        return {"view": view_json(self.workspace.publish_home(user_id, content))}

    def validate(self, given: Arguments) -> dict[str, Any]:
        """Say what Slack would refuse in blocks, a view or a message, without showing it to anybody."""
        blocks = given.parsed("blocks", list, "invalid_arguments")
        view = given.parsed("view", dict, "invalid_arguments")
        message = given.parsed("message", dict, "invalid_arguments")
        if sum(one is not None for one in (blocks, view, message)) != 1:
            raise Refused("invalid_arguments")
        if view is not None:
            problems, root, error = check_view(view), "/view", "invalid_view"
        elif message is not None:
            problems, root, error = check_blocks(message.get("blocks", [])), "/message/blocks", "invalid_message"
        else:
            problems, root, error = check_blocks(blocks), "/blocks", "invalid_blocks"
        if problems:
            raise Refused(error, errors=[_error(problem, root) for problem in problems])
        return {"errors": []}

    def _triggered(self, given: Arguments) -> str:
        user_id, error = self.triggers.exchange(given.needed("trigger_id"))
        if error:
            raise Refused(error)
        return user_id

    def _shown(self, given: Arguments) -> View:
        external_id = given.text("external_id")
        view = self.workspace.view_called(external_id) if external_id else self.workspace.view(given.needed("view_id"))
        if view is None:
            raise Refused("not_found")
        return view

    def _content(self, given: Arguments, kind: str, *, but: View | None = None) -> dict[str, Any]:
        content: dict[str, Any] | None = given.parsed("view", dict, "invalid_arguments")
        if content is None:
            given.needed("view")
            raise Refused("invalid_arguments")
        refusal = refusal_of(self.workspace, content, kind, but=but)
        if refusal is not None:
            raise refusal
        return content


def refusal_of(workspace: Workspace, content: object, kind: str, *, but: View | None = None) -> Refused | None:
    """Return why *content* can't be shown as a view of that *kind*, in the place of *but* if it is named."""
    problems = check_view(content)
    if not problems and isinstance(content, dict) and content["type"] != kind:
        problems = [Problem("/type", f"must be {kind}, not {content['type']}")]
    if problems or not isinstance(content, dict):
        return Refused("invalid_arguments", **pointed(problems, "/view"))
    namesake = workspace.view_called(content["external_id"]) if content.get("external_id") else None
    taken = namesake is not None and (but is None or namesake.view_id != but.view_id)
    return Refused("duplicate_external_id") if taken else None


def _error(problem: Problem, root: str) -> dict[str, str]:
    return {"pointer": root + problem.pointer, "code": "failed_constraint", "message": problem.message}
