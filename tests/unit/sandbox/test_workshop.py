"""Plugins under development: what the demo makes of the files that an author names."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dgbot.cli.demo import demo
from dgbot.plugin.config import PluginConfig
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.errors import PluginError
from dgbot.sandbox.cast import StepFailed
from dgbot.sandbox.demo import Surroundings, playing, sandbox
from dgbot.sandbox.script import parse
from dgbot.sandbox.workshop import Workshop, WorkshopError

PLUGIN = '''
from dgbot import Command, Context, Reply, command, hookimpl

@command("hello-{word}", permission="hello.{word}", topic="People", repeat="safe")
async def hello(ctx: Context) -> Reply:
    """Say hello."""
    return Reply("Hello, {word}")

@hookimpl
def dgbot_commands() -> list[Command]:
    return [hello]
'''


def plugin(file: Path, word: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(PLUGIN.replace("{word}", word), encoding="utf-8")
    return file


def written(workshop: Workshop, folder: Path) -> dict[str, Any]:
    workshop.write_settings(folder / "dgbot.toml", "p-1")
    return tomllib.loads((folder / "dgbot.toml").read_text())


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "demo"
    folder.mkdir(mode=0o700)
    return folder


def test_files_and_directories_are_gathered_and_carol_may_run_them(tmp_path, own):
    given = [plugin(tmp_path / "a.py", "a"), plugin(tmp_path / "more" / "b.py", "b").parent]
    plugin(tmp_path / "more" / "_c.py", "c")
    workshop = Workshop(given, own / "plugins")
    settings = written(workshop, own)
    assert settings["plugin_directory"] == str(own / "plugins")
    assert {"hello.a", "hello.b", "keys.revoke"} <= set(settings["roles"]["admins"]["may"])
    names = {command.name for command in workshop.commands}
    assert {"hello-a", "hello-b", "usage"} <= names
    assert "hello-c" not in names


def test_a_file_that_was_changed_or_taken_away_is_looked_at_anew(tmp_path, own):
    first, second = plugin(tmp_path / "p" / "a.py", "a"), plugin(tmp_path / "p" / "b.py", "b")
    workshop = Workshop([tmp_path / "p"], own / "plugins")
    written(workshop, own)
    plugin(first, "z")
    second.unlink()
    written(workshop, own)
    ours = {command.name for command in workshop.commands if command.name.startswith("hello")}
    assert ours == {"hello-z"}


def test_a_broken_plugin_is_left_to_the_bot_to_tell_of(tmp_path, own):
    broken = tmp_path / "a.py"
    broken.write_text("def (")
    workshop = Workshop([broken], own / "plugins")
    assert "plugin_directory" in written(workshop, own)
    assert workshop.commands == ()


def test_without_plugins_the_settings_name_no_directory(own):
    assert "plugin_directory" not in written(Workshop([], own / "plugins"), own)
    assert not (own / "plugins").exists()


def test_settings_that_somebody_has_changed_stay(tmp_path, own):
    workshop = Workshop([plugin(tmp_path / "a.py", "a")], own / "plugins")
    written(workshop, own)
    with (own / "dgbot.toml").open("a") as settings:
        settings.write('\n[log]\nlevel = "debug"\n')
    assert written(workshop, own)["log"] == {"level": "debug"}


def test_tests_beside_the_plugins_are_left_aside(tmp_path, own):
    plugin(tmp_path / "p" / "a.py", "a")
    (tmp_path / "p" / "test_a.py").write_text("import a")
    (tmp_path / "p" / "conftest.py").write_text("raise RuntimeError('never imported')")
    workshop = Workshop([tmp_path / "p"], own / "plugins")
    written(workshop, own)
    assert "hello-a" in {command.name for command in workshop.commands}
    assert [path.name for path in (own / "plugins").iterdir()] == ["a.py"]


def test_a_plugin_that_is_given_twice_is_loaded_once(tmp_path, own):
    file = plugin(tmp_path / "p" / "a.py", "a")
    workshop = Workshop([file, file.parent], own / "plugins")
    written(workshop, own)
    assert "hello-a" in {command.name for command in workshop.commands}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def (", "{file} failed to load: SyntaxError: invalid syntax (a.py, line 1)"),
        ("\n1 / 0", "{file}:2 failed to load: ZeroDivisionError: division by zero"),
        (PLUGIN.replace("return [hello]", "return [1 / 0]"), "{file}:11: dgbot_commands failed: ZeroDivisionError"),
        ("x = 1", "{file} offers nothing; a plugin has an @hookimpl named"),
        (PLUGIN.replace("dgbot_commands", "dgbot_comands"), "{file}: there is no hook dgbot_comands"),
    ],
)
def test_a_mistake_is_told_with_the_file_that_its_author_gave(tmp_path, own, text, told):
    file = tmp_path / "a.py"
    file.write_text(text.replace("{word}", "a"))
    written(Workshop([file], own / "plugins"), own)
    with pytest.raises(PluginError) as refusal:
        load_plugins(PluginConfig(), directory=own / "plugins", entry_points=False)
    assert str(refusal.value).startswith(told.format(file=file))
    assert str(own) not in str(refusal.value)


def test_a_plugin_finds_what_lies_beside_the_file_that_its_author_gave(tmp_path, own):
    file = plugin(tmp_path / "a.py", "a")
    beside = 'from pathlib import Path\nWORD = Path(__file__).with_name("word.txt").read_text()\n'
    file.write_text(beside + file.read_text().replace('"hello-a"', "WORD"))
    (tmp_path / "word.txt").write_text("hello-there")
    workshop = Workshop([file], own / "plugins")
    written(workshop, own)
    assert "hello-there" in {command.name for command in workshop.commands}


def test_what_is_no_plugin_is_refused(tmp_path, own):
    (tmp_path / "empty").mkdir()
    for name in ("test_a.py", "_a.py", "a.txt"):
        (tmp_path / name).touch()
    for given, why in (
        ([tmp_path / "nothing.py"], "There is no"),
        ([tmp_path / "empty"], "has no plugin in it"),
        ([tmp_path / "test_a.py"], r"test_a\.py is a test by its name; name the plugin's file"),
        ([tmp_path / "_a.py"], r"_a\.py can't be a plugin; its name must"),
        ([tmp_path / "a.txt"], r"a\.txt can't be a plugin; its name must"),
        ([plugin(tmp_path / "a.py", "a"), plugin(tmp_path / "x" / "a.py", "b")], r"Two plugins are called a\.py"),
    ):
        with pytest.raises(WorkshopError, match=why):
            written(Workshop(given, own / "plugins"), own)


def test_the_demo_says_what_is_wrong_with_a_directory_of_plugins(tmp_path):
    outcome = CliRunner().invoke(demo, ["--serve", "--plugins", str(tmp_path)])
    assert outcome.exit_code == 1
    assert "has no plugin in it" in outcome.output


@pytest.mark.slow
async def test_a_plugin_is_tried_in_the_demo_and_again_after_a_change(tmp_path):
    file = plugin(tmp_path / "a.py", "a")
    shown: list[str] = []
    async with sandbox(Surroundings(plugins=[file]), shown.append) as ready:
        assert await playing(parse("carol: /deepgram hello-a\nexpect carol: Hello, a"))(ready) == 0, shown
        plugin(file, "b")
        again = "bot: kill\nbot: start\ncarol: /deepgram hello-b\nexpect carol: Hello, b"
        assert await playing(parse(again))(ready) == 0, shown


@pytest.mark.slow
async def test_a_start_that_fails_names_the_line_of_the_file_that_its_author_gave(tmp_path):
    file = plugin(tmp_path / "a.py", "a")
    file.write_text("import nothing_of_that_name\n")
    with pytest.raises(StepFailed) as failure:
        async with sandbox(Surroundings(plugins=[file]), print):
            pass
    assert f"{file}:1 failed to load: ModuleNotFoundError" in str(failure.value)
