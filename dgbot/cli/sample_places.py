"""Finds the lines of mistakes in a file of readings; the decoder tells none, and without a mistake nobody looks."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

_BYTE = re.compile(r"\(byte (\d+)\)")
_SAMPLE = re.compile(r"\.samples\[(\d+)\]")
_SAMPLES = re.compile(r'"samples"\s*:\s*\[')
_SKIPPED = re.compile(r"[\s,]*")


@dataclass(frozen=True, slots=True)
class Places:
    """The *content* of the file at *path*."""

    path: Path
    content: bytes

    def byte(self, told: str) -> str:
        """Return file and line of the byte that the decoder names; its end, if it names none."""
        found = _BYTE.search(told)
        at = int(found[1]) if found else len(self.content.rstrip())
        return f"{self.path}:{self.content.count(bytes([10]), 0, at) + 1}"

    def sample(self, index: int) -> str:
        """Return file and line of a sample, and its number from 0."""
        text, decoder = self.content.decode("utf-8", "replace"), json.JSONDecoder()
        begins = _SAMPLES.search(text)
        at = _after(text, begins.end() if begins else 0)
        try:
            for _ in range(index):
                at = _after(text, decoder.raw_decode(text, at)[1])
        except ValueError:
            return f"{self.path}: samples[{index}]"
        return f"{self.path}:{text.count(chr(10), 0, at) + 1}: samples[{index}]"

    def refused(self, told: str) -> tuple[str, str]:
        """Return the place, and what is wrong with it, of a value that is not what the decoder expected."""
        what, _, place = told.partition(" - at `$")
        found = _SAMPLE.match(place)
        name = place.strip("`.")
        where = self.sample(int(found[1])) if found else f"{self.path}: {name}" if name else f"{self.path}"
        return where, f"{what[:1].lower()}{what[1:]}"


def _after(text: str, at: int) -> int:
    found = _SKIPPED.match(text, at)
    return found.end() if found else at
