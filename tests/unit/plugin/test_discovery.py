import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import dgbot_plugins
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

HOSTILE = """
import sys, types
class Hostile(types.ModuleType):
    def __getattribute__(self, name):
        raise GeneratorExit("no")
sys.modules[__name__].__class__ = Hostile
"""

ODD = """
class Odd:
    @property
    def __class__(self):
        raise SystemExit(4)
"""


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
    assert {"balance", "days-left"} <= set(plugins.checks)
    assert plugins.ignored == ()


def test_finds_files_of_the_directory_but_not_private_ones(directory):
    path = put(directory, "hello.py", HELLO)
    put(directory, "_parts.py", "raise RuntimeError('never imported')")
    put(directory, "notes.txt", "no Python")
    plugins = load(directory)
    assert [command.usage for command in plugins.commands] == ["hello [<name>]"]
    assert plugins.sources == (str(path),)
    assert not (directory / "__pycache__").exists()


@pytest.mark.parametrize("name", ["test_hello.py", "hello_test.py", "conftest.py"])
def test_tests_beside_a_plugin_are_left_aside_and_told_of(directory, name):
    path = put(directory, "hello.py", HELLO)
    test = put(directory, name, "import hello")
    plugins = load(directory)
    assert plugins.sources == (str(path),)
    assert plugins.ignored == (f"{test} is not loaded: its name is that of a test.",)


def test_a_name_that_only_holds_the_word_test_is_a_plugin(directory):
    put(directory, "latest.py", HELLO)
    assert len(load(directory).commands) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("def parts():\n    return {}['x']\n\nparts()\n", 2),
        (HELLO + "\n1 / 0\n", HELLO.count("\n") + 2),
        (HELLO.replace("return [hello]", "return 1 / 0"), HELLO.count("\n")),
    ],
)
def test_a_mistake_is_told_with_its_line(directory, text, line):
    path = put(directory, "broken.py", text)
    with pytest.raises(PluginError) as refusal:
        load(directory)
    assert str(refusal.value).startswith(f"{path}:{line}")


@pytest.mark.parametrize("named", ["'/home/ann/hello.py'", "7", "None", "__doc__"])
def test_a_plugin_may_name_the_file_that_errors_tell(directory, named):
    path = put(directory, "hello.py", f"{HELLO}\n__file__ = {named}\n")
    assert load(directory).sources == (named.strip("'") if "ann" in named else str(path),)


def test_a_plugin_that_names_the_file_of_another_does_not_take_its_place(directory):
    first = put(directory, "a.py", HELLO)
    second = put(directory, "b.py", f"{HELLO.replace('hello', 'bye')}\n__file__ = {str(first)!r}\n")
    plugins = load(directory)
    assert plugins.sources == (str(first), str(second))
    assert [command.name for command in plugins.commands] == ["bye", "hello"]


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
        ("raise KeyboardInterrupt", "failed to load: KeyboardInterrupt"),
        ("class Odd(BaseException):\n    __str__ = None\nraise Odd", "failed to load: Odd."),
        ("import sys\ndel sys.modules[__name__]\nraise GeneratorExit('x')", "failed to load: GeneratorExit: x"),
        (HELLO.replace("return [hello]", "raise SystemExit(3)"), "dgbot_commands failed: SystemExit: 3"),
        (HELLO + HOSTILE, "can't be searched for hooks: GeneratorExit: no"),
        (HELLO.replace("return [hello]", "return [Odd()]") + ODD, "dgbot_commands failed: SystemExit: 4"),
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


@pytest.mark.parametrize(
    ("installed", "fits"),
    [(False, r"no plugin measures anything\."), (True, r"there are balance, .*\busage-spike\.")],
)
def test_a_rule_needs_a_check_that_exists(directory, installed, fits):
    put(
        directory,
        "rule.py",
        "from decimal import Decimal\nfrom dgbot import RuleSpec, hookimpl\n"
        "@hookimpl\ndef dgbot_rules():\n    return [RuleSpec('low', 'ballance', Decimal(5), 'C1')]\n",
    )
    with pytest.raises(PluginError, match=f"the rule 'low' watches 'ballance'; {fits}"):
        load_plugins(PluginConfig(), directory=directory, entry_points=installed)


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


