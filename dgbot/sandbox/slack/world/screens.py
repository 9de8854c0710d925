"""What lies open before each person: a stack of modals, and the bot's Home tab."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from dgbot.sandbox.slack.world.changes import Changes
from dgbot.sandbox.slack.world.contents import View


class Screens(Changes):
    """The modals of each person, the one on top last, and the Homes."""

    def __init__(self, now: Callable[[], datetime], *, rng: random.Random, on_change: Callable[[], None]) -> None:
        super().__init__(now, rng=rng, on_change=on_change)
        self.modals: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def open_modal(self, user_id: str, content: Mapping[str, Any], *, push: bool = False) -> View:
        """Show a modal to a person: on top of the open ones, or instead of them."""
        below = self.modals.get(user_id, []) if push else []
        view = self._new_view(user_id, content, below=below)
        self.modals[user_id] = [*below, view]
        self._on_change()
        return view

    def publish_home(self, user_id: str, content: Mapping[str, Any]) -> View:
        """Show *content* as the person's Home tab."""
        shown = self.homes.get(user_id)
        view = self._new_view(user_id, content, below=())
        if shown is not None:
            view = replace(view, view_id=shown.view_id, root_id=shown.view_id)
        self.homes[user_id] = view
        self._on_change()
        return view

    def update_view(self, view: View, content: Mapping[str, Any]) -> View:
        """Put new content in the place of a view's old one; what was filled in stays where its block stays."""
        named = {**content, "blocks": list(self._named(content.get("blocks", ())))}
        kept = {block["block_id"] for block in named["blocks"]}
        return self._replace_view(
            replace(
                view,
                content=named,
                hash=self._new_hash(),
                state={block_id: values for block_id, values in view.state.items() if block_id in kept},
                errors={},
                changed=self._change(),
            )
        )

    def fill(self, view: View, state: Mapping[str, Mapping[str, Any]], errors: Mapping[str, str] | None = None) -> View:
        """Keep what a person filled in, and the errors shown beside it (block_id -> sentence)."""
        return self._replace_view(replace(view, state=state, errors=errors or {}, changed=self._change()))

    def close_modals(self, user_id: str, *, above: View | None = None) -> None:
        """Close *above* and what lies on top of it; without it, every modal of the person."""
        stack = self.modals.get(user_id, [])
        ids = [view.view_id for view in stack]
        cut = ids.index(above.view_id) if above is not None and above.view_id in ids else 0
        if above is not None and above.view_id not in ids:
            return
        self.modals[user_id] = stack[:cut]
        self._change()
        self._on_change()

    def open_modal_of(self, user_id: str) -> View | None:
        """Return the modal on top of a person's screen."""
        stack = self.modals.get(user_id)
        return stack[-1] if stack else None

    def view(self, view_id: str) -> View | None:
        """Return an open modal or a Home by its id."""
        return next((view for view in self._views() if view.view_id == view_id), None)

    def view_called(self, external_id: str) -> View | None:
        """Return an open modal or a Home by the external_id the bot gave it."""
        return next((view for view in self._views() if view.content.get("external_id") == external_id), None)

    def views_for(self, user_id: str) -> list[View]:
        """Return the open modal (the one on top) and the Home of a person."""
        return [view for view in (self.open_modal_of(user_id), self.homes.get(user_id)) if view]

    def _views(self) -> list[View]:
        return [view for stack in self.modals.values() for view in stack] + list(self.homes.values())

    def _new_view(self, user_id: str, content: Mapping[str, Any], *, below: Sequence[View]) -> View:
        view_id = self.new_id("V0")
        return View(
            view_id=view_id,
            user_id=user_id,
            content={**content, "blocks": list(self._named(content.get("blocks", ())))},
            hash=self._new_hash(),
            root_id=below[0].view_id if below else view_id,
            previous_id=below[-1].view_id if below else None,
            changed=self._change(),
        )

    def _replace_view(self, view: View) -> View:
        if view.content.get("type") == "home":
            self.homes[view.user_id] = view
        else:
            stack = self.modals.get(view.user_id, [])
            self.modals[view.user_id] = [view if v.view_id == view.view_id else v for v in stack]
        self._on_change()
        return view
