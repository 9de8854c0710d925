"""What may be changed of a project."""

from __future__ import annotations

from dataclasses import dataclass

from dgbot.deepgram.errors import DeepgramOptionsError
from dgbot.deepgram.options.base import Options
from dgbot.deepgram.options.checks import check_words


@dataclass(frozen=True, kw_only=True)
class ProjectOptions(Options):
    """A project's new name, and company; what is None stays as it is.

    Deepgram documents *name* alone; *company* is sent if it is given, as one of its SDKs does.
    """

    name: str | None = None
    company: str | None = None

    def __post_init__(self) -> None:
        if self.name is None and self.company is None:
            raise DeepgramOptionsError("ProjectOptions needs a name or a company; there is nothing to change.")
        for field in ("name", "company"):
            if getattr(self, field) is not None:
                check_words(field, getattr(self, field))
