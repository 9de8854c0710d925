"""What a new API key is to be."""

from __future__ import annotations

from dataclasses import dataclass

from dgbot.deepgram.dates import Moment, instant
from dgbot.deepgram.errors import DeepgramOptionsError
from dgbot.deepgram.options.base import Options
from dgbot.deepgram.options.checks import check_number, check_text, check_texts


@dataclass(frozen=True, kw_only=True)
class KeyOptions(Options):
    """What a new API key may do, and for how long: *time_to_live_in_seconds* or *expiration_date*, not both.

    Neither means that it never expires. Empty *tags* are left out, since Deepgram refuses an empty list.
    """

    comment: str | None = None
    scopes: list[str] | None = None
    tags: list[str] | None = None
    time_to_live_in_seconds: int | None = None
    expiration_date: Moment | None = None

    def __post_init__(self) -> None:
        check_text("comment", self.comment)
        check_texts("scopes", self.scopes)
        check_texts("tags", self.tags)
        check_number("time_to_live_in_seconds", self.time_to_live_in_seconds, 1)
        if self.expiration_date is not None:
            instant("expiration_date", self.expiration_date)
            if self.time_to_live_in_seconds is not None:
                raise DeepgramOptionsError(
                    "A key takes time_to_live_in_seconds or expiration_date, not both; leave one of them out."
                )
