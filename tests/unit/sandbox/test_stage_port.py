"""The bot's port is kept for it from the moment that it is chosen."""

import socket
import sys

import pytest

from dgbot.sandbox.surroundings import _kept_port


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a port can't be kept for another process")
def test_the_bots_port_lets_the_bot_in_and_nobody_else():
    with _kept_port() as port, socket.socket() as somebody:
        with pytest.raises(OSError, match="in use"):
            somebody.bind(("127.0.0.1", port))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        with socket.create_server(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port)):
            pass
