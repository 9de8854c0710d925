"""Which host is trusted with the key, and where both come from."""

import pytest

from dgbot.deepgram import DeepgramClient, DeepgramOptionsError
from dgbot.deepgram.account import Account


@pytest.mark.parametrize(
    ("given", "used"),
    [
        (None, "https://api.deepgram.com"),
        ("https://api.deepgram.com/", "https://api.deepgram.com"),
        ("api.deepgram.com", "https://api.deepgram.com"),
        ("https://proxy.example.com/deepgram/", "https://proxy.example.com/deepgram"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_hosts_that_are_accepted(given, used):
    assert Account.of("k", given, {}).base_url == used


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("http://api.deepgram.com", "use https://"),
        ("http://127.0.0.1.example.com", "use https://"),
        ("http://10.0.0.1", "use https://"),
        ("https://user:hunter2@api.deepgram.com", "user name and password"),
        ("user:hunter2@api.deepgram.com", "user name and password"),
        ("https://api.deepgram.com?key=hunter2", "query"),
        ("https://api.deepgram.com#hunter2", "fragment"),
        ("ftp://api.deepgram.com", "such as https://api.deepgram.com"),
        ("https://", "such as https://api.deepgram.com"),
        ("https://[::1", "such as https://api.deepgram.com"),
        ("https://api.deepgram.com:port", "such as https://api.deepgram.com"),
        ("https://api deepgram.com", "such as https://api.deepgram.com"),
    ],
)
def test_hosts_that_are_refused(given, words):
    with pytest.raises(DeepgramOptionsError) as caught:
        Account.of("k", given, {})
    assert words in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_the_environment_fills_in_what_is_not_given(monkeypatch):
    environ = {"DEEPGRAM_API_KEY": "from-env", "DEEPGRAM_HOST": "http://localhost:1"}
    assert Account.of(None, None, environ).api_key.reveal() == "from-env"
    assert Account.of(None, None, environ).base_url == "http://localhost:1"
    assert Account.of("given", "api.deepgram.com", environ).api_key.reveal() == "given"
    assert Account.of("given", "api.deepgram.com", environ).base_url == "https://api.deepgram.com"
    monkeypatch.delenv("DEEPGRAM_API_KEY", raising=False)
    with pytest.raises(DeepgramOptionsError, match="pass api_key=, or set DEEPGRAM_API_KEY"):
        DeepgramClient()
    monkeypatch.setenv("DEEPGRAM_API_KEY", "from-env")
    DeepgramClient()
