"""Which Deepgram a client talks to, and as whom: settled before the first byte."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from dgbot.deepgram.errors import DeepgramOptionsError
from dgbot.deepgram.failures import bare
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

        Raises DeepgramOptionsError without a key, for a key that fits in no header, and for an unsafe URL; no frame
        of it has seen the key or the environment.
        """
        try:
            return cls._of(api_key, base_url, environ)
        except DeepgramOptionsError as error:
            refused = bare(error)
        del api_key, base_url, environ
        raise refused

    @classmethod
    def _of(cls, api_key: object, base_url: object, environ: Mapping[str, str]) -> Account:
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


def _key(text: object) -> Secret:
    if not isinstance(text, str):
        raise DeepgramOptionsError(f"api_key: it is no text, but of the type {type(text).__name__}.")
    text = text.strip()
    if not text:
        raise DeepgramOptionsError("There is no Deepgram API key: pass api_key=, or set DEEPGRAM_API_KEY.")
    if not all("!" <= character <= "~" for character in text):
        raise DeepgramOptionsError(
            "The Deepgram API key contains a space, a control character or a letter outside ASCII; "
            "copy it again from the Deepgram console."
        )
    return Secret(text)


def _base(text: object) -> str:
    """*text* as scheme, host and path; what is wrong is said without quoting userinfo.

    A bare host is given https, or http on loopback.
    """
    if not isinstance(text, str):
        raise DeepgramOptionsError(f"base_url: it is no text, but of the type {type(text).__name__}.")
    text = text.strip()
    bare_host = "://" not in text
    try:
        parts = urlsplit(f"https://{text}" if bare_host else text)
    except ValueError:
        parts = urlsplit("")
    if "@" in parts.netloc:
        raise DeepgramOptionsError("base_url: take the user name and password out of it; the API key is sent instead.")
    if "?" in text or "#" in text:
        raise DeepgramOptionsError("base_url: take the query and the fragment out of it.")
    host = _host(parts.netloc)
    if not host or parts.scheme not in {"http", "https"} or any(c.isspace() or not c.isprintable() for c in text):
        raise DeepgramOptionsError(f"base_url: it is not an address such as {BASE_URL}.")
    scheme = "http" if bare_host and _loopback(host) else parts.scheme
    if scheme == "http" and not _loopback(host):
        raise DeepgramOptionsError(f"base_url: http:// would show the API key to the network of {host}; use https://.")
    path = parts.path.rstrip("/")
    if path.endswith("/v1"):
        raise DeepgramOptionsError("base_url: leave out /v1 at its end; every call adds it.")
    return f"{scheme}://{parts.netloc}{path}"


def _host(netloc: str) -> str:
    """The host in *netloc*; empty unless it is a name or an address, perhaps with a port, and nothing else."""
    found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s\[\]:/\\]+))(?::([0-9]{1,5}))?", netloc)
    if not found or int(found[3] or 1) not in range(1, 65_536):
        return ""
    host = (found[1] or found[2]).lower()
    try:
        if found[1]:
            ipaddress.IPv6Address(host)
        else:
            host.encode("idna")
    except ValueError:
        return ""
    return host


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
