"""What a single setting may be: tokens, addresses, durations, Slack's ids; each says what is wrong with another."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from dgbot.plugin.kind import Unfit
from dgbot.plugin.params import read_duration


def _parts(url: str) -> SplitResult:
    """Return what *url* is made of; raises ValueError, which does not repeat it: it may be a secret."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError("is no address such as https://example.org/path") from None
    return parts


def is_loopback(url: str) -> bool:
    """Whether *url* names this machine."""
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}


def _safe_url(url: str) -> str:
    parts = _parts(url)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("must be a plain address without user, query or fragment")
    if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(url))):
        raise ValueError(f"must begin with https:// (http:// only for this machine), unlike {url!r}")
    return url


def _safe_secret_url(secret: SecretStr) -> SecretStr:
    """Refuse an address that is not encrypted; it may have a query, and is never shown."""
    parts = _parts(secret.get_secret_value())
    plain = parts.scheme == "http" and is_loopback(secret.get_secret_value())
    if not parts.hostname or parts.username or parts.password or not (parts.scheme == "https" or plain):
        raise ValueError("must begin with https:// (http:// only for this machine), without user and password")
    return secret


def _secret(secret: SecretStr) -> SecretStr:
    """Refuse what no token looks like; with an empty signing secret every request could be forged."""
    text = secret.get_secret_value()
    if not text:
        raise ValueError("is empty")
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("has a space, a line end or a character that is not ASCII; copy it again")
    return secret


def prefixed(prefix: str) -> AfterValidator:
    """Refuse a token that begins otherwise."""

    def check(secret: SecretStr) -> SecretStr:
        if not secret.get_secret_value().startswith(prefix):
            raise ValueError(f"must begin with {prefix}")
        return secret

    return AfterValidator(check)


def _long_enough(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < 16:
        raise ValueError("has fewer than 16 characters, and Slack's have 32; copy it again")
    return secret


def answers_in_time(span: timedelta) -> timedelta:
    """Refuse what is too short for an answer, or too long for whoever waits for it."""
    if not timedelta(seconds=1) <= span <= timedelta(seconds=60):
        raise ValueError(f"{span.total_seconds():g} s is not between 1 and 60 seconds")
    return span


def as_typed(value: object) -> object:
    """Read ``8h`` as people write it in Slack, and digits alone as seconds; ISO 8601 (``PT8H``) is pydantic's."""
    if not isinstance(value, str) or value.startswith("P"):
        return value
    try:
        return int(value) if value.isascii() and value.isdigit() else read_duration(value)
    except Unfit as unfit:
        raise ValueError(f"{value!r} {unfit.clause.rstrip('.')}") from None


def _id_of(what: str, example: str, initials: str) -> AfterValidator:
    def check(given: str) -> str:
        if not re.fullmatch(f"[{initials}][A-Z0-9]{{2,}}", given):
            raise ValueError(f"{given!r} is not the id of a {what}, such as {example}")
        return given

    return AfterValidator(check)


Secret = Annotated[SecretStr, AfterValidator(_secret)]
SigningSecret = Annotated[Secret, AfterValidator(_long_enough)]
Lasting = Annotated[timedelta, BeforeValidator(as_typed), Field(gt=timedelta(0))]
Url = Annotated[str, AfterValidator(_safe_url)]
SecretUrl = Annotated[SecretStr, AfterValidator(_safe_secret_url)]
ChannelId = Annotated[str, _id_of("channel", "C0123ABCD", "CG")]
UserId = Annotated[str, _id_of("person", "U0123ABCD", "UW")]
GroupId = Annotated[str, _id_of("user group", "S0123ABCD", "S")]
