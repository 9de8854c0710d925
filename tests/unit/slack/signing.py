"""Slack's signature, for whoever plays Slack."""

from __future__ import annotations

import hashlib
import hmac

SECRET = b"8f742231b10e8888abcd99yyyzzz85a5"
NOW = 1_795_356_000


def signed(
    raw: bytes, *, secret: bytes = SECRET, stamp: bytes | int = NOW, kind: bytes = b"application/x-www-form-urlencoded"
) -> list[tuple[bytes, bytes]]:
    """Return the headers with which Slack would send *raw*."""
    moment = stamp if isinstance(stamp, bytes) else b"%d" % stamp
    digest = hmac.new(secret, b"v0:" + moment + b":" + raw, hashlib.sha256).hexdigest()
    return [
        (b"content-type", kind),
        (b"x-slack-request-timestamp", moment),
        (b"x-slack-signature", b"v0=" + digest.encode()),
    ]
