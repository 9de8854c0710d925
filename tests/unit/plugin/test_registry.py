from datetime import timedelta

import pytest

from dgbot import Context, Email, KeyGrant, Reply, command
from dgbot.domain.replies import Facts, Note, Text
from dgbot.plugin.command import Command
from dgbot.plugin.errors import UsageError
from dgbot.plugin.help import asks_for_help, help_overview, help_page
from dgbot.plugin.registry import Commands, UnknownCommand


def named(name: str) -> Command:
    @command(name, permission="alerts.write", topic="Alerts", examples=(f"{name} now",), approval=True)
    async def run(ctx: Context, what: str = "") -> KeyGrant:
        """Do it."""
        return KeyGrant(name, ("usage:read",), timedelta(days=1))

    return run


@command("invite", permission="anyone", topic="People")
async def invite(ctx: Context, email: Email) -> Reply:
    """Invite somebody."""
    return Reply(email)


COMMANDS = Commands([invite, *map(named, ["create-key", "balance-alert set", "balance-alert list", "balance-alert"])])
GROUPED = Commands([invite, named("alert set"), named("alert list")])


@pytest.mark.parametrize(
    ("words", "name", "rest"),
    [
        (["invite", "bob@co.com"], "invite", ("bob@co.com",)),
        (["Invite", "Bob@co.com"], "invite", ("Bob@co.com",)),
        (["balance-alert", "set", "50"], "balance-alert set", ("50",)),
        (["balance-alert", "50"], "balance-alert", ("50",)),
    ],
)
def test_the_longest_name_wins_in_any_case(words, name, rest):
    found, left = COMMANDS.find(words)
    assert (found.name, left) == (name, rest)


@pytest.mark.parametrize(
    ("words", "sentence", "nearest"),
    [
        (["invte", "x"], 'I don\'t know "invte". Did you mean  /deepgram invite <email>  ?', "invite"),
        (["alert", "lsit"], 'I don\'t know "alert lsit". Did you mean  /deepgram alert list [<what>]  ?', "alert list"),
        (["alret", "set"], 'I don\'t know "alret set". Did you mean  /deepgram alert set [<what>]  ?', "alert set"),
        (["alert"], "alert is followed by one of: list, set.", None),
        (["alert", "zzzzz"], 'I don\'t know "alert zzzzz". alert is followed by one of: list, set.', None),
        (["zzz"], 'I don\'t know "zzz". /deepgram help lists what you may do.', None),
        ([], "No command was named. /deepgram help lists what you may do.", None),
    ],
)
def test_an_unknown_command_offers_the_nearest(words, sentence, nearest):
    with pytest.raises(UnknownCommand) as unknown:
        GROUPED.find(words)
    assert unknown.value.sentence == sentence
    assert (unknown.value.nearest and unknown.value.nearest.name) == nearest
    assert isinstance(unknown.value, UsageError)


def test_a_space_for_a_hyphen_is_understood():
    with pytest.raises(UnknownCommand) as unknown:
        COMMANDS.find(["create", "key"])
    assert unknown.value.nearest is COMMANDS["create-key"]


def test_the_help_page_says_all_that_is_needed_to_type_it():
    page = help_page(COMMANDS["create-key"])
    assert page.headline == "/deepgram create-key [<what>]"
    assert page.parts == (
        Text("Do it."),
        Facts((("[<what>]", "A word, or several in quotes"),)),
        Note("For example: /deepgram create-key now"),
        Note("Needs alerts.write · somebody else must approve"),
    )


def test_the_overview_goes_by_task():
    overview = help_overview(COMMANDS)
    topics = [part.line for part in overview.parts if isinstance(part, Text)]
    lines = [pair for part in overview.parts if isinstance(part, Facts) for pair in part.pairs]
    assert topics == ["People", "Alerts"]
    assert lines[0] == ("/deepgram invite <email>", "Invite somebody.")
    assert len(lines) == len(COMMANDS)
    assert help_overview([]).headline == "There is nothing here that you may do"


def test_help_may_be_asked_for_after_any_command():
    assert asks_for_help(["bob@co.com", "--help"])
    assert asks_for_help(["-h"])
    assert not asks_for_help(["help"])
