"""Projects, keys and people in each documented shape, as callers see them."""

from datetime import UTC, datetime

import pytest

from dgbot.deepgram import DeepgramAnswerError, Member, Secret
from tests.unit.deepgram.described import operations
from tests.unit.deepgram.samples import CREATED_KEY, KEY, OWNER, described, read

CREATE = described("create_key")
JOHN = {**OWNER, "first_name": "John"}


def test_projects():
    answer = read(operations.get_projects(), {"projects": [{"project_id": "p", "name": "acme", "new": 1}]})
    (project,) = answer.projects
    assert (project.project_id, project.name) == ("p", "acme")
    assert (project.company, project.created, project.updated) == (None, None, None)


def test_a_project():
    project = read(operations.get_project("p"), {"project_id": "p", "mip_opt_out": True, "name": "acme"})
    assert (project.name, project.mip_opt_out) == ("acme", True)
    assert (project.created_at, project.updated_at) == (None, None)


def test_what_deepgram_might_send_of_a_project_one_day_is_read():
    body = {"project_id": "p", "company": "Acme Ltd", "created": "2021-01-01T00:00:00Z", "updated": "2022-01-01"}
    project = read(operations.get_project("p"), body)
    assert project.company == "Acme Ltd"
    assert (project.created_at, project.updated_at) == (
        datetime(2021, 1, 1, tzinfo=UTC),
        datetime(2022, 1, 1, tzinfo=UTC),
    )


def test_keys_carry_the_member_they_belong_to():
    (key,) = read(operations.get_keys("p"), {"api_keys": [{"member": JOHN, "api_key": KEY}]}).api_keys
    assert (key.api_key_id, key.scopes, key.key, key.tags) == ("k1", ["admin"], None, None)
    assert key.member == Member(member_id="m1", email="john@test.com", first_name="John")
    assert (key.created, key.created_at) == ("2021-01-01T00:00:00Z", datetime(2021, 1, 1, tzinfo=UTC))
    assert (key.expiration_date, key.expires_at) == (None, None)


def test_each_key_of_a_list_keeps_its_own_member():
    body = {"api_keys": [{"member": {"member_id": each}, "api_key": KEY} for each in "ab"] + [{"api_key": KEY}]}
    keys = read(operations.get_keys("p"), body).api_keys
    assert [key.member and key.member.member_id for key in keys] == ["a", "b", None]


@pytest.mark.parametrize(
    "body",
    [
        {"member": JOHN, "api_key": KEY},
        {"item": {"member": {**JOHN, "api_key": KEY}}},
        {"item": {"member": JOHN, "api_key": KEY}},
        {"item": {"member": {**JOHN, "api_key": KEY}, "api_key": {}}},
        {"item": {"member": {**JOHN, "api_key": KEY}, "api_key": None}},
        {"item": None, "member": JOHN, "api_key": KEY},
        {"item": {"member": {**JOHN, "scopes": None, "api_key": KEY}}},
    ],
    ids=["flat", "nested", "item", "both", "null beside", "null item", "null list"],
)
def test_a_key_in_either_shape(body):
    key = read(operations.get_key("p", "k1"), body).api_key
    assert (key.api_key_id, key.comment) == ("k1", "A comment")
    assert key.member == Member(member_id="m1", email="john@test.com", first_name="John")
    assert type(key.member) is Member


def test_a_bare_key():
    assert read(operations.get_key("p", "k1"), KEY).api_key.member is None


@pytest.mark.parametrize(
    "wrap",
    [lambda key: key, lambda key: {"api_key": key}, lambda key: {"item": {"api_key": key}}],
    ids=["flat", "wrapped", "item"],
)
def test_a_created_key_has_its_value_once_in_any_wrapping(wrap):
    key = read(CREATE, wrap(CREATED_KEY)).api_key
    assert key.key is not None
    assert key.key.reveal() == "the-new-key"
    assert "the-new-key" not in f"{key} {key!r}"
    assert key.tags == ["tag-1"]


def test_times_have_up_to_six_decimals():
    body = {**CREATED_KEY, "created": "2024-05-21T17:19:49.373761Z", "expiration_date": "2024-05-01T00:00:00.000000Z"}
    key = read(CREATE, body).api_key
    assert key.created_at == datetime(2024, 5, 21, 17, 19, 49, 373761, tzinfo=UTC)
    assert key.expires_at == datetime(2024, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize("lacks", ["key", "api_key_id"])
@pytest.mark.parametrize("how", ["absent", "empty", "null"])
def test_a_created_key_without_value_or_id_is_unreadable(lacks, how):
    body = {**CREATED_KEY, lacks: {"empty": "", "null": None}.get(how)}
    if how == "absent":
        del body[lacks]
    with pytest.raises(DeepgramAnswerError, match="can't be read") as caught:
        read(CREATE, body)
    assert caught.value.may_have_happened


@pytest.mark.parametrize("text", ["0000-00-00", "some day", "9999-12-31T23:59:59-14:00"])
def test_a_date_that_is_none_stays_text_and_does_not_hide_the_other_keys(text):
    body = {"api_keys": [{"api_key": {**KEY, "created": text, "expiration_date": text}}, {"api_key": KEY}]}
    odd, other = read(operations.get_keys("p"), body).api_keys
    assert (odd.created, odd.expiration_date) == (text, text)
    assert (odd.created_at, odd.expires_at) == (None, None)
    assert other.created_at is not None


def test_members():
    body = {"members": [{**JOHN, "scopes": ["owner"], "last_name": "B"}, {"member_id": "m2"}]}
    first, second = read(operations.get_members("p"), body).members
    assert (first.first_name, first.last_name, first.scopes) == ("John", "B", ["owner"])
    assert (second.email, second.scopes) == ("", [])


def test_a_members_scopes():
    assert read(operations.get_member_scopes("p", "m"), {"scopes": ["admin", "usage:read"]}).scopes == [
        "admin",
        "usage:read",
    ]


@pytest.mark.parametrize("body", [{}, {"members": None}, {"invites": []}], ids=repr)
@pytest.mark.parametrize("name", ["invites", "members"])
def test_invites(name, body):
    listed = {**body, name: [{"email": "a@x.io", "scope": "member"}]}
    (invite,) = read(operations.get_invites("p"), listed).invites
    assert (invite.email, invite.scope, invite.sent, invite.sent_at) == ("a@x.io", "member", None, None)


def test_a_message():
    assert read(operations.delete_key("p", "k"), {"message": "Deleted!"}).message == "Deleted!"
    assert read(operations.delete_agent("p", "a"), {}).message == ""


def test_a_secret_is_equal_to_itself_alone():
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
