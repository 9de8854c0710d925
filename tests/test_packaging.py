"""What is installed: one wheel without surprises, from locks without hosts, with a terminal that starts at once."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
HEAVY = {"slack_bolt", "httpx", "sqlalchemy", "pydantic", "matplotlib"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    [path] = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_the_wheel_holds_the_bot_its_plugins_and_what_they_read(wheel):
    names = set(wheel.namelist())
    assert {
        "dgbot/py.typed",
        "dgbot/adapters/storage/migrations/env.py",
        "dgbot/adapters/storage/migrations/versions/0001_first.py",
        "dgbot/sandbox/first-day.txt",
        "dgbot_plugins/py.typed",
        "dgbot_plugins/invite.py",
    } <= names
    sources = {str(path.relative_to(ROOT)) for path in (ROOT / "dgbot").rglob("*.py")}
    assert sources <= names


def test_the_wheel_takes_no_other_name(wheel):
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"dgbot", "dgbot_plugins"}


def test_the_wheel_offers_the_command_and_the_plugins(wheel):
    [path] = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    told = wheel.read(path).decode()
    assert "[console_scripts]\ndgbot = dgbot.cli:main" in told
    plugins = {path.stem for path in (ROOT / "plugins" / "dgbot_plugins").glob("[a-z]*.py")}
    assert set(re.findall(r"= dgbot_plugins\.(\w+)$", told, re.MULTILINE)) == plugins


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_pins_every_file(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert not re.search(r"^(-i|-f|--index|--extra-index|--find-links|--trusted-host)", text, re.MULTILINE)
    entries = re.split(r"\n(?=\S)", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    assert len(entries) > 30
    assert [entry for entry in entries if not re.match(r"[\w.\[\]-]+==\S+.*--hash=sha256:", entry, re.DOTALL)] == []


def test_the_locks_agree_and_hold_what_the_project_asks_for():
    run, dev = (_versions(lock) for lock in LOCKS)
    assert {name: version for name, version in dev.items() if name in run} == run
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = [asked for group in project["dependency-groups"].values() for asked in group if isinstance(asked, str)]
    assert {_name(asked) for asked in project["project"]["dependencies"]} <= set(run)
    assert {_name(asked) for asked in groups} <= set(dev)


def test_help_is_told_before_anything_heavy_is_imported():
    script = (
        "import sys\n"
        "from dgbot.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        f"print('imported:', sorted({HEAVY!r} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "Run a company's Deepgram account from Slack." in told
    assert told.splitlines()[-1] == "imported: []"


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md", "SECURITY.md"])
def test_a_page_names_no_path_of_the_machine_that_it_was_written_on(page):
    assert re.findall(r"/(?:work|home|Users|root|tmp)/\S*", (ROOT / page).read_text()) == []


def test_every_version_of_python_that_is_promised_is_tried():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    promised = re.findall(r"Python :: (3\.\d+)", " ".join(project["classifiers"]))
    assert f"for version in {' '.join(promised)};" in (ROOT / "tests" / "other_pythons.sh").read_text()


def _versions(lock: str) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)", (ROOT / lock).read_text(), re.MULTILINE)
    return dict(found)


def _name(asked: str) -> str:
    return re.split(r"[\[<>=~! ]", asked)[0].lower().replace("_", "-")
