"""Files that people name: what they hold, unless they are none, or endless."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


class TooLarge(Exception):
    """The file holds more than anybody would write."""


def contents(path: Path, largest: int) -> bytes:
    """Return what the file at *path* holds; raises TooLarge beyond *largest* bytes, and OSError.

    A device or a pipe, which may never end, is no file.
    """
    try:
        status = path.stat()
    except ValueError:  # a NUL in the name
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)) from None
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is no file")
    with path.open("rb") as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        raise TooLarge
    return content
