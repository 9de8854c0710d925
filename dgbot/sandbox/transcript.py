"""A played conversation as text: what was done, and beneath it what became visible where because of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dgbot.sandbox.slack.screen.rendering import message_text, view_text
from dgbot.sandbox.slack.world.workspace import Message, Workspace

_PRONOUNS = {"bob": "he"}


@dataclass(frozen=True, order=True)
class News:
    """One thing that became visible: its place among all changes, where it is, whose it is and what it says."""

    changed: int
    where: str
    author: str
    text: str


def news(workspace: Workspace, since: int) -> list[News]:
    """Return what was created or edited after the mark *since* and is still there, oldest change first.

    What people typed themselves is left out: the script's own line says it.
    """
    return sorted(one for one in (*_messages(workspace), *_views(workspace)) if one.changed > since)


def _messages(workspace: Workspace) -> Iterator[News]:
    names = workspace.names()
    for message in workspace.messages.values():
        author = workspace.users[message.author]
        if author.is_bot:
            said = f"{author.name} (edited)" if message.edited else author.name
            yield News(message.changed, _where(workspace, message), said, message_text(message, names))


def _views(workspace: Workspace) -> Iterator[News]:
    names = workspace.names()
    for user_id in workspace.users:
        modal, home = workspace.open_modal_of(user_id), workspace.homes.get(user_id)
        for view, kind in ((modal, "modal"), (home, "Home")):
            if view is not None:
                yield News(view.changed, _alone(workspace, user_id), kind, view_text(view, names))


def _where(workspace: Workspace, message: Message) -> str:
    channel = workspace.channels[message.channel_id]
    reader = message.only_for or channel.partner
    return f"#{channel.name}" if reader is None else _alone(workspace, reader)


def _alone(workspace: Workspace, user_id: str) -> str:
    name = workspace.users[user_id].name
    return f"{name} (only {_PRONOUNS.get(name, 'she')} sees it)"


def paragraph(item: News) -> str:
    """Return one news item as indented lines; lines after the first stand further in."""
    first, *more = item.text.split("\n")
    return "\n".join([f"  {item.where}  {item.author}: {first}", *(f"      {line}".rstrip() for line in more)])


def listing(texts: Sequence[str]) -> str:
    """Return *texts* as an indented list, or a word that there was nothing."""
    return "\n".join(f"    {text}".replace("\n", "\n      ") for text in texts) or "    (nothing new)"
