import subprocess
import sys

import pytest

import dgbot

CHEAP = (
    "import sys, dgbot\n"
    "heavy = {'click', 'pydantic', 'pluggy', 'httpx', 'msgspec', 'email_validator', 'dgbot.plugin', 'dgbot.deepgram'}\n"
    "print(sorted(heavy & set(sys.modules)))"
)


def test_importing_the_face_loads_nothing():
    told = subprocess.run([sys.executable, "-c", CHEAP], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "[]"


def test_a_plugin_that_only_declares_needs_no_http_client():
    script = "import sys, dgbot_plugins.revoke_key\nprint('httpx' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "False"


@pytest.mark.parametrize("name", dgbot.__all__)
def test_every_name_of_the_face_exists(name):
    assert getattr(dgbot, name) is not None
    assert name in dir(dgbot)


def test_the_face_offers_what_it_promises_and_no_more():
    assert set(dgbot.__all__) == set(dgbot._ROOM_OF)
    with pytest.raises(AttributeError, match="has no attribute 'Comand'"):
        dgbot.Comand  # noqa: B018
