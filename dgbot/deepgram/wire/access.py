"""Token grants."""

from __future__ import annotations

from dgbot.deepgram.responses.access import TokenGrant
from dgbot.deepgram.secret import Secret
from dgbot.deepgram.wire.reading import check_finite, decoder, missing, read

_GRANT = decoder(TokenGrant, strict=False)


def token_grant(body: bytes) -> TokenGrant:
    """A token, which must not be empty."""
    answer = read(_GRANT, body)
    check_finite(answer.expires_in)
    if answer.access_token == Secret(""):
        raise missing("access_token")
    return answer
