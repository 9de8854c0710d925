"""What goes wrong on the plugin floor, split by who can do something about it.

UsageError           whoever typed the words
└── UnknownCommand
PluginError          whoever installed the plugin; the bot does not start
├── PluginSettingsError
└── UnsafePath
CannotMeasure        whoever watches the check; its rules keep their state
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dgbot.plugin.command import Command


class UsageError(Exception):
    """The words do not fit; *sentence* names what was typed and says what would fit.

    *command* is the one that was meant, as far as that is known; a plugin's own function need not give it.
    """

    def __init__(self, sentence: str, command: Command | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.command = command

    @property
    def usage(self) -> str:
        """The command's usage line, without ``/deepgram``; empty if no command is known."""
        return self.command.usage if self.command else ""


class UnknownCommand(UsageError):
    """No command begins with these words; *nearest* is the one that looks most like them."""

    def __init__(self, sentence: str, typed: str, nearest: Command | None) -> None:
        super().__init__(sentence)
        self.typed = typed
        self.nearest = nearest


class PluginError(Exception):
    """A plugin can't be loaded; the message names its file and says what would fit."""


class PluginSettingsError(PluginError):
    """A plugin's section of the settings does not fit; the message names the key, not the value (a secret?)."""


class UnsafePath(PluginError):
    """Somebody else could change this file, so nothing in it is run."""


class CannotMeasure(Exception):
    """A check has nothing to measure; the message is a sentence for people, and the rules keep their state."""
