import os
import subprocess
import sys
from pathlib import Path

import pytest

from dgbot import PluginConfig
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.errors import PluginError, PluginSettingsError, UnsafePath
from dgbot.plugin.trust import require_private

HELLO = '''
from __future__ import annotations
from dgbot import Context, Reply, command, hookimpl

@command("hello", permission="anyone")
async def hello(ctx: Context, name: str = "world") -> Reply:
    """Greet."""
    return Reply(f"Hello {name}")

@hookimpl
def dgbot_commands():
    return [hello]
'''


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    place = tmp_path / "plugins"
    place.mkdir(mode=0o700)
    return place


def put(directory: Path, name: str, text: str) -> Path:
    path = directory / name
    path.write_text(text)
    path.chmod(0o600)
    return path


def load(directory: Path):
    return load_plugins(PluginConfig(), directory=directory, entry_points=False)


def test_finds_what_is_installed():
    plugins = load_plugins(PluginConfig())
    assert {"invite", "revoke-key", "create-key", "usage", "balance-alert set"} <= {c.name for c in plugins.commands}
    assert set(plugins.checks) == {"balance"}
    assert plugins.ignored == ()


def test_finds_files_of_the_directory_but_not_private_ones(directory):
    path = put(directory, "hello.py", HELLO)
    put(directory, "_parts.py", "raise RuntimeError('never imported')")
    put(directory, "notes.txt", "no Python")
    plugins = load(directory)
    assert [command.usage for command in plugins.commands] == ["hello [<name>]"]
    assert plugins.sources == (str(path),)
    assert not (directory / "__pycache__").exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            HELLO.replace("dgbot_commands", "dgbot_comands"),
            "there is no hook dgbot_comands; there are dgbot_commands, ",
        ),
        (HELLO.replace("@hookimpl\n", ""), "dgbot_commands lacks its @hookimpl."),
        (HELLO.replace("dgbot_commands()", "dgbot_commands(confg)"), "Argument(s) {'confg'} are declared"),
        (HELLO.replace("def dgbot", "async def dgbot"), "dgbot_commands is async; a hook only declares"),
        (
            HELLO.replace("return [hello]", "return hello"),
            "dgbot_commands returned a Command; return a list of Command.",
        ),
        (HELLO.replace("return [hello]", "return ['hello']"), "returned a list with a str; return a list of Command."),
        (HELLO.replace("return [hello]", "return 1 / 0"), "dgbot_commands failed: ZeroDivisionError: division by zero"),
        (HELLO.replace("hello", "Hello"), "failed to load: ValueError: 'Hello' can't name a command"),
        ("x = 1", "offers nothing; a plugin has an @hookimpl named dgbot_commands or"),
        ("import nothing_of_that_name", "failed to load: ModuleNotFoundError: No module named"),
        ("def (", "failed to load: SyntaxError"),
        ("raise SystemExit(0)", "failed to load: SystemExit"),
    ],
)
def test_a_broken_plugin_is_refused_with_its_file(directory, text, sentence):
    path = put(directory, "broken.py", text)
    with pytest.raises(PluginError) as refusal:
        load(directory)
    assert str(path) in str(refusal.value)
    assert sentence in str(refusal.value)


def test_two_plugins_with_one_command_are_refused_with_both_files(directory):
    one, two = put(directory, "one.py", HELLO), put(directory, "two.py", HELLO)
    with pytest.raises(PluginError) as refusal:
        load(directory)
    assert str(refusal.value) == f"Two plugins offer the command 'hello': {one} and {two}; remove one of them."


def test_a_rule_needs_a_check_that_exists(directory):
    put(
        directory,
        "rule.py",
        "from decimal import Decimal\nfrom dgbot import RuleSpec, hookimpl\n"
        "@hookimpl\ndef dgbot_rules():\n    return [RuleSpec('low', 'ballance', Decimal(5), 'C1')]\n",
    )
    with pytest.raises(PluginError, match="the rule 'low' watches 'ballance'"):
        load(directory)


def test_a_file_that_others_may_change_is_refused(directory):
    path = put(directory, "hello.py", HELLO)
    path.chmod(0o620)
    with pytest.raises(UnsafePath, match=r"hello.py can be changed by others \(mode 620\); run: chmod go-w"):
        load(directory)


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_a_directory_that_others_may_change_is_refused(directory, mode):
    put(directory, "hello.py", HELLO)
    directory.chmod(mode)
    with pytest.raises(UnsafePath, match="can be changed by others"):
        load(directory)


def test_a_parent_that_others_may_change_is_refused(directory):
    directory.parent.chmod(0o777)
    with pytest.raises(UnsafePath, match="can be changed by others"):
        load(directory)


def test_a_link_is_as_safe_as_both_of_its_ends(directory, tmp_path):
    loose = tmp_path / "loose"
    loose.mkdir()
    loose.chmod(0o777)
    (directory / "hello.py").symlink_to(put(loose, "hello.py", HELLO))
    with pytest.raises(UnsafePath, match="loose can be changed by others"):
        load(directory)


def test_the_directory_is_an_absolute_path_that_exists(directory, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnsafePath, match="'plugins' depends on where the bot is started; give an absolute path"):
        load(Path("plugins"))
    with pytest.raises(UnsafePath, match="missing can't be read"):
        load(tmp_path / "missing")
    with pytest.raises(PluginError, match=r"hello\.py is not a directory"):
        load(put(directory, "hello.py", HELLO))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_refused(directory):
    os.chown(put(directory, "hello.py", HELLO), 12345, -1)
    with pytest.raises(UnsafePath, match="belongs to user 12345, who could change what the bot runs"):
        load(directory)


def test_root_and_ourselves_are_trusted(directory):
    require_private(directory)
    require_private(Path(sys.executable).resolve().parent)


LOAD = "from dgbot import PluginConfig\nfrom dgbot.plugin.discovery import load_plugins\n" + (
    "plugins = load_plugins(PluginConfig())\nprint('planted' in {c.name for c in plugins.commands}, plugins.ignored)"
)


@pytest.mark.parametrize("door", ["working directory", "PYTHONPATH"])
def test_a_planted_distribution_is_not_loaded(tmp_path, door):
    put(tmp_path, "planted.py", HELLO.replace("hello", "planted") + "\nprint('LOADED')")
    info = tmp_path / "planted-1.0.dist-info"
    info.mkdir()
    put(info, "METADATA", "Metadata-Version: 2.1\nName: planted\nVersion: 1.0\n")
    put(info, "entry_points.txt", "[dgbot]\nplanted = planted\n")
    environment = {"PATH": "/usr/bin:/bin"} | ({"PYTHONPATH": str(tmp_path)} if door == "PYTHONPATH" else {})
    told = subprocess.run(
        [sys.executable, "-c", LOAD], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert told.startswith("False")
    assert "planted at" in told
    assert "not loaded: it is not installed in site-packages" in told
    assert "LOADED" not in told


def test_a_section_that_nobody_reads_is_told():
    plugins = load_plugins(PluginConfig({"balence-alert": {}, "create-key": {}}))
    assert plugins.ignored == (
        "[plugins.balence-alert]: no plugin reads this section; did you mean [plugins.balance-alert]?",
    )


def test_a_setting_that_does_not_fit_is_named_and_its_value_kept_back():
    with pytest.raises(PluginSettingsError) as refusal:
        load_plugins(PluginConfig({"create-key": {"max_ttl": "hunter2"}}))
    assert str(refusal.value).startswith("[plugins.create-key] max_ttl: ")
    assert "hunter2" not in str(refusal.value)
    assert refusal.value.__cause__ is refusal.value.__context__ is None
