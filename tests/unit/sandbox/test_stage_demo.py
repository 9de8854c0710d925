import os
import pty
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from dgbot.cli.demo import demo
from dgbot.sandbox.cast import StepFailed
from dgbot.sandbox.demo import DemoError, Surroundings, playing, sandbox
from dgbot.sandbox.prompt import prompting, typed
from dgbot.sandbox.script import parse
from tests.unit.sandbox.smallbot import SMALL_BOT


def _surroundings(keep: Path | None = None, source: str = SMALL_BOT) -> Surroundings:
    return Surroundings(mode="http", keep=keep, command=(sys.executable, "-c", source))


async def test_a_conversation_reaches_the_bot_and_comes_back_as_a_transcript():
    shown: list[str] = []
    async with sandbox(_surroundings(), shown.append) as ready:
        folder = ready.log.parent
        assert folder.stat().st_mode & 0o777 == 0o700
        code = await playing(
            parse(
                """
                carol: /deepgram hello
                expect carol: you said hello
                deepgram: balance 42
                wait 30m
                expect #alerts: $42 left
                bot: kill
                bot: start
                bob: /deepgram again
                expect bob: you said again
                """
            )
        )(ready)
        key = ready.deepgram.api_key
    transcript = "\n".join(shown)
    assert code == 0, transcript
    assert "  carol (only she sees it)  dgbot: You said hello\n" in transcript
    assert "  #alerts  dgbot: $42 left, key ***\n" in transcript
    assert key not in transcript
    assert shown[-1] == "\n9 steps, all as expected."
    assert not folder.exists()


async def test_a_failed_step_makes_the_exit_code_1():
    shown: list[str] = []
    async with sandbox(_surroundings(), shown.append) as ready:
        assert await playing(parse('carol: click "Approve"'))(ready) == 1
    assert "Failed: " in "\n".join(shown)


async def test_a_bot_that_can_not_start_says_why():
    source = "import os; raise SystemExit('no such plugin, key ' + os.environ['DEEPGRAM_API_KEY'])"
    with pytest.raises(StepFailed, match=r"no such plugin, key \*\*\*$"):
        async with sandbox(_surroundings(source=source), print):
            pass


@pytest.mark.slow
async def test_a_kept_folder_holds_settings_and_log(tmp_path):
    kept = tmp_path / "kept"
    async with sandbox(_surroundings(kept), print) as ready:
        ready.deepgram.set_balance(Decimal(1))
    assert kept.stat().st_mode & 0o777 == 0o700
    assert (kept / "bot.log").read_text() == "up\n"
    assert "CKEYAPPR1" in (kept / "dgbot.toml").read_text()


async def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(DemoError, match="is not empty"):
        async with sandbox(_surroundings(tmp_path), print):
            pass


@pytest.mark.slow
async def test_a_taken_port_is_named():
    async with sandbox(_surroundings(), print) as ready:
        port = int(ready.slack.origin.rpartition(":")[2])
        with pytest.raises(DemoError, match=f"Port {port} can't be used"):
            async with sandbox(Surroundings(port=port), print):
                pass


@pytest.mark.slow
async def test_a_person_at_the_terminal_is_answered_line_by_line():
    shown: list[str] = []
    ours, theirs = os.pipe()
    os.write(
        theirs,
        b'carol: /deepgram hello\nexpect carol: hello\n\nwhat?\nbob: click "Approve"\nhelp\ncarol: /deepgram bye',
    )
    os.close(theirs)
    asked: list[None] = []
    try:
        async with sandbox(_surroundings(), shown.append) as ready:
            assert await prompting(ours, ask=lambda: asked.append(None))(ready) == 0
    finally:
        os.close(ours)
    text = "\n".join(shown)
    assert "You said hello" in text
    assert "  As expected." in shown
    assert "'what?' is no step" in text
    assert "Failed: " in text
    assert "You said bye" in text
    assert text.count("Ctrl-D ends the demo") == 2
    assert len(asked) == 8


async def test_ctrl_d_at_a_terminal_ends_the_lines():
    ours, theirs = pty.openpty()
    os.write(ours, "grüße\n\x04".encode())
    try:
        assert [line async for line in typed(theirs)] == ["grüße"]
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("act", "number", "code"),
    [
        ("serve, endless=True", signal.SIGTERM, 0),
        ("serve, endless=True", signal.SIGINT, 0),
        ("playing(parse('wait 1m')), endless=False", signal.SIGTERM, 143),
        ("playing(parse('wait 1m')), endless=False", signal.SIGINT, 130),
        ("prompting(0, ask=lambda: None), endless=True", signal.SIGINT, 0),
    ],
)
def test_a_signal_ends_the_demo_and_leaves_nothing_behind(tmp_path, act, number, code):
    # This bot never finishes, so that the signal finds a script under way.
    bot = SMALL_BOT.replace('"outbox": 0', '"outbox": 1')
    program = f"""
import sys
from dgbot.sandbox.demo import Surroundings, playing, run, serve
from dgbot.sandbox.prompt import prompting
from dgbot.sandbox.script import parse
from tests.unit.sandbox.smallbot import SMALL_BOT

surroundings = Surroundings(mode="http", command=(sys.executable, "-c", {bot!r}))
sys.exit(run(surroundings, {act}, show=lambda text: print(text, flush=True)))
"""
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.send_signal(number)
        _, said = process.communicate(timeout=10)
    assert (process.returncode, said) == (code, b"")
    assert list(tmp_path.iterdir()) == []


def test_a_script_with_a_wrong_line_is_refused_before_anything_starts(tmp_path):
    script = tmp_path / "talk.txt"
    script.write_text("carol: hello\nwat\n")
    outcome = CliRunner().invoke(demo, ["--script", str(script)])
    assert outcome.exit_code == 2
    assert "Line 2: 'wat' is no step." in outcome.output
    assert "carol: hello" not in outcome.output


def test_serving_and_playing_a_script_exclude_each_other(tmp_path):
    script = tmp_path / "talk.txt"
    script.touch()
    outcome = CliRunner().invoke(demo, ["--serve", "--script", str(script)])
    assert outcome.exit_code == 2
    assert "--serve plays no script" in outcome.output
