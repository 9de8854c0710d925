from datetime import timedelta
from typing import Any

import pytest

from dgbot import KeyGrant

GOOD: dict[str, Any] = {"name": "vip", "scopes": ("usage:read",), "lives": timedelta(days=7)}


@pytest.mark.parametrize("lives", [timedelta(minutes=1), timedelta(days=366)])
@pytest.mark.parametrize("name", ["x", "é" * 100])
def test_the_ends_of_what_may_be_asked_for_pass(name, lives):
    grant = KeyGrant(name, ("usage:read",), lives, "why", ("ci",))
    assert (grant.name, grant.lives, grant.tags) == (name, lives, ("ci",))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": 123}, "KeyGrant: name is 123, a int; give a str."),
        ({"reason": None}, "KeyGrant: reason is None, a NoneType; give a str."),
        (
            {"scopes": "usage:read"},
            "KeyGrant: scopes is 'usage:read', a str; give a tuple of str, such as ('usage:read',).",
        ),
        ({"scopes": ["usage:read"]}, "KeyGrant: scopes is ['usage:read'], a list; give a tuple"),
        ({"scopes": (1,)}, "KeyGrant: scopes is (1,), a tuple; give a tuple of str"),
        ({"tags": "abc"}, "KeyGrant: tags is 'abc', a str; give a tuple of str"),
        ({"tags": (None,)}, "KeyGrant: tags is (None,), a tuple; give a tuple of str"),
        ({"lives": 30}, "KeyGrant: lives is 30, a int; give a timedelta"),
    ],
)
def test_a_grant_of_other_types_is_refused_with_what_fits(wrong, sentence):
    with pytest.raises(TypeError) as refusal:
        KeyGrant(**GOOD | wrong)
    assert str(refusal.value).startswith(sentence)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "name has 0 characters; a key's name has 1 to 100."),
        ({"name": "  "}, "name has 0 characters"),
        ({"name": "x" * 5000}, "name has 5,000 characters"),
        ({"name": "a\nb"}, "has characters that nobody can see"),
        ({"name": "x [DGBOT:r1:1:abc]"}, "looks like the bot's own mark"),
        ({"scopes": ()}, "scopes is (); name at least one scope"),
        ({"scopes": ("usage:read", "")}, "name at least one scope, and none empty"),
        ({"lives": timedelta(0)}, "a key lives from 1 minute to 366 days."),
        ({"lives": timedelta(days=-1)}, "a key lives from 1 minute"),
        ({"lives": timedelta(seconds=59)}, "a key lives from 1 minute"),
        ({"lives": timedelta(days=366, seconds=1)}, "a key lives from 1 minute"),
        ({"lives": timedelta(days=999_999)}, "a key lives from 1 minute"),
    ],
)
def test_a_grant_that_could_not_be_approved_is_refused(wrong, sentence):
    with pytest.raises(ValueError, match=r"^KeyGrant: ") as refusal:
        KeyGrant(**GOOD | wrong)
    assert sentence in str(refusal.value)
