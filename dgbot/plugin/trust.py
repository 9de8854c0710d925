"""Whose code may run in the bot: only files that nobody but us and root could have changed."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from dgbot.plugin.errors import UnsafePath


def require_private(path: Path) -> None:
    """Raise UnsafePath unless *path* and all its parents, as named and wherever links lead, are ours or root's alone.

    A directory that others may write to is trusted only with the sticky bit (such as ``/tmp``), where nobody can
    rename or replace what is not theirs.
    """
    if not path.is_absolute():
        raise UnsafePath(f"plugin directory: {str(path)!r} depends on where the bot is started; give an absolute path.")
    try:
        real = path.resolve(strict=True)
        for part in {*_way(path), real, *real.parents}:
            _require(part, part.lstat(), final=part in {path, real})
    except OSError as error:
        raise UnsafePath(f"plugin directory: {error.filename} can't be read ({error.strerror}).") from None


def read_private(path: Path) -> bytes:
    """Return what is in the file *path*, read once from the descriptor whose owner and mode were checked.

    Its directory must have passed ``require_private``. Raises UnsafePath, also for a symbolic link.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)  # a named pipe would block
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise UnsafePath(f"{path} is not a file; put the plugin's file itself there.")
            _require(path, status, final=True)
            return file.read()
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise UnsafePath(f"{path} is a symbolic link; put the plugin's file itself there.") from None
        raise UnsafePath(f"{path} can't be read ({error.strerror}).") from None


def _way(path: Path) -> set[Path]:
    """Return every place where somebody could turn *path* elsewhere: parents, links, and what each link leads over."""
    passed: set[Path] = set()
    ahead = [path]
    while ahead:
        part = ahead.pop()
        if part in passed:
            continue
        passed.add(part)
        ahead += part.parents
        if part.is_symlink():
            ahead.append(part.parent / part.readlink())
    return passed


def _require(part: Path, status: os.stat_result, *, final: bool) -> None:
    if status.st_uid not in {0, os.geteuid()}:
        raise UnsafePath(
            f"{part} belongs to user {status.st_uid}, who could change what the bot runs; "
            f"it must belong to root or to the bot's user ({os.geteuid()})."
        )
    if stat.S_ISLNK(status.st_mode):
        return  # a link's own mode means nothing; the directory that holds it is checked
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and (final or not status.st_mode & stat.S_ISVTX):
        raise UnsafePath(
            f"{part} can be changed by others (mode {stat.S_IMODE(status.st_mode):o}); run: chmod go-w {part}"
        )
