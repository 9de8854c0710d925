"""What a stranger pastes from docs/local-deepgram.md works as it stands."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.sandboxed import local_deepgram

PAGE = (Path(__file__).parents[3] / "docs" / "local-deepgram.md").read_text()
TESTS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
[SCRIPT] = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
[WORLD] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
EXAMPLES = [
    (command.replace("\\\n", ""), answer)
    for command, answer in re.findall(r"^\$ (curl (?:.*\\\n)*.*)\n(.*)$", PAGE, re.MULTILINE)
]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with the page's world and the command `dgbot` on the path."""
    (tmp_path / "world.json").write_text(WORLD)
    command = tmp_path / "bin" / "dgbot"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m dgbot "$@"\n')
    command.chmod(0o700)
    monkeypatch.setenv("PATH", f"{command.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_shows_both_ways_of_testing():
    assert len(TESTS) == 2
    assert all("def test_" in text for text in TESTS)
    assert len(EXAMPLES) == 3


@pytest.mark.slow
@pytest.mark.parametrize("text", TESTS, ids=["in process", "as a process"])
def test_a_fixture_that_is_pasted_works(desk, text):
    (desk / "test_pasted.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(desk), "test_pasted.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


@pytest.mark.slow
def test_the_recipe_for_a_shell_works(desk):
    if shutil.which("curl") is None:
        curl = desk / "bin" / "curl"
        ask = (
            "import sys, httpx; print(httpx.get(sys.argv[4], headers=[sys.argv[3].split(': ')], trust_env=False).text)"
        )
        curl.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c "{ask}" "$@"\n')
        curl.chmod(0o700)
    done = subprocess.run(
        ["/bin/sh", "-e", "-c", SCRIPT + "wait $server"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["projects"][0]["name"] == "acme-prod"


@pytest.mark.slow
def test_the_examples_with_curl_answer_what_the_page_says(desk):
    with local_deepgram() as environment:
        for command, answer in EXAMPLES:
            assert told(command, environment) == json.loads(answer)
        faults = httpx.get(f"{environment['DEEPGRAM_HOST']}/sandbox/faults", trust_env=False).json()
        assert faults == {"faults": []}, "the last example clears what the others switched on"


def told(command: str, environment: dict[str, str]) -> object:
    """What the server answers to a command with curl, by curl itself or, without one, by what it would send."""
    if shutil.which("curl"):
        done = subprocess.run(
            ["/bin/sh", "-c", f"{command} -s"], capture_output=True, text=True, check=True, timeout=30, env=environment
        )
        return json.loads(done.stdout)
    words = shlex.split(command.replace("$DEEPGRAM_HOST", environment["DEEPGRAM_HOST"]))
    options = {option: words[place + 1] for place, option in enumerate(words) if option in ("-X", "-H", "-d")}
    [url] = [word for word in words if word.startswith("http://")]
    headers = dict([options["-H"].split(": ")]) if "-H" in options else None
    answer = httpx.request(options["-X"], url, headers=headers, content=options.get("-d"), trust_env=False)
    return answer.json()
