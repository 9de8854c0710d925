"""The local Deepgram as its own process, as a user starts it."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def local_deepgram(*options: str) -> Iterator[dict[str, str]]:
    """An environment in which a script finds `dgbot sandbox deepgram` with *options*."""
    command = [sys.executable, "-m", "dgbot", "sandbox", "deepgram", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            told = dict(word.split("=", 1) for word in shlex.split(server.stdout.readline()) if "=" in word)
            yield {**os.environ, **told}
        finally:
            server.terminate()
    assert server.returncode == 0
