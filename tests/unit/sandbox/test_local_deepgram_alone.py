"""``dgbot sandbox deepgram``: one line to copy, a server until SIGTERM, one sentence if it can't be."""

from __future__ import annotations

import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

COMMAND = (sys.executable, "-m", "dgbot", "sandbox", "deepgram")
LINE = re.compile(r"export DEEPGRAM_HOST=(http://127\.0\.0\.1:\d+) DEEPGRAM_API_KEY=(\S+)\n")
ENVIRONMENT = {**os.environ, "DEEPGRAM_API_KEY": "a-real-token", "DEEPGRAM_HOST": "https://api.deepgram.com"}


@contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """The server as a process, the address and the key of its line."""
    process = subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    )
    try:
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], 30)[0], "nothing was printed"
        found = LINE.fullmatch(process.stdout.readline())
        assert found
        yield process, found[1], found[2]
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def projects(origin: str, key: str) -> httpx.Response:
    return httpx.get(f"{origin}/v1/projects", headers={"Authorization": f"Token {key}"}, trust_env=False)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_one_line_serves_and_stops_in_good_order(number):
    with running() as (process, origin, key):
        assert projects(origin, key).json()["projects"][0]["name"] == "acme-prod"
        assert projects(origin, "a-real-token").status_code == 403, "the environment's key never gets here"
        assert httpx.get(f"{origin}/v1/projects/%zz/\xff", trust_env=False).status_code in (400, 401)
        with socket.create_connection(("127.0.0.1", int(origin.rpartition(":")[2]))) as line:
            line.sendall(b"nonsense\r\n\r\n")
            assert b"400" in line.recv(100)
        process.send_signal(number)
        assert process.communicate(timeout=30) == ("", "")
        assert process.returncode == 0


HALF_A_CALL = b"POST /v1/projects HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\nabc"
A_CALL = b"GET /v1/projects HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.slow
@pytest.mark.parametrize("sent", [HALF_A_CALL, A_CALL])
def test_it_stops_at_once_and_in_silence_while_a_call_waits(sent):
    with running() as (process, origin, _):
        fault = {"fault": "delay", "path": "/v1/projects", "seconds": 60}
        httpx.post(f"{origin}/sandbox/faults", json=fault, trust_env=False).raise_for_status()
        with socket.create_connection(("127.0.0.1", int(origin.rpartition(":")[2]))) as line:
            line.sendall(sent)
            while sent is A_CALL and not httpx.get(f"{origin}/sandbox/requests", trust_env=False).json()["requests"]:
                pass
            process.send_signal(signal.SIGTERM)
            assert process.communicate(timeout=30) == ("", "")
            assert line.recv(100) == b"", "the connection is closed"
        assert process.returncode == 0


@pytest.mark.slow
def test_the_line_is_something_that_a_shell_can_run():
    with running("--api-key", "it's;mine") as (_, origin, key):
        script = f'export DEEPGRAM_HOST={origin} DEEPGRAM_API_KEY={key}; printf %s "$DEEPGRAM_API_KEY"'
        told = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True).stdout
        assert told == "it's;mine"
        assert projects(origin, told).status_code == 200


@pytest.mark.slow
def test_wire_seed_and_leniency_are_chosen_on_the_command_line(tmp_path):
    seed = tmp_path / "seed.json"
    seed.write_text('{"projects": [{"project_id": "p", "keys": [{"api_key_id": "k", "secret": "told"}]}]}')
    with running("--seed", str(seed), "--wire", "legacy", "--lenient") as (_, origin, key):
        assert key == "told"
        headers = {"Authorization": "Token told"}
        with httpx.Client(base_url=f"{origin}/v1/projects/p", headers=headers, trust_env=False) as http:
            assert set(http.get("/keys/k").json()) == {"member", "api_key"}
            assert http.post("/invites", json={"email": "a@x.io", "scope": "usage:read"}).status_code == 200


def refused(*options: str) -> str:
    done = subprocess.run([*COMMAND, *options], capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


@pytest.mark.slow
def test_a_port_in_use_is_told_in_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refused("--port", str(port)) == f"Error: Port {port} is in use; name another, or 0 for any free one.\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "can't be read: No such file or directory."),
        ("{", "can't be used: Input data was truncated."),
        ('{"projects": [{"keys": [{"x": 1}]}]}', "unknown field `x` - at `$.projects[0].keys[0]`."),
        ('{"projects": []}', "There must be a project - at `$.projects`."),
        ('{"projects": [{"name": "\udcff"}]}', "The text is not UTF-8."),
        ('{"projects": [{"agents": [{"config": {"a": 1e99999999999999999999}}]}]}', "config[...]`."),
    ],
)
def test_a_seed_that_does_not_fit_is_told_in_a_sentence(tmp_path, text, sentence):
    seed = tmp_path / "seed.json"
    if text is not None:
        seed.write_bytes(text.encode(errors="surrogateescape"))
    told = refused("--seed", str(seed))
    assert told.startswith(f"Error: {seed} ")
    assert told.endswith(f"{sentence}\n")
    assert told.count("\n") == 1


@pytest.mark.slow
def test_a_key_that_no_header_can_carry_is_refused():
    assert refused("--api-key", "two words") == "Error: The API key must be plain characters without spaces.\n"
