"""What docs/manage-client.md shows is what the client does."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from dgbot.deepgram.manage import ManageEndpoints
from tests.sandboxed import local_deepgram

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "manage-client.md").read_text()
MARK = "-- next --"


@pytest.mark.slow
@pytest.mark.parametrize("wire", ["current", "legacy"])
def test_the_examples_print_what_the_page_says(wire, tmp_path):
    examples = re.findall(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", PAGE, re.DOTALL)
    assert len(examples) > 12
    script = tmp_path / "page.py"
    script.write_text(f"\nprint({MARK!r})\n".join(code for code, _ in examples))
    with local_deepgram("--wire", wire, "--seed", str(DOCS / "samples" / "world.json")) as environ:
        done = subprocess.run(
            [sys.executable, script], env=environ, capture_output=True, text=True, timeout=60, check=False
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split(f"{MARK}\n") == [printed for _, printed in examples]


def test_the_page_names_every_method():
    table = PAGE.partition("## Every method")[2].partition("##")[0]
    assert set(re.findall(r"`(\w+)`", table)) == {name for name in vars(ManageEndpoints) if not name.startswith("_")}
