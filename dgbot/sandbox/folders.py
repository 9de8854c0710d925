"""A demo's own folder: gone when the demo ends, and swept up by the next one if it was killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "dgbot-demo-"
OWNER = ".owner"
"""A file that a demo holds locked as long as it lives; the kernel lets go of it however the demo ends."""
YOUNG = 60.0
"""Seconds within which a folder without a lock may belong to a demo that is about to take it."""


@contextmanager
def temporary(below: Path | None = None) -> Iterator[Path]:
    """Yield a new folder below the system's temporary one, or *below*, after those of dead demos were removed."""
    place = Path(tempfile.gettempdir()) if below is None else below
    _sweep(place)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=place, ignore_cleanup_errors=True) as made:
        folder = Path(made)
        with (folder / OWNER).open("wb") as owner:
            fcntl.flock(owner, fcntl.LOCK_EX)
            yield folder


def _sweep(place: Path) -> None:
    with suppress(OSError):
        for folder in place.glob(f"{PREFIX}*"):
            with suppress(OSError):
                if _is_left(folder):
                    shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    """Whether *folder* is ours, and no demo that lives has it; what has no lock was made by somebody else."""
    about = folder.lstat()
    if folder.is_symlink() or about.st_uid != os.getuid() or time.time() - about.st_mtime < YOUNG:
        return False
    with (folder / OWNER).open("rb") as owner:
        fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)  # BlockingIOError if it is held
    return True
