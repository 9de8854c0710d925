import base64
from urllib.parse import quote

import pytest

from tests.e2e.leaks import SLICE, leaks

SECRET = "9b1f6e03d4a85c27f0e6b3918d5a7c42e1f9306b"
NAMED = {"the key": SECRET}


def _around(text: str) -> bytes:
    return f'{{"level": "info", "event": "noise 0.2267058593810488", "x": "{text}"}}'.encode()


FORMS = {
    "whole": SECRET,
    "its beginning": SECRET[:SLICE],
    "its middle": SECRET[17 : 17 + SLICE],
    "its end": SECRET[-SLICE:],
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64 after six bytes": base64.b64encode(f"Token {SECRET}".encode()).decode(),
    "base64 after five bytes": base64.b64encode(f"user:{SECRET}@host".encode()).decode(),
    "base64 after four bytes": base64.urlsafe_b64encode(f"key={SECRET}".encode()).decode(),
    "hex": SECRET.encode().hex(),
    "HEX": SECRET.encode().hex().upper(),
    "url": quote(f"Token {SECRET}"),
    "every character percent-encoded": "".join(f"%{ord(c):02X}" for c in SECRET),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_leak_is_found_in_every_form(form):
    assert leaks({"the log": _around(FORMS[form])}, NAMED) == ["the key is in the log."]


@pytest.mark.parametrize("harmless", [SECRET[: SLICE - 1], SECRET[::-1], "***", ""], ids=range(4))
def test_what_gives_nothing_away_is_no_leak(harmless):
    assert leaks({"the log": _around(harmless)}, NAMED) == []


def test_the_sentence_does_not_quote_the_secret():
    assert SECRET not in "".join(leaks({"the log": SECRET.encode()}, NAMED))
