"""Which calls a fault is for: patterns of paths, compared in time that grows with their length alone."""

from __future__ import annotations

from urllib.parse import quote, unquote

LONGEST_PATTERN = 500


def check_pattern(pattern: str) -> None:
    """Raise ValueError for a pattern that would never strike, or not what is meant."""
    shown = repr(pattern if len(pattern) <= 60 else pattern[:60] + "…")
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"path: {shown} has more than {LONGEST_PATTERN} characters.")
    if not pattern.startswith(("/", "*")):
        raise ValueError(f"path: {shown} would never strike: begin with / or *.")
    if any("*" in part and part != "*" for part in pattern.split("/")):
        raise ValueError(f"path: {shown} has a * inside a segment; it stands for whole ones, as in /v1/projects/*.")


def fits(pattern: str, target: str) -> bool:
    """Whether the path *target*, as it was sent, fits a pattern such as ``/v1/projects/*/balances``.

    ``*`` stands for one segment or more. What is escaped stays inside its segment.
    """
    path = _spelled(target)
    head, *rest = _spelled(pattern, keep="*").split("*")
    if not rest:
        return path == head
    *middle, tail = rest
    if not path.startswith(head):
        return False
    end = len(head)
    for piece in middle:  # the leftmost place is as good as any later one
        found = path.find(piece, end + 1)
        if found < 0:
            return False
        end = found + len(piece)
    return path.endswith(tail) and len(path) - len(tail) > end


def _spelled(path: str, keep: str = "") -> str:
    """*path* with one spelling for every segment."""
    return "/".join(part if part == keep else quote(unquote(part), safe="") for part in path.split("/"))
