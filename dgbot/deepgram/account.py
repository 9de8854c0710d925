"""Which Deepgram a client talks to, and as whom: settled before the first byte."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from dgbot.deepgram.errors import DeepgramOptionsError
from dgbot.deepgram.secret import Secret

BASE_URL = "https://api.deepgram.com"


@dataclass(frozen=True, slots=True)
class Account:
    """An accepted API key and the origin, with an optional path, that calls go to."""

    api_key: Secret
    base_url: str

    @classmethod
    def of(cls, api_key: str | Secret | None, base_url: str | None, environ: Mapping[str, str]) -> Account:
        """Take what is given, else DEEPGRAM_API_KEY and DEEPGRAM_HOST of *environ*, else Deepgram's own host.

        Raises DeepgramOptionsError without a key, for a key that fits in no header, and for an unsafe URL.
        """
        given = api_key.reveal() if isinstance(api_key, Secret) else api_key
        return cls(
            _key(given if given is not None else environ.get("DEEPGRAM_API_KEY", "")),
            _base(base_url or environ.get("DEEPGRAM_HOST") or BASE_URL),
        )

    @property
    def host(self) -> str:
        """The host, for messages."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def plain(self) -> bool:
        """Whether no TLS is used, as only loopback hosts may."""
        return self.base_url.startswith("http://")


def _key(text: str) -> Secret:
    text = text.strip()
    if not text:
        raise DeepgramOptionsError("There is no Deepgram API key: pass api_key=, or set DEEPGRAM_API_KEY.")
    if not all("!" <= character <= "~" for character in text):
        raise DeepgramOptionsError(
            "The Deepgram API key contains a space, a control character or a letter outside ASCII; "
            "copy it again from the Deepgram console."
        )
    return Secret(text)


def _base(text: str) -> str:
    """*text* as scheme, host and path; a bare host is given https. What is wrong is said without quoting userinfo."""
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if "@" in parts.netloc:
        raise DeepgramOptionsError("base_url: take the user name and password out of it; the API key is sent instead.")
    if "?" in text or "#" in text:
        raise DeepgramOptionsError("base_url: take the query and the fragment out of it.")
    if not host or parts.scheme not in {"http", "https"} or any(c.isspace() or not c.isprintable() for c in text):
        raise DeepgramOptionsError(f"base_url: it is not an address such as {BASE_URL}.")
    if parts.scheme == "http" and not _loopback(host):
        raise DeepgramOptionsError(f"base_url: http:// would show the API key to the network of {host}; use https://.")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
