import base64

import pytest

from dgbot.sandbox.masking import masked, masking

KEY = "0f3a9c5577e1b2d4a86c0f3a9c5577e1b2d4a86c"


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        base64.b64encode(KEY.encode()).decode(),
        base64.b64encode(f"a{KEY}b".encode()).decode(),
        base64.b64encode(f"ab{KEY}".encode()).decode(),
        KEY.encode().hex(),
        KEY.encode().hex().upper(),
        "".join(f"%{byte:02x}" for byte in KEY.encode()),
    ],
    ids=["plain", "base64", "base64 after a byte", "base64 after two", "hex", "HEX", "percent"],
)
def test_a_secret_is_masked_in_every_form(text):
    assert len(masked(f"see {text}.", [KEY])) <= len("see ***.") + 6  # what a neighbour has a part in stays


def test_the_longer_of_two_secrets_goes_first():
    assert masked("abcabc", ["abc", "abcabc"]) == "***"


def test_a_short_secret_is_masked_in_its_own_form_alone():
    assert masked("abc YWJj 616263", ["abc"]) == "*** YWJj 616263"


def test_a_secret_that_is_made_later_is_masked_from_then_on():
    shown: list[str] = []
    secrets: list[str] = []
    show = masking(shown.append, lambda: secrets)
    show("abc")
    secrets.append("abc")
    show("abc")
    assert shown == ["abc", "***"]
