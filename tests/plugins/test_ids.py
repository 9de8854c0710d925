"""Ids of which the beginning was typed."""

from __future__ import annotations

import pytest

from dgbot import UsageError
from dgbot_plugins._ids import id_meant

KNOWN = ["ec52a1", "ec52b2", "31cd00", "ec52"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("31cd", "31cd00"), ("31cd00", "31cd00"), ("31c", "31c"), ("ec52", "ec52"), ("ffff", "ffff"), ("", "")],
)
def test_the_beginning_of_an_id_is_enough_where_no_other_begins_so(typed, meant):
    assert id_meant(typed, KNOWN, what="alert") == meant


def test_a_beginning_of_several_names_them():
    with pytest.raises(UsageError, match='alert: "ec52" begins several ids: ec52a1, ec52b2; write more of one'):
        id_meant("ec52", KNOWN[:3], what="alert")
