"""What the app may do and hears of, as its manifest asks for it, and which scope a method needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dgbot.sandbox.slack.api.manifest import Manifest, SlashCommand, read_manifest

MANIFEST: Final = Path(__file__).parents[4] / "deploy" / "slack-manifest.socket.yaml"
PACKAGED: Final = frozenset({"commands", "chat:write", "im:write", "users:read", "users:read.email", "usergroups:read"})
OWN: Final = SlashCommand("/deepgram", should_escape=True)
CONVERSATIONS: Final = ("channels:read", "groups:read", "im:read", "mpim:read")  # one for each type; any opens the door
NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "chat.postMessage": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "conversations.open": ("im:write", "mpim:write"),
    "conversations.info": CONVERSATIONS,
    "conversations.list": CONVERSATIONS,
    "conversations.members": CONVERSATIONS,
    "files.getUploadURLExternal": ("files:write",),
    "files.completeUploadExternal": ("files:write",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "users.lookupByEmail": ("users:read.email",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.list": ("usergroups:read",),
}


def granted_scopes(manifest: Path = MANIFEST) -> frozenset[str]:
    """Return the bot scopes that *manifest* asks for; an installed package carries none and has them written down.

    A test holds both manifests and what is written down to the same scopes.
    """
    return read_manifest(manifest).scopes if manifest.exists() else PACKAGED


@dataclass
class App:
    """The app as it is installed.

    It is told of its *events*; it may have a *home_tab*; with *messages_read_only* nobody can write to it; *commands*
    are by their names, such as ``/deepgram``.
    """

    events: frozenset[str]
    home_tab: bool
    messages_read_only: bool
    commands: Mapping[str, SlashCommand]

    @classmethod
    def of(cls, manifest: Manifest) -> App:
        """Return the app that *manifest* asks for."""
        commands = {one.command: one for one in manifest.commands}
        return cls(manifest.events, manifest.home_tab, manifest.messages_read_only, commands)


def installed_app(manifest: Path = MANIFEST) -> App:
    """Return what *manifest* asks for; an installed package carries none, and has ours written down."""
    if manifest.exists():
        return App.of(read_manifest(manifest))
    return App(frozenset(), home_tab=False, messages_read_only=True, commands={OWN.command: OWN})


def lacking(method: str, granted: frozenset[str]) -> str:
    """Return what Slack would call *needed* if *granted* does not open *method*, else ""."""
    needed = NEEDS.get(method, ())
    return ",".join(needed) if needed and granted.isdisjoint(needed) else ""
