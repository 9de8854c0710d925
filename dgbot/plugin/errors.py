"""What goes wrong on the plugin floor, split by who can do something about it.

UsageError           whoever typed the words
└── UnknownCommand   (registry.py)
PluginError          whoever installed the plugin; the bot does not start
├── PluginSettingsError
└── UnsafePath
CannotMeasure        whoever watches the check; its rules keep their state
└── TooEarly         nobody, unless something fires
"""

from __future__ import annotations

from traceback import walk_tb


class UsageError(Exception):
    """The words do not fit; *sentence* names what was typed and says what would fit.

    *usage* is the usage line of the command that was meant, without ``/deepgram``, as far as it is known; a plugin's
    own function need not give it.
    """

    def __init__(self, sentence: str, usage: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.usage = usage


class PluginError(Exception):
    """A plugin can't be loaded; the message names its file and says what would fit."""


class PluginSettingsError(PluginError):
    """A plugin's section of the settings does not fit; the message names the key, not the value (a secret?)."""


class UnsafePath(PluginError):
    """Somebody else could change this file, so nothing in it is run."""


class CannotMeasure(Exception):
    """A check has nothing to measure; the message is a sentence for people, and the rules keep their state."""


class TooEarly(CannotMeasure):
    """There is not enough to go by yet, and will be; the operators are not told of it while nothing fires."""


def blamed(what: str, error: BaseException) -> PluginError:
    """Return the sentence for anything that a plugin raises, SystemExit too; chain it with ``from``."""
    try:
        return PluginError(f"{what}: {type(error).__name__}: {error}")
    except BaseException:  # its own __str__ is broken
        return PluginError(f"{what}: {type(error).__name__}.")


def place(file: str, error: BaseException) -> str:
    """Return *file* with the line of it in which *error* came up last, as ``file:12``; *file* alone if it was not."""
    try:
        lines = [line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename == file]
    except BaseException:  # its own __traceback__ is broken
        return file
    return f"{file}:{lines[-1]}" if lines else file
