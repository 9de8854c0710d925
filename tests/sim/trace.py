"""What happened in a run, line by line, and its digest: two runs of one seed have the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable


class Trace:
    """Takes lines; *keep* keeps them beside the digest."""

    def __init__(self, time: Callable[[], float], *, keep: bool) -> None:
        self.lines: list[str] = []
        self.count = 0
        self.over = False
        self._time, self._keep = time, keep
        self._sum = hashlib.blake2b(digest_size=16)

    def __call__(self, who: str, what: str) -> None:
        """Take one, unless the run is over."""
        if self.over:
            return
        line = f"{self._time():10.3f} {who:8} {what}"
        self.count += 1
        self._sum.update(line.encode(errors="replace"))
        if self._keep:
            self.lines.append(line)

    @property
    def digest(self) -> str:
        """What every line so far comes to."""
        return self._sum.hexdigest()
