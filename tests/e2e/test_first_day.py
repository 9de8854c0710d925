import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "docs" / "conversations" / "first-day.txt"


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["socket", "http"])
def test_the_first_day_goes_as_its_script_says(mode):
    command = [sys.executable, "-m", "dgbot", "demo", "--script", str(SCRIPT), "--mode", mode]
    played = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    said = played.stdout
    assert played.returncode == 0, said + played.stderr
    assert played.stderr == ""
    for line in (
        "  carol (only she sees it)  dgbot: Invited bob@co.com to acme-prod as member\n",
        " h of audio, ",
        "  #alerts  dgbot: 🟡 acme-prod: $42 left, below $50\n",
        "  #alerts  dgbot (edited): 🟢 acme-prod: recovered, $540 (was $42)\n",
        "  #key-approvals  dgbot (edited): 🟢 alice's key for ci was approved by bob\n",
        "  alice (only she sees it)  modal: Your new key\n      ***\n      Copy it now",
        "  carol (only she sees it)  dgbot: Ask someone else: nobody decides on their own request.\n",
        "  carol (only she sees it)  dgbot: Revoked ci (…",
    ):
        assert line in said
    assert said.endswith("29 steps, all as expected.\n")
