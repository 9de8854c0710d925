"""What is asked for is what stands in the body, and nothing else does."""

import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from dgbot.deepgram import InviteOptions, KeyOptions, ProjectOptions, ScopeOptions
from dgbot.deepgram.operations.selfhosted import PRODUCTS
from tests.unit.deepgram.asking import moments, texts, thorough, words
from tests.unit.deepgram.described import operations

listed = st.lists(words, min_size=1, max_size=4)
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
anything = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


def sent(operation):
    """The body of *operation* as a server reads it."""
    assert operation.query == ()
    return json.loads(msgspec.json.encode(operation.body))


def in_every_way(build, kind, fields, *ids):
    """The one operation that all three ways of giving *fields* describe."""
    by_object = build(*ids, kind(**fields))
    assert by_object == build(*ids, fields) == build(*ids, **fields) == build(*ids, options=fields)
    return by_object


@thorough
@given(
    st.fixed_dictionaries({"comment": words, "scopes": listed}, optional={"tags": st.none() | listed}),
    st.none() | st.integers(1, 2**53 - 1) | moments(),
)
def test_a_new_key(fields, ends):
    expected = {name: value for name, value in fields.items() if value is not None}
    if isinstance(ends, int):
        fields, expected = ({**each, "time_to_live_in_seconds": ends} for each in (fields, expected))
    elif ends is not None:
        fields, expected = {**fields, "expiration_date": ends.value}, {**expected, "expiration_date": ends.instant}
    assert sent(in_every_way(operations.create_key, KeyOptions, fields, "p")) == expected


@thorough
@given(listed, listed)
def test_a_tuple_does_for_a_list(scopes, tags):
    operation = operations.create_key("p", comment="ci", scopes=tuple(scopes), tags=tuple(tags))
    assert sent(operation) == {"comment": "ci", "scopes": scopes, "tags": tags}


@thorough
@given(words, words)
def test_an_invitation(name, scope):
    fields = {"email": f"{name.replace(' ', '+').replace('@', '')}-@x.io", "scope": scope}
    operation = in_every_way(operations.send_invite, InviteOptions, fields, "p")
    assert sent(operation) == fields
    assert operations.send_invite("p", fields["email"], scope=scope) == operation


@thorough
@given(words)
def test_a_member_scope(scope):
    operation = in_every_way(operations.update_member_scope, ScopeOptions, {"scope": scope}, "p", "m")
    assert sent(operation) == {"scope": scope}
    assert operations.update_member_scope("p", "m", scope) == operation


@thorough
@given(st.dictionaries(st.sampled_from(["name", "company"]), words, min_size=1))
def test_a_project(fields):
    given_too = {"name": None, "company": None} | fields
    assert sent(in_every_way(operations.update_project, ProjectOptions, given_too, "p")) == fields


def test_a_projects_name_may_be_bare():
    assert operations.update_project("p", "acme").body == {"name": "acme"}
    assert operations.update_project("p", "acme", company="Acme Ltd").body == {"name": "acme", "company": "Acme Ltd"}


@thorough
@given(st.none() | st.integers(1, 3600))
def test_a_token(seconds):
    assert sent(operations.grant_token(ttl_seconds=seconds)) == ({} if seconds is None else {"ttl_seconds": seconds})


@thorough
@given(st.none() | texts, st.none() | st.lists(st.sampled_from(PRODUCTS)), st.sampled_from([None, "quay"]))
def test_a_distribution_credential_has_its_scopes_in_the_query_and_its_comment_in_the_body(comment, scopes, provider):
    operation = operations.create_distribution_credential("p", comment=comment, scopes=scopes, provider=provider)
    expected = [("scopes", scope) for scope in scopes or ()] + ([("provider", "quay")] if provider else [])
    assert list(operation.query) == expected
    assert operation.body == ({} if comment is None else {"comment": comment})


@thorough
@given(st.dictionaries(texts, anything, max_size=3), st.none() | st.dictionaries(texts, texts, max_size=3))
def test_an_agents_configuration_is_sent_as_text(config, labels):
    body = sent(operations.create_agent("p", config, labels))
    assert json.loads(body.pop("config")) == config
    assert body == ({} if labels is None else {"metadata": labels})
    assert operations.create_agent("p", "{}").body == {"config": "{}"}


@thorough
@given(st.dictionaries(texts, texts, max_size=3))
def test_an_agents_labels(labels):
    assert sent(operations.update_agent("p", "a", labels)) == {"metadata": labels}


@thorough
@given(anything)
def test_a_variable_holds_anything_that_json_can(value):
    assert sent(operations.create_agent_variable("p", "DG_X", value)) == {"key": "DG_X", "value": value}
    assert sent(operations.update_agent_variable("p", "v", value)) == {"value": value}
