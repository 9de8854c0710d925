"""The table of commands: which one is meant, and which one was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence

from dgbot.plugin.command import Command
from dgbot.plugin.errors import UsageError
from dgbot.plugin.kind import quoted


class UnknownCommand(UsageError):
    """No command begins with these words; *nearest* is the one that looks most like them."""

    def __init__(self, sentence: str, typed: str, nearest: Command | None) -> None:
        super().__init__(sentence)
        self.typed = typed
        self.nearest = nearest


class Commands:
    """Commands by name, in alphabetical order; names are unique."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self._by_words = {command.words: command for command in sorted(commands, key=lambda command: command.name)}
        self._longest = max(map(len, self._by_words), default=1)

    def __iter__(self) -> Iterator[Command]:
        return iter(self._by_words.values())

    def __len__(self) -> int:
        return len(self._by_words)

    def __getitem__(self, name: str) -> Command:
        return self._by_words[tuple(name.split(" "))]

    def find(self, words: Sequence[str]) -> tuple[Command, tuple[str, ...]]:
        """Return the command that *words* begin with, by its longest name in any case, and the words after it.

        Raises UnknownCommand, with the nearest command if one looks alike.
        """
        typed = tuple(word.casefold() for word in words[: self._longest])
        for length in range(len(typed), 0, -1):
            if command := self._by_words.get(typed[:length]):
                return command, tuple(words[length:])
        raise self._unknown(typed)

    def _unknown(self, typed: tuple[str, ...]) -> UnknownCommand:
        if not typed:
            return UnknownCommand("No command was named. /deepgram help lists what you may do.", "", None)
        if group := [words[1] for words in self._by_words if len(words) > 1 and words[0] == typed[0]]:
            return self._unknown_in(typed, list(dict.fromkeys(group)))
        said, nearest = self._guess(typed)
        if nearest is None:
            return UnknownCommand(f"I don't know {quoted(said)}. /deepgram help lists what you may do.", said, None)
        return _meant(said, nearest)

    def _unknown_in(self, typed: tuple[str, ...], group: list[str]) -> UnknownCommand:
        """Compare the second word with those that follow the first one, which is a group."""
        said, fits = " ".join(typed[:2]), f"{typed[0]} is followed by one of: {', '.join(group)}."
        if len(typed) == 1:
            return UnknownCommand(fits, said, None)
        near = difflib.get_close_matches(typed[1], group, n=1)
        if near and (nearest := self._by_words.get((typed[0], near[0]))):
            return _meant(said, nearest)
        return UnknownCommand(f"I don't know {quoted(said)}. {fits}", said, None)

    def _guess(self, typed: tuple[str, ...]) -> tuple[str, Command | None]:
        """Compare two words, also joined by a hyphen (``create key``), which must be nearer than one word must."""
        names = {command.name: command for command in self}
        if len(typed) > 1:
            for joint in ("-", " "):
                if near := difflib.get_close_matches(joint.join(typed[:2]), names, n=1, cutoff=0.8):
                    return " ".join(typed[:2]), names[near[0]]
        near = difflib.get_close_matches(typed[0], names, n=1)
        return typed[0], names[near[0]] if near else None


def _meant(said: str, nearest: Command) -> UnknownCommand:
    return UnknownCommand(f"I don't know {quoted(said)}. Did you mean  /deepgram {nearest.usage}  ?", said, nearest)
