"""The bot is killed at some of its boundaries, and whoever takes a safeguard out of it is found out."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.postgres import MISSING, binaries

pytestmark = pytest.mark.slow


def crashes(*options: str) -> str:
    """Run the crashes in a process of their own, since it forks, and return what it says; fail if a promise broke."""
    command = [sys.executable, "-m", "tests.faults.crashes", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_planted_fault_is_found():
    assert "missed=0" in crashes("--planted")


def test_some_crashes_break_no_promise():
    assert "lost=0 doubled=0 orphaned=0 leaked=0" in crashes("--share", "61")


@pytest.mark.skipif(binaries() is None, reason=MISSING)
def test_some_crashes_break_no_promise_on_a_server():
    assert "lost=0 doubled=0 orphaned=0 leaked=0" in crashes("--share", "131", "--database", "postgresql")


def test_the_same_crash_comes_to_the_same_boundaries():
    again = ["--story", "create", "--crash", "70,20", "--names"]
    assert crashes(*again) == crashes(*again)
