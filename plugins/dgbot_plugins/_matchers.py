"""Conditions on labels, as people type them."""

from __future__ import annotations

from typing import Annotated

from dgbot import BadMatcher, Kind, Matcher, Unfit, matcher


def read_matcher(text: str) -> Matcher:
    """Return a condition on a label, or raise Unfit."""
    try:
        return matcher(text)
    except BadMatcher as error:
        if "=" not in text:
            raise Unfit("is not a matcher such as project=acme-prod or severity!=critical.") from None
        raise Unfit(f"can't be used: {error}") from None


MatcherWord = Annotated[Matcher, Kind("a matcher such as project=acme-prod", read_matcher, "label=value")]