def test_a_link_among_the_files_is_refused_wherever_it_leads(directory, tmp_path):
    safe = tmp_path / "safe"
    safe.mkdir(mode=0o700)
    (directory / "hello.py").symlink_to(put(safe, "hello.py", HELLO))
    with pytest.raises(UnsafePath, match=r"hello\.py is a symbolic link; put the plugin's file itself there"):
        load(directory)


def test_what_is_no_file_is_refused(directory):
    os.mkfifo(directory / "pipe.py", 0o600)
    with pytest.raises(UnsafePath, match=r"pipe\.py is not a file"):
        load(directory)


def test_a_link_to_the_directory_is_as_safe_as_every_place_on_its_way(directory, tmp_path):
    put(directory, "hello.py", HELLO)
    loose = tmp_path / "loose"
    loose.mkdir()
    (loose / "hop").symlink_to(directory)
    (tmp_path / "named").symlink_to(loose / "hop")
    assert len(load(tmp_path / "named").commands) == 1
    loose.chmod(0o777)
    with pytest.raises(UnsafePath, match="loose can be changed by others"):
        load(tmp_path / "named")


def test_a_relative_link_hides_no_directory_that_others_may_change(directory, tmp_path):
    put(directory, "hello.py", HELLO)
    directory.chmod(0o1777)
    (tmp_path / "links").mkdir(mode=0o700)
    (tmp_path / "links" / "named").symlink_to("../plugins")
    with pytest.raises(UnsafePath, match="plugins can be changed by others"):
        load(tmp_path / "links" / "named")


def test_the_bytes_that_run_are_those_that_were_checked(directory, monkeypatch):
    path = put(directory, "hello.py", HELLO)
    fstat = os.fstat

    def swapped(descriptor):
        status = fstat(descriptor)
        path.unlink(missing_ok=True)
        put(directory, "hello.py", "raise RuntimeError('swapped')")
        return status

    monkeypatch.setattr("dgbot.plugin.trust.os.fstat", swapped)
    assert len(load(directory).commands) == 1
    assert "swapped" in path.read_text()


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
    try:
        os.chown(put(directory, "hello.py", HELLO), 12345, -1)
    except OSError:
        pytest.skip("this user namespace has no second user to give a file to")
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


@pytest.mark.parametrize("door", ["working directory", "PYTHONPATH"])
@pytest.mark.parametrize("planted", ["dgbot_plugins/__init__.py", "dgbot_plugins.py"])
def test_a_planted_twin_of_an_installed_plugin_is_refused_before_it_runs(tmp_path, door, planted):
    (tmp_path / "dgbot_plugins").mkdir()
    put(tmp_path, planted, "print('LOADED')")
    environment = {"PATH": "/usr/bin:/bin"} | ({"PYTHONPATH": str(tmp_path)} if door == "PYTHONPATH" else {})
    elsewhere = Path("/") if door == "PYTHONPATH" else tmp_path
    ran = subprocess.run(
        [sys.executable, "-c", LOAD], cwd=elsewhere, env=environment, capture_output=True, text=True, check=False
    )
    own = dgbot_plugins.__file__
    assert f"would run {tmp_path / planted} instead of {own}, which is installed" in ran.stderr
    assert "PluginError" in ran.stderr
    assert "LOADED" not in ran.stdout


@pytest.mark.parametrize("editable", [True, False])
def test_only_an_editable_distribution_may_have_its_modules_elsewhere(tmp_path, monkeypatch, editable):
    packages, project = tmp_path / "site-packages", tmp_path / "project"
    info = packages / "greeter-1.0.dist-info"
    info.mkdir(parents=True)
    project.mkdir()
    path = put(project, f"greeter_{editable}.py", HELLO)
    put(info, "METADATA", "Metadata-Version: 2.1\nName: greeter\nVersion: 1.0\n")
    put(info, "entry_points.txt", f"[dgbot]\ngreeter = {path.stem}\n")
    put(info, "direct_url.json", json.dumps({"url": project.as_uri(), "dir_info": {"editable": editable}}))
    monkeypatch.setattr("dgbot.plugin.installed._site_packages", lambda: (str(packages), str(packages)))
    monkeypatch.setattr("site.getsitepackages", list)
    monkeypatch.syspath_prepend(project)
    monkeypatch.syspath_prepend(packages)
    if editable:
        assert [command.name for command in load_plugins(PluginConfig()).commands] == ["hello"]
    else:
        with pytest.raises(PluginError, match=f"{path.stem} would run {path} instead of"):
            load_plugins(PluginConfig())
        assert path.stem not in sys.modules


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
