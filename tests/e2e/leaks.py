"""Whether a secret got out: texts are searched for every slice of it, in the forms in which text travels."""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Iterable, Iterator, Mapping

SLICE = 12
"""Characters that give a secret away; shorter slices turn up by chance."""

BLOCK = SLICE // 2
"""Of a text cut into blocks of this size, every slice holds a whole one: they alone are looked up."""
_BLOCKS = re.compile(b".{%d}" % BLOCK, re.DOTALL)
_EMPTY = re.compile(b"\0+")
"""Most of a database; no secret has one."""


def leaks(places: Mapping[str, bytes], secrets: Mapping[str, str]) -> list[str]:
    """Return a sentence for each secret found at a place; it names both and quotes neither."""
    sought = {name: _sought(secret) for name, secret in secrets.items()}
    every = frozenset[bytes]().union(*(parts for parts, _ in sought.values()))
    found = list[str]()
    for place, content in places.items():
        text = _EMPTY.sub(b"\0", content)
        blocks = every.intersection(_BLOCKS.findall(text))
        found += [
            f"{name} is in {place}."
            for name, (parts, slices) in sought.items()
            if any(_is_around(block, text, slices) for block in parts & blocks)
        ]
    return found


def _is_around(block: bytes, text: bytes, slices: frozenset[bytes]) -> bool:
    """Whether one of the *slices* is in *text*, with *block* in it."""
    at = text.find(block)
    while at >= 0:
        if any(text[begin : begin + SLICE] in slices for begin in range(max(0, at + BLOCK - SLICE), at + 1)):
            return True
        at = text.find(block, at + 1)
    return False


@functools.lru_cache(maxsize=1024)
def _sought(secret: str) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """Return every part of *secret*'s forms that is as long as a block, and every one as long as a slice."""
    whole = list(forms(secret.encode()))
    return frozenset(_parts(whole, BLOCK)), frozenset(_parts(whole, SLICE))


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


def _parts(whole: Iterable[bytes], size: int) -> Iterator[bytes]:
    for form in whole:
        for at in range(len(form) - size + 1):
            yield form[at : at + size]
