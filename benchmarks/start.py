"""Cold start: ``dgbot --help`` beside importing click, and ready-to-serve beside plain uvicorn + Bolt, as ratios.

``python -m benchmarks.start [--rounds N]``; pairs run in turn. "Ready" is from the start of the process to the answer
of its first request (``/readyz``; for plain Bolt an unsigned POST, which it turns away); memory is the resident set.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.sandboxed import environment, local_slack

PLAIN = """
import uvicorn
from slack_bolt.async_app import AsyncApp
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.authorization import AuthorizeResult

async def authorize(**_):
    return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="U1")

app = AsyncApp(signing_secret="s", authorize=authorize, process_before_response=True)

@app.command("/deepgram")
async def deepgram(ack, command):
    await ack()

uvicorn.run(AsyncSlackRequestHandler(app), port={port}, log_level="warning")
"""


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=15)
    rounds = options.parse_args().rounds
    dgbot = str(Path(sys.executable).with_name("dgbot"))
    helped, clicked, bare = _paired(
        rounds, [dgbot, "--help"], [sys.executable, "-c", "import click"], [sys.executable, "-c", "pass"]
    )
    _told("dgbot --help / import click", helped, clicked)
    _told("dgbot --help / bare interpreter", helped, bare)
    with tempfile.TemporaryDirectory() as folder, local_slack() as slack:
        ours, plain = _Served(), _Served()
        for _ in range(rounds):
            port = 20000 + os.getpid() % 20000
            ours.start([dgbot, "run"], f"http://127.0.0.1:{port}/readyz", environment(slack, Path(folder), port))
            plain.start(
                [sys.executable, "-c", PLAIN.format(port=port + 1)], f"http://127.0.0.1:{port + 1}/slack/events", None
            )
    _told("ready: dgbot run / plain uvicorn + Bolt", ours.seconds, plain.seconds)
    _told("memory: dgbot run / plain uvicorn + Bolt", ours.megabytes, plain.megabytes, unit="MB")


class _Served:
    """Starts of one server: seconds to its first answer, and megabytes then."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.megabytes: list[float] = []

    def start(self, command: list[str], url: str, variables: dict[str, str] | None) -> None:
        began = time.perf_counter()
        process = subprocess.Popen(command, env=variables, stderr=subprocess.DEVNULL)
        try:
            while not _answers(url):
                assert process.poll() is None, f"{command} ended"
                time.sleep(0.002)
            self.seconds.append(time.perf_counter() - began)
            status = Path(f"/proc/{process.pid}/status").read_text()
            resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
            self.megabytes.append(int(resident.split()[1]) / 1024)
        finally:
            process.terminate()
            process.wait(20)


def _answers(url: str) -> bool:
    try:
        data = b"" if url.endswith("events") else None
        with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=1) as answer:  # noqa: S310 (loopback)
            return bool(answer.status == 200)
    except urllib.error.HTTPError as refused:
        return url.endswith("events") and refused.code == 401
    except OSError:
        return False


def _paired(rounds: int, *commands: list[str]) -> list[list[float]]:
    taken: list[list[float]] = [[] for _ in commands]
    for number in range(rounds + 1):
        for at, command in enumerate(commands):
            began = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            if number:  # the first round warms up
                taken[at].append(time.perf_counter() - began)
    return taken


def _told(what: str, ours: list[float], theirs: list[float], unit: str = "s") -> None:
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    print(f"{what}: {statistics.median(ours):.3f} / {statistics.median(theirs):.3f} {unit}, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
