"""What the app may do and hears of, as its manifest asks for it, and which scope a method needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MANIFEST: Final = Path(__file__).parents[4] / "deploy" / "slack-manifest.socket.yaml"
PACKAGED: Final = frozenset({"commands", "chat:write", "im:write", "users:read", "usergroups:read"})
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
    return frozenset(_listed(manifest.read_text(), "bot:")) if manifest.exists() else PACKAGED


@dataclass
class App:
    """The app as it is installed: the *events* that it is told of, and whether it has a *home_tab*."""

    events: frozenset[str]
    home_tab: bool


def installed_app(manifest: Path = MANIFEST) -> App:
    """Return what *manifest* asks for; an installed package carries none, and its app asks for neither."""
    text = manifest.read_text() if manifest.exists() else ""
    return App(frozenset(_listed(text, "bot_events:")), "home_tab_enabled: true" in text)


def lacking(method: str, granted: frozenset[str]) -> str:
    """Return what Slack would call *needed* if *granted* does not open *method*, else ""."""
    needed = NEEDS.get(method, ())
    return ",".join(needed) if needed and granted.isdisjoint(needed) else ""


def _listed(manifest: str, heading: str) -> Iterator[str]:
    """Yield the items below *heading*; the manifests are ours and plain enough to need no YAML library."""
    inside = False
    for line in manifest.splitlines():
        word = line.partition("#")[0].strip()
        if inside and not word.startswith("- "):
            return
        if inside:
            yield word.removeprefix("- ").strip()
        inside = inside or word == heading
