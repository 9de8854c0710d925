"""No secret gets through the one line writer, by value or by shape, from our code or a library's."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from dgbot.adapters import telemetry
from dgbot.adapters.telemetry import Redaction

SIGNING = "8f742231b10e8888abcd99yyyzzz85a5"
KEY = "10ca1" * 8
TOKEN = "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy"


@pytest.fixture
def stream():
    """Configure this process's logs for one test, and put everything back."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    out = io.StringIO()
    yield out
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    structlog.reset_defaults()


def configure(stream, *, style="json", level="debug", secrets=(SIGNING, TOKEN)):
    telemetry.configure(level=level, style=style, secrets=secrets, stream=stream)
    return structlog.get_logger("dgbot.test")


@pytest.mark.parametrize("style", ["json", "text"])
def test_what_is_no_secret_is_written_with_its_fields(stream, style):
    configure(stream, style=style).info("key created", key_id="0123-abcd", attempt=2)
    line = stream.getvalue()
    assert line.count("\n") == 1
    for part in ("key created", "0123-abcd", "2", "info"):
        assert part in line


def test_json_lines_are_json_with_level_logger_and_time(stream):
    configure(stream).warning("odd", url=f"https://bob:{SIGNING}@host/path", header=f"Token {KEY}")
    event = json.loads(stream.getvalue())
    assert (event["event"], event["level"], event["logger"]) == ("odd", "warning", "dgbot.test")
    assert event["timestamp"].endswith("Z")
    assert event["header"] == "Token ***"


@pytest.mark.parametrize("style", ["json", "text"])
@pytest.mark.parametrize("secret", [SIGNING, TOKEN])
def test_known_secrets_are_blotted_out_wherever_they_stand(stream, style, secret):
    log = configure(stream, style=style)
    log.info(f"event {secret}", field=secret, nested={"a": [secret]}, bytes_=secret.encode())
    try:
        int(f"no number: {secret}")
    except ValueError:
        log.exception("broke")
        logging.getLogger("slack_sdk").exception("library broke with %s", secret)
    assert secret not in stream.getvalue()
    assert stream.getvalue().count("***") >= 6
    assert "Traceback" in stream.getvalue()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"key {KEY} made", "key *** made"),
        ("xoxp-1-2-abc and xapp-1-A0-9-ff", "*** and ***"),
        ('{"authorization": "Token abc.def", "n": 1}', '{"authorization": "Token ***", "n": 1}'),
        ("Bearer ey.J0.x", "Bearer ***"),
        ("postgresql://dgbot:hunter2@db/dgbot", "postgresql://***@db/dgbot"),
        ("redis://:hunter2@db", "redis://***@db"),
        ("https://hooks.slack.com/commands/T1/2/x failed", "https://hooks.slack.com/*** failed"),
    ],
)
def test_what_looks_like_a_secret_is_blotted_out_though_nobody_named_it(text, left):
    assert Redaction([])(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "0123456789abcdef" * 4,
        "ecf0c93a-6b2d-48de-a132-0b0c",
        "https://api.deepgram.com/v1/projects",
        "a Token",
        "10:30",
    ],
)
def test_ids_and_addresses_are_left_alone(text):
    assert Redaction([SIGNING])(text) == text


def test_a_secret_that_is_part_of_another_leaves_no_rest():
    assert Redaction(["abcdefgh", "abcdefghijkl"])("abcdefghijkl") == "***"


def test_a_very_short_secret_does_not_blot_out_words():
    assert Redaction(["a", ""])("banana") == "banana"


def test_libraries_that_tell_texts_and_urls_are_quiet_at_every_level(stream):
    configure(stream, level="debug")
    for name in ("slack_sdk", "slack_bolt", "httpx", "apscheduler"):
        logging.getLogger(f"{name}.web").info("the text of a message")
    assert stream.getvalue() == ""


def test_below_the_level_nothing_is_written(stream):
    log = configure(stream, level="warning")
    log.info("unheard")
    log.warning("heard")
    assert "unheard" not in stream.getvalue()
    assert "heard" in stream.getvalue()


def test_the_search_would_find_what_is_not_redacted(stream):
    configure(stream, secrets=()).info("control", field=SIGNING)
    assert SIGNING in stream.getvalue()
