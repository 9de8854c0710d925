"""What may be changed of a project."""

from __future__ import annotations

import msgspec

from dgbot.deepgram.errors import DeepgramOptionsError
from dgbot.deepgram.options.checks import check_words


class ProjectOptions(msgspec.Struct, frozen=True, kw_only=True):
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
