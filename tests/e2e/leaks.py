"""Whether a secret got out: texts are searched for every slice of it, in the forms in which text travels."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping

SLICE = 12
"""Characters that give a secret away; shorter slices turn up by chance."""


def leaks(places: Mapping[str, bytes], secrets: Mapping[str, str]) -> list[str]:
    """Return a sentence for each secret found at a place; it names both and quotes neither."""
    slices = {name: frozenset(_slices(secret.encode())) for name, secret in secrets.items()}
    every = frozenset().union(*slices.values())
    found = list[str]()
    for place, text in places.items():
        hits = {part for at in range(len(text) - SLICE + 1) if (part := text[at : at + SLICE]) in every}
        found += [f"{name} is in {place}." for name, parts in slices.items() if hits & parts]
    return found


def forms(secret: bytes) -> Iterator[bytes]:
    """Yield *secret* plain, in base64 (at each of its three alignments), in hex and percent-encoded."""
    yield secret
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + secret)
        sure = whole[-(-shift * 8 // 6) : (shift + len(secret)) * 8 // 6]  # no neighbour has a part in these
        yield sure
        yield sure.translate(bytes.maketrans(b"+/", b"-_"))
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    yield "".join(f"%{byte:02x}" for byte in secret).encode()
    yield "".join(f"%{byte:02X}" for byte in secret).encode()


def _slices(secret: bytes) -> Iterable[bytes]:
    for form in forms(secret):
        for at in range(len(form) - SLICE + 1):
            yield form[at : at + SLICE]
