"""What people write is read as they mean it, or refused in a sentence that names the value; secrets are never shown."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path

import pytest

from dgbot.settings import READ_BY_BOLT, WELL_KNOWN, Settings, SettingsError, forget, is_loopback, load
from dgbot.settings.approvals import ApprovalSettings

TOML = """\
[deepgram]
project = "p1"

[roles.admin]
users = ["U0123ABCD"]
groups = ["S0123ABCD"]
may = ["keys.revoke"]

[approvals]
channel = "C0123ABCD"
approvers = "admin"
"""
ENVIRONMENT = {
    "SLACK_BOT_TOKEN": "xoxb-1-secretbot",
    "SLACK_APP_TOKEN": "xapp-1-secretapp",
    "DEEPGRAM_API_KEY": "5ec4e7" * 6,
}
SECRETS = ("secretbot", "secretapp", "5ec4e7", "hunter2")

Read = Callable[..., Settings]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and no settings of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


@pytest.fixture
def read(home) -> Read:
    def read(more: str = "", *, toml: str = TOML, **environment: str | None) -> Settings:
        (home / "dgbot.toml").write_text(toml + more)
        variables = {name: value for name, value in (ENVIRONMENT | environment).items() if value is not None}
        return load(environment=variables)

    return read


@pytest.fixture
def refused(read) -> Callable[..., str]:
    def refused(*args, **kwargs) -> str:
        with pytest.raises(SettingsError) as caught:
            read(*args, **kwargs)
        told = "\n".join(traceback.format_exception(caught.value, chain=True))
        assert not any(secret in told for secret in SECRETS), "a secret is shown"
        assert all(problem.endswith((".", "?")) for problem in caught.value.problems), caught.value.problems
        return str(caught.value)

    return refused


def test_a_few_lines_and_three_tokens_are_enough(read):
    settings = read()
    assert settings.socket_mode
    assert settings.policy.holders("keys.revoke") == {"admin"}
    assert settings.policy.groups == {"S0123ABCD"}
    assert settings.deepgram.base_url == "https://api.deepgram.com"


def test_settings_print_no_secret(read):
    assert not any(secret in f"{read()!r}{read()}{read().model_dump()}" for secret in SECRETS)


def test_without_an_app_token_the_bot_listens_to_http(read):
    assert not read(SLACK_APP_TOKEN=None, SLACK_SIGNING_SECRET="8f742231" * 4).socket_mode


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SLACK_BOT_TOKEN": None}, "slack.bot_token is missing: set SLACK_BOT_TOKEN"),
        ({"DEEPGRAM_API_KEY": None}, "deepgram.api_key is missing: set DEEPGRAM_API_KEY"),
        ({"DEEPGRAM_API_KEY": ""}, "deepgram.api_key is missing: set DEEPGRAM_API_KEY"),
        ({"SLACK_APP_TOKEN": None}, "set SLACK_APP_TOKEN (xapp-…, Socket Mode) or SLACK_SIGNING_SECRET (HTTP)"),
        ({"SLACK_BOT_TOKEN": "xoxp-1-secretbot"}, "slack.bot_token (SLACK_BOT_TOKEN): must begin with xoxb-."),
        ({"SLACK_APP_TOKEN": "xoxb-1-secretapp"}, "slack.app_token (SLACK_APP_TOKEN): must begin with xapp-."),
        ({"SLACK_BOT_TOKEN": "xoxb-1 secretbot"}, "slack.bot_token (SLACK_BOT_TOKEN): has a space"),
        ({"SLACK_BOT_TOKEN": "xoxb-1\nsecretbot"}, "slack.bot_token (SLACK_BOT_TOKEN): has a space, a line end"),
        ({"SLACK_APP_TOKEN": None, "SLACK_SIGNING_SECRET": " "}, "slack.signing_secret (SLACK_SIGNING_SECRET)"),
        ({"SLACK_SIGNING_SECRET": "hunter2" + "x" * 8}, "(SLACK_SIGNING_SECRET): has fewer than 16 characters"),
        ({"SLACK_PREVIOUS_SIGNING_SECRET": "hunter2"}, "has fewer than 16 characters"),
        ({"DGBOT_DEEPGRAM__TIMEOUT": "PT0.5S"}, "deepgram.timeout (DGBOT_DEEPGRAM__TIMEOUT): 0.5 s is not between 1"),
        ({"DGBOT_DEEPGRAM__TIMEOUT": "2m"}, "120 s is not between 1 and 60 seconds"),
        ({"DGBOT_SLACK__PREVIOUS_SIGNING_SECRET": " "}, "slack.previous_signing_secret"),
        ({"DGBOT_SLACK__PREVIOUS_SIGNING_SECRET": ""}, "slack.previous_signing_secret"),
        ({"DEEPGRAM_HOST": "http://api.deepgram.com"}, "'http://api.deepgram.com'"),
        ({"DEEPGRAM_HOST": "https://bob:hunter2@api.deepgram.com"}, "without user, query or fragment"),
        ({"DEEPGRAM_HOST": "https://api.deepgram.com?key=hunter2"}, "without user, query or fragment"),
        ({"DEEPGRAM_HOST": "https://"}, "must begin with https://"),
        ({"DEEPGRAM_HOST": "http://127.0.0.1.evil.com"}, "must begin with https://"),
        ({"DGBOT_SLACK__BASE_URL": "http://slack.com/api/"}, "slack.base_url (DGBOT_SLACK__BASE_URL)"),
        ({"DGBOT_CLOCK_URL": "http://127.0.0.1:1/clock"}, "https://slack.com/api/ is not on this machine"),
        ({"DGBOT_CLOCK_URL": "https://example.com/clock"}, "https://example.com/clock is not on this machine"),
        ({"DGBOT_WEB__PORT": "http"}, "web.port (DGBOT_WEB__PORT): 'http' does not fit"),
        ({"DGBOT_WEB__PORT": "70000"}, "web.port (DGBOT_WEB__PORT): '70000' does not fit"),
        ({"DGBOT_LOG__LEVEL": "loud"}, "log.level (DGBOT_LOG__LEVEL): 'loud' does not fit"),
        ({"DGBOT_APPROVALS__CHANEL": "C1"}, "approvals.chanel is not a setting; did you mean channel?"),
        ({"DGBOT_APROVALS__CHANNEL": "C1"}, "DGBOT_APROVALS__CHANNEL names the section aprovals"),
        ({"DGBOT_ROLES": "{oops"}, "roles"),
    ],
)
def test_a_mistake_in_the_environment_is_named_in_a_sentence(refused, change, named):
    assert named in refused(**change)


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ("request_lasts = '5x'", "approvals.request_lasts (DGBOT_APPROVALS__REQUEST_LASTS): '5x' is not a duration"),
        ("request_lasts = 0", "0 is no time at all"),
        ("request_lasts = -5", "-5 is no time at all"),
        ("request_lasts = '0m'", "'0m' is no time at all"),
        ("request_lasts = [1]", "[1] does not fit"),
        ("request_lats = '8h'", "approvals.request_lats is not a setting; did you mean request_lasts?"),
        ("[slack]\nbot_tokn = 'xoxb-secretbot'", "slack.bot_tokn is not a setting; did you mean bot_token?"),
        ("[slack]\nprevious_signing_secret = 5", "slack.previous_signing_secret"),
        ("[slak]\nx = 1", "slak is not a setting; did you mean slack?"),
        ("[roles.dev]\nusers = ['@bob']", "roles.dev.users.0: '@bob' is not the id of a person, such as U0123ABCD."),
        ("[roles.dev]\ngroups = ['devs']", "roles.dev.groups.0: 'devs' is not the id of a user group"),
        ("[roles.dev]\nusers = 'U0123ABCD'", "roles.dev.users: 'U0123ABCD' does not fit: input should be a list."),
        ("[roles.dev]\nuser = []", "roles.dev.user is not a setting; did you mean users?"),
        ("[alerts]\nchannel = '#ops'", "alerts.channel (DGBOT_ALERTS__CHANNEL): '#ops' is not the id of a channel"),
        ("x = ", "is not TOML"),
    ],
)
def test_a_mistake_in_the_file_is_named_in_a_sentence(refused, more, named):
    assert named in refused(more)


def test_a_number_in_place_of_a_token_is_not_shown(refused):
    told = refused("[slack]\nprevious_signing_secret = 5324324321")
    assert "5324324321" not in told


def test_approvers_must_be_a_role(refused):
    told = refused(toml=TOML.replace('approvers = "admin"', 'approvers = "boss"'))
    assert told == "approvals.approvers names the role 'boss'; [roles] has admin."


def test_every_mistake_is_named_at_once_and_what_is_missing_with_what_to_set(refused):
    told = refused(toml="", SLACK_BOT_TOKEN=None, SLACK_APP_TOKEN=None, DEEPGRAM_API_KEY=None)
    assert "[slack] is missing: set SLACK_BOT_TOKEN" in told
    assert "[deepgram] is missing: set DEEPGRAM_API_KEY" in told
    assert "[approvals] is missing" in told


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("'8h'", timedelta(hours=8)),
        ("'1h30m'", timedelta(minutes=90)),
        ("'2d'", timedelta(days=2)),
        ("'PT8H'", timedelta(hours=8)),
        ("'90'", timedelta(seconds=90)),
        ("90", timedelta(seconds=90)),
    ],
)
def test_durations_are_read_as_people_write_them(read, written, meant):
    assert read(f"request_lasts = {written}").approvals.request_lasts == meant


def test_the_environment_reads_durations_too(read):
    assert read(DGBOT_ALERTS__EVERY="15m").alerts.every == timedelta(minutes=15)
    assert read(DGBOT_DEEPGRAM__TIMEOUT="5").deepgram.timeout == timedelta(seconds=5)


def test_the_environment_wins_over_dotenv_and_dotenv_over_the_file(read, home):
    more = "[web]\nport = 1\nhost = 'file'\n[log]\nlevel = 'debug'"
    (home / ".env").write_text("DGBOT_WEB__PORT=2\nDGBOT_WEB__HOST=dotenv\n")
    settings = read(more, DGBOT_WEB__PORT="3")
    assert (settings.web.port, settings.web.host, settings.log.level) == (3, "dotenv", "debug")


def test_a_token_of_the_environment_wins_in_either_form(read, home):
    (home / ".env").write_text("SLACK_BOT_TOKEN=xoxb-of-dotenv\nDGBOT_SLACK__APP_TOKEN=xapp-of-dotenv\n")
    (home / "token").write_text("xoxb-of-the-file\n")
    settings = read(SLACK_BOT_TOKEN=None, SLACK_BOT_TOKEN_FILE=str(home / "token"))
    assert settings.slack.bot_token.get_secret_value() == "xoxb-of-the-file"
    assert settings.slack.app_token is not None
    assert settings.slack.app_token.get_secret_value() == ENVIRONMENT["SLACK_APP_TOKEN"]


@pytest.mark.parametrize("name", sorted(ENVIRONMENT))
def test_every_token_can_stand_in_a_file(read, home, name):
    (home / "token").write_text(ENVIRONMENT[name] + "\n")
    assert read(**{name: None, f"{name}_FILE": str(home / "token")}).model_dump() == read().model_dump()


def test_a_token_file_that_cant_be_read_is_named(refused, home):
    assert "SLACK_BOT_TOKEN_FILE: /nowhere can't be read" in refused(
        SLACK_BOT_TOKEN=None, SLACK_BOT_TOKEN_FILE="/nowhere"
    )
    (home / "bytes").write_bytes(b"\xff\xfe")
    assert "is not text" in refused(SLACK_BOT_TOKEN=None, SLACK_BOT_TOKEN_FILE=str(home / "bytes"))
    (home / "empty").write_text("\n")
    assert "set SLACK_BOT_TOKEN" in refused(SLACK_BOT_TOKEN=None, SLACK_BOT_TOKEN_FILE=str(home / "empty"))


def test_a_file_that_was_named_must_be_there(home):
    with pytest.raises(SettingsError, match="does not exist"):
        load(home / "other.toml", environment=ENVIRONMENT)
    with pytest.raises(SettingsError, match="does not exist"):
        load(environment=ENVIRONMENT | {"DGBOT_CONFIG": str(home / "other.toml")})


def test_a_file_that_is_not_text_is_named(home):
    (home / "dgbot.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match=r"dgbot\.toml can't be read"):
        load(environment=ENVIRONMENT)


def test_the_platforms_folder_serves_when_the_working_directory_has_no_file(home):
    (home / "config" / "dgbot").mkdir(parents=True)
    (home / "config" / "dgbot" / "dgbot.toml").write_text(TOML)
    assert load(environment=ENVIRONMENT).deepgram.project == "p1"


def test_variables_of_other_programs_are_no_concern_of_ours(read):
    read(DGBOT_PORT="tcp://10.0.0.1:80", DGBOT_SERVICE_HOST="10.0.0.1", SLACK_WHATEVER="x")


def test_the_sandboxs_clock_is_for_this_machine_alone(read):
    local = {"DEEPGRAM_HOST": "http://127.0.0.1:1", "DGBOT_SLACK__BASE_URL": "http://localhost:2/api/"}
    assert read(**local, DGBOT_CLOCK_URL="http://[::1]:3/clock").clock_url is not None


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("http://127.0.0.1:1", True),
        ("http://[::1]/", True),
        ("https://slack.com", False),
        ("http://127.0.0.1.x", False),
    ],
)
def test_loopback_is_this_machine(url, ours):
    assert is_loopback(url) is ours


def test_settings_are_frozen(read):
    with pytest.raises(Exception, match="frozen"):
        read().deepgram.project = "other"


def test_what_was_read_is_taken_out_of_the_environment():
    left = dict.fromkeys((*WELL_KNOWN, *READ_BY_BOLT), "x") | {"PATH": "/bin"}
    forget(left)
    assert left == {"PATH": "/bin"}


@pytest.mark.parametrize("pattern", [r"^(\w+\s?)*$", r"(a|aa)+", r"(x+){2,}", ".*.*.*"])
def test_a_pattern_that_could_take_for_ever_is_refused(pattern):
    with pytest.raises(ValueError, match="could take for ever"):
        ApprovalSettings(channel="C0000000000", approvers="bosses", reason_pattern=pattern)


@pytest.mark.parametrize("pattern", ["", r"[A-Z]+-[0-9]+", r"^(OPS|SEC)-\d{1,6}\b", r"ticket \(.*\)", r"[)*+]?"])
def test_a_pattern_that_ends_is_taken(pattern):
    assert ApprovalSettings(channel="C0000000000", approvers="bosses", reason_pattern=pattern).reason_pattern == pattern


NIGHT = """
[alerts.quiet.night]
channels = ["C0123ABCD"]
from = "22:00"
to = "07:00"
zone = "Europe/Berlin"
weekdays = ["mon", "tue"]
"""


def test_quiet_hours_are_read_as_they_are_meant(read):
    (route,) = read(NIGHT).alerts.quiet_routes
    assert (route.hours.name, route.hours.begins, route.hours.ends) == ("night", time(22), time(7))
    assert (str(route.hours.zone), route.hours.weekdays) == ("Europe/Berlin", {0, 1})
    assert (route.channels, route.lets_critical_through) == ({"C0123ABCD"}, True)
    (route,) = read(NIGHT + 'critical = "wait"').alerts.quiet_routes
    assert not route.lets_critical_through


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("22:00", "25:00", "alerts.quiet.night.from: '25:00' is not a time of day such as 22:00"),
        ('"07:00"', "7", "alerts.quiet.night.to: 7 is not a time of day such as 22:00"),
        ("Europe/Berlin", "Middle/Earth", "alerts.quiet.night.zone: 'Middle/Earth' is not a time zone such as"),
        ("Europe/Berlin", "../etc", "alerts.quiet.night.zone: '../etc' is not a time zone such as Europe/Berlin"),
        ("tue", "tuesday", "'tuesday' is not a day of the week; write mon, tue, wed, thu, fri, sat, sun"),
        ('["mon", "tue"]', "[]", "alerts.quiet.night.weekdays"),
        ('["C0123ABCD"]', "[]", "alerts.quiet.night.channels"),
        ("C0123ABCD", "#ops", "'#ops' is not the id of a channel"),
        ('from = "22:00"', "", "[alerts.quiet.night.from] is missing"),
        ("zone", "timezone", "alerts.quiet.night.timezone is not a setting"),
    ],
)
def test_quiet_hours_that_can_not_be_are_refused_with_what_would_fit(refused, old, new, wrong):
    assert wrong in refused(NIGHT.replace(old, new))


def test_the_rules_file_stands_beside_the_settings_wherever_the_bot_was_started(home):
    elsewhere = home / "etc"
    elsewhere.mkdir()
    path = elsewhere / "dgbot.toml"
    path.write_text(f'{TOML}\n[alerts]\nrules_file = "rules.toml"\n')
    assert load(path, environment=ENVIRONMENT).alerts.rules_file == elsewhere / "rules.toml"
    from_here = {**ENVIRONMENT, "DGBOT_ALERTS__RULES_FILE": "mine.toml"}
    assert load(path, environment=from_here).alerts.rules_file == Path("mine.toml")
    path.write_text(f'{TOML}\n[alerts]\nrules_file = "/etc/rules.toml"\n')
    assert load(path, environment=ENVIRONMENT).alerts.rules_file == Path("/etc/rules.toml")


@pytest.mark.parametrize(
    "more",
    [
        '\n[alerts]\nheartbeat_url = ["https://hc.example/hunter2"]',
        '\n[alerts]\nheartbeat_url = "https://hunter2\u2100x/"',
        '\n[alerts]\nheartbeat_url = "https://hc.example:hunter2/"',
        '\n[database]\nurl = ["postgresql://dgbot:hunter2@localhost/dgbot"]',
    ],
    ids=["a list", "a host that is none", "a port that is none", "a database in a list"],
)
def test_what_may_be_secret_is_not_repeated_however_it_is_written(refused, more):
    assert refused(more)
