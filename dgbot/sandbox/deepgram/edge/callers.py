"""Who may steer, and whom faults strike: this machine's own programs, and no web page that a browser has open."""

from __future__ import annotations

import re
from ipaddress import ip_address

from starlette.types import Scope

_HOST = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<name>[A-Za-z0-9.-]+))(?::[0-9]{1,5})?")
_OWN_SITE = ("none", "same-origin")  # what a browser says of an address that somebody typed


def strangeness(scope: Scope) -> str | None:
    """Why the caller of this request is a stranger, as a sentence; None for a program of this machine."""
    values: dict[bytes, list[str]] = {}
    for name, value in scope["headers"]:
        values.setdefault(name.lower(), []).append(value.decode("latin-1"))
    if b"origin" in values or any(site not in _OWN_SITE for site in values.get(b"sec-fetch-site", ())):
        return "A web page may not steer the local Deepgram."
    client = scope.get("client")
    if client is not None and not _is_loopback(client[0]):
        return "Only this machine may steer the local Deepgram."
    hosts = values.get(b"host", ["localhost"])  # another name for this address was given by a web page's owner
    if len(hosts) > 1 or not _is_this_machine(hosts[0]):
        return "Call the local Deepgram by its address, such as 127.0.0.1."
    return None


def _is_this_machine(host: str) -> bool:
    found = _HOST.fullmatch(host)
    name = "" if found is None else found["six"] or found["name"]
    return name.lower() == "localhost" or _is_loopback(name)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
