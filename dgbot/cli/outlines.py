"""A YAML file as plain texts, lists and mappings, with the line on which each of them stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from dgbot.settings.files import TooLarge, contents

DEEPEST = 20
MOST = 100_000
LARGEST = 5_000_000

Loc = tuple[str | int, ...]


class OutlineError(Exception):
    """A file that is no YAML as we read it; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What a file says: every value as the text that was written, so that ``1:30`` and ``no`` stay what they are."""

    path: Path
    content: Any
    lines: dict[Loc, int] = field(default_factory=dict[Loc, int])

    def line(self, loc: Loc) -> int:
        """Return the line of what *loc* leads to, or of the nearest thing around it."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, 1)


def read_outline(path: Path) -> Outline:
    """Return what *path* says, or raise OutlineError."""
    try:
        node = yaml.compose(contents(path, LARGEST).decode(), Loader=yaml.SafeLoader)
    except TooLarge:
        raise OutlineError(f"{path} is larger than {LARGEST // 1_000_000} MB; make several files of it.") from None
    except OSError as error:
        raise OutlineError(f"{path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise OutlineError(f"{path} can't be read: it is no text in UTF-8.") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise OutlineError(f"{path}:{line} is no YAML: {error.problem}.") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise OutlineError(f"{path} is no YAML: {str(error).splitlines()[0]}.") from None
    outline = Outline(path, None)
    return Outline(path, _Reader(outline).read(node, ()), outline.lines)


@dataclass
class _Reader:
    outline: Outline
    seen: int = 0

    def read(self, node: yaml.Node | None, loc: Loc) -> Any:
        if node is None:
            return None
        line = node.start_mark.line + 1
        self.outline.lines.setdefault(loc, line)
        self.seen += 1
        if len(loc) > DEEPEST or self.seen > MOST:
            raise OutlineError(f"{self.outline.path}:{line} holds more than a test needs, or itself; write it shorter.")
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(one, (*loc, index)) for index, one in enumerate(node.value)]
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                raise OutlineError(f"{self.outline.path}:{key.start_mark.line + 1}: {name} stands here twice.")
            self.outline.lines[*loc, name] = key.start_mark.line + 1
            found[name] = self.read(value, (*loc, name))
        return found
