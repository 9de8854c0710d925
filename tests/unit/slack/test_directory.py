"""Who somebody is: asked of Slack, remembered for as long as the asker allows, refused when Slack can't tell."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from dgbot.adapters.slack.directory import SlackDirectory
from dgbot.domain.ports import DirectoryUnavailable, Person
from tests.office import ALICE, BOB, CAROL, GINA

GROUP = "SKEYAPPR1"
HALF_A_MINUTE = timedelta(seconds=30)


class Watch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def directory(client, slack, watch) -> SlackDirectory:
    return SlackDirectory(client, slack.team_id, monotonic=watch)


def asked(slack, method) -> int:
    return sum(call.method == method for call in slack.calls)


async def test_a_person_is_asked_for_once_while_that_is_fresh(directory, slack, watch):
    for seconds in (0, 10, 30):
        watch.seconds = seconds
        assert (await directory.person(ALICE, max_age=HALF_A_MINUTE)).name == "alice"
    assert asked(slack, "users.info") == 1
    watch.seconds = 30.1
    await directory.person(ALICE, max_age=HALF_A_MINUTE)
    assert asked(slack, "users.info") == 2


async def test_who_may_know_less_recently_is_served_from_memory(directory, slack, watch):
    await directory.person(ALICE, max_age=HALF_A_MINUTE)
    watch.seconds = 200
    await directory.person(ALICE, max_age=timedelta(minutes=5))
    assert asked(slack, "users.info") == 1


async def test_a_group_is_asked_for_once_while_that_is_fresh(directory, slack, watch):
    groups = frozenset({GROUP})
    assert await directory.groups_of(BOB, groups, max_age=HALF_A_MINUTE) == groups
    assert await directory.groups_of(ALICE, groups, max_age=HALF_A_MINUTE) == frozenset()
    assert asked(slack, "usergroups.users.list") == 1
    watch.seconds = 31
    slack.workspace.groups[GROUP] = dataclasses.replace(slack.workspace.groups[GROUP], members=(CAROL,))
    assert await directory.groups_of(BOB, groups, max_age=HALF_A_MINUTE) == frozenset()


@pytest.mark.parametrize(
    ("change", "full"),
    [
        ({}, True),
        ({"is_restricted": True}, False),
        ({"is_bot": True}, False),
        ({"deleted": True}, False),
        ({"team_id": "TOTHER001"}, False),
    ],
)
async def test_only_a_member_of_this_workspace_is_full(directory, slack, change, full):
    slack.workspace.users[ALICE] = dataclasses.replace(slack.workspace.users[ALICE], **change)
    assert (await directory.person(ALICE, max_age=HALF_A_MINUTE)).full is full


async def test_a_guest_is_not_full(directory):
    assert not (await directory.person(GINA, max_age=HALF_A_MINUTE)).full


async def test_whom_slack_does_not_know_is_nobody(directory):
    person = await directory.person("UNOBODY01", max_age=HALF_A_MINUTE)
    assert (person.name, person.full) == ("someone", False)


async def test_what_slack_refuses_to_tell_is_not_guessed(directory, slack):
    slack.web_api.scopes = frozenset()
    with pytest.raises(DirectoryUnavailable, match=r"users\.info: missing_scope"):
        await directory.person(ALICE, max_age=HALF_A_MINUTE)
    with pytest.raises(DirectoryUnavailable, match="usergroups"):
        await directory.groups_of(BOB, frozenset({GROUP}), max_age=HALF_A_MINUTE)
    assert await directory.names({ALICE}) == {ALICE: "someone"}, "a name is not worth a failure"


async def test_a_slack_that_is_not_there_is_not_guessed(slack):
    nowhere = SlackDirectory(AsyncWebClient(token="xoxb-1", base_url="http://127.0.0.1:1/", retry_handlers=[]), "T1")
    with pytest.raises(DirectoryUnavailable):
        await nowhere.person(ALICE, max_age=HALF_A_MINUTE)
    with pytest.raises(DirectoryUnavailable):
        await nowhere.groups_of(ALICE, frozenset({GROUP}), max_age=HALF_A_MINUTE)
    with pytest.raises(DirectoryUnavailable):
        await nowhere.by_email("alice@acme.test")


async def test_a_group_that_was_deleted_has_nobody_in_it(directory, slack):
    gone = frozenset({"SGONE0001", GROUP})
    assert await directory.groups_of(BOB, gone, max_age=HALF_A_MINUTE) == {GROUP}


async def test_a_failure_is_not_remembered(directory, slack):
    scopes, slack.web_api.scopes = slack.web_api.scopes, frozenset()
    with pytest.raises(DirectoryUnavailable):
        await directory.person(ALICE, max_age=HALF_A_MINUTE)
    slack.web_api.scopes = scopes
    assert (await directory.person(ALICE, max_age=HALF_A_MINUTE)).full


def answering(body) -> SlackDirectory:
    class Says(AsyncWebClient):
        async def api_call(self, api_method, **_):
            return AsyncSlackResponse(
                client=self, http_verb="POST", api_url="", req_args={}, data=body, headers={}, status_code=200
            ).validate()

    return SlackDirectory(Says(), "T1")


@pytest.mark.parametrize("error", ["user_not_found", "user_not_visible"])
async def test_whom_slack_does_not_show_to_the_bot_is_no_member_for_good(error):
    directory = answering({"ok": False, "error": error})
    assert await directory.person(ALICE, max_age=HALF_A_MINUTE) == Person(ALICE, "someone", full=False, email="")


@pytest.mark.parametrize(
    "user",
    [
        None, [1], {}, {"id": "USOMEBODYELSE"}, {"id": "USOMEBODYELSE", "team_id": "T1"}, {"id": ALICE},
        {"id": ALICE, "team_id": None}, {"id": ALICE, "team_id": "T1", "is_restricted": None},
        {"id": ALICE, "team_id": "T1", "is_bot": 0}, {"id": ALICE, "team_id": "T1", "deleted": "false"},
    ],
)  # fmt: skip
async def test_an_answer_that_leaves_open_who_somebody_is_makes_nobody_a_member(user):
    with pytest.raises(DirectoryUnavailable, match=r"users\.info"):
        await answering({"ok": True, "user": user}).person(ALICE, max_age=HALF_A_MINUTE)


async def test_a_name_that_is_no_text_is_not_shown():
    user = {"id": ALICE, "team_id": "T1", "name": 5, "profile": [1]}
    assert await answering({"ok": True, "user": user}).person(ALICE, max_age=HALF_A_MINUTE) == Person(
        ALICE, "someone", full=True, email=""
    )


@pytest.mark.parametrize("profile", [None, {}, {"email": None}, {"email": 5}])
async def test_an_address_that_slack_does_not_tell_is_empty(profile):
    user = {"id": ALICE, "team_id": "T1", "name": "alice", "profile": profile}
    assert (await answering({"ok": True, "user": user}).person(ALICE, max_age=HALF_A_MINUTE)).email == ""


async def test_a_person_has_an_address_for_apps_that_may_read_it(directory, slack, watch):
    assert (await directory.person(ALICE, max_age=HALF_A_MINUTE)).email == "alice@acme.test"
    slack.web_api.scopes -= {"users:read.email"}
    watch.seconds = 31
    assert (await directory.person(ALICE, max_age=HALF_A_MINUTE)).email == ""


async def test_people_are_found_by_their_address(directory, slack):
    found = await directory.by_email("Alice@acme.test")
    assert found == Person(ALICE, "alice", full=True, email="alice@acme.test", zone="Etc/UTC")
    guest = await directory.by_email("gina@acme.test")
    assert guest is not None
    assert not guest.full
    assert await directory.by_email("nobody@acme.test") is None
    slack.workspace.users[ALICE] = dataclasses.replace(slack.workspace.users[ALICE], deleted=True)
    assert await directory.by_email("alice@acme.test") is None, "Slack finds no deactivated account"


async def test_without_the_scope_nobody_is_looked_up_by_address(directory, slack):
    slack.web_api.scopes -= {"users:read.email"}
    with pytest.raises(DirectoryUnavailable, match=r"users\.lookupByEmail: missing_scope"):
        await directory.by_email("alice@acme.test")


@pytest.mark.parametrize("user", [None, {}, {"id": ALICE}, {"id": ALICE, "team_id": "T1", "deleted": "no"}])
async def test_an_answer_about_an_address_that_names_nobody_is_not_guessed(user):
    with pytest.raises(DirectoryUnavailable, match=r"users\.lookupByEmail"):
        await answering({"ok": True, "user": user}).by_email("alice@acme.test")


@pytest.mark.parametrize("users", [None, ALICE, {ALICE: 1}, [ALICE, 5], [[ALICE]]])
async def test_a_group_whose_members_cant_be_read_is_not_guessed(users):
    with pytest.raises(DirectoryUnavailable, match="usergroups"):
        await answering({"ok": True, "users": users}).groups_of(ALICE, frozenset({GROUP}), max_age=HALF_A_MINUTE)


@pytest.mark.parametrize("body", [[1], "ok", b"bytes"])
async def test_an_answer_that_is_no_object_is_not_guessed(body):
    with pytest.raises(DirectoryUnavailable):
        await answering(body).person(ALICE, max_age=HALF_A_MINUTE)
    with pytest.raises(DirectoryUnavailable):
        await answering(body).groups_of(ALICE, frozenset({GROUP}), max_age=HALF_A_MINUTE)
