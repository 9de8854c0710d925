"""An app manifest: what an app is called, what it may do, which commands and events it gets."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from dgbot.sandbox.slack.api.outline import Unreadable, read_outline

LARGEST = 1024 * 1024


class ManifestError(Exception):
    """The manifest can't be used; the message is a sentence."""


class SlashCommand(Struct, frozen=True):
    """A command of the app; with *should_escape* it gets people and channels as ``<@U…>`` and ``<#C…>``."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the local Slack makes of a manifest; the rest of it is left alone."""

    name: str
    commands: tuple[SlashCommand, ...]
    scopes: frozenset[str]
    events: frozenset[str]
    home_tab: bool
    messages_read_only: bool


def read_manifest(path: Path) -> Manifest:
    """Read a manifest, JSON or as much YAML as ``read_outline`` does. Raises ManifestError."""
    try:
        if path.stat().st_size > LARGEST:
            raise ManifestError(f"{path} has more than {LARGEST // 1024} kB; a manifest is smaller.")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ManifestError(f"{path} can't be read: {why}.") from error
    try:
        written = msgspec.convert(_without_nothing(_tree(text)), _Manifest)
    except json.JSONDecodeError as error:
        raise ManifestError(f"{path} is no JSON: {error}.") from error
    except Unreadable as error:
        raise ManifestError(f"{path} can't be read. {error} Give the manifest as JSON; Slack exports both.") from error
    except (msgspec.ValidationError, RecursionError) as error:
        raise ManifestError(f"{path} is no app manifest: {error}.") from error
    return _told(written, path)


def _tree(text: str) -> Any:
    return json.loads(text) if text.lstrip().startswith(("{", "[")) else read_outline(text)


def _without_nothing(tree: Any) -> Any:
    """Leave out what is null, as if it were not written."""
    if isinstance(tree, dict):
        return {name: _without_nothing(value) for name, value in tree.items() if value is not None}
    return [_without_nothing(item) for item in tree] if isinstance(tree, list) else tree


def _told(written: _Manifest, path: Path) -> Manifest:
    features = written.features
    for one in features.slash_commands:
        if not one.command.startswith("/") or one.command != one.command.strip() or " " in one.command:
            raise ManifestError(f"{path}: {one.command!r} is no slash command such as /order.")
    return Manifest(
        name=_handle(features.bot_user.display_name or written.display_information.name),
        commands=tuple(features.slash_commands),
        scopes=frozenset(written.oauth_config.scopes.bot),
        events=frozenset(written.settings.event_subscriptions.bot_events),
        home_tab=features.app_home.home_tab_enabled,
        messages_read_only=features.app_home.messages_tab_read_only_enabled,
    )


def _handle(name: str) -> str:
    return re.sub(r"[^\w.-]+", "", name).lower() or "bot"  # what people can write after an @


class _Named(Struct, frozen=True):
    name: str = ""


class _BotUser(Struct, frozen=True):
    display_name: str = ""


class _AppHome(Struct, frozen=True):
    home_tab_enabled: bool = False
    messages_tab_read_only_enabled: bool = False


class _Features(Struct, frozen=True):
    app_home: _AppHome = _AppHome()
    bot_user: _BotUser = _BotUser()
    slash_commands: list[SlashCommand] = []


class _Scopes(Struct, frozen=True):
    bot: list[str] = []


class _OAuth(Struct, frozen=True):
    scopes: _Scopes = _Scopes()


class _Events(Struct, frozen=True):
    bot_events: list[str] = []


class _Settings(Struct, frozen=True):
    event_subscriptions: _Events = _Events()


class _Manifest(Struct, frozen=True):
    display_information: _Named = _Named()
    features: _Features = _Features()
    oauth_config: _OAuth = _OAuth()
    settings: _Settings = _Settings()
