"""What people name as a file is read to its end, or refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from dgbot.cli.alerts import alerts
from dgbot.settings.files import TooLarge, contents
from dgbot.settings.rules_file import read_rules


def test_a_file_is_what_it_holds(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc")
    assert contents(path, 3) == b"abc"
    with pytest.raises(TooLarge):
        contents(path, 2)


@pytest.fixture(params=["device", "pipe", "directory", "NUL"])
def odd(request, tmp_path) -> Path:
    if request.param == "pipe":
        os.mkfifo(tmp_path / "pipe")
    paths = {
        "device": Path("/dev/zero"),
        "pipe": tmp_path / "pipe",
        "directory": tmp_path,
        "NUL": Path("a\0b"),
    }
    return Path(paths[request.param])


def test_what_is_no_file_is_refused_and_not_waited_for(odd):
    with pytest.raises(OSError):  # noqa: PT011  # of whichever kind
        contents(odd, 10)
    [problem] = read_rules(odd, {}).problems
    assert "can't be read" in problem.sentence


@pytest.mark.parametrize("command", [("check",), ("test",), ("forecast", "--samples")])
def test_every_command_that_takes_a_file_says_that_it_is_none(command):
    told = CliRunner().invoke(alerts, [*command, "/dev/zero"])
    assert told.exit_code != 0
    assert "can't be read" in told.output
