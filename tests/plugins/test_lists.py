"""Lists that are longer than a message."""

from __future__ import annotations

import pytest

from dgbot import Buttons
from dgbot_plugins._lists import leaf_of


@pytest.mark.parametrize(
    ("page", "shown", "place", "ways"),
    [
        (1, "abc", "1 to 3 of 8", ["Next list --page 2"]),
        (2, "def", "4 to 6 of 8", ["Back list --page 1", "Next list --page 3"]),
        (3, "gh", "7 to 8 of 8", ["Back list --page 2"]),
        (9999, "gh", "7 to 8 of 8", ["Back list --page 2"]),
    ],
)
def test_a_page_says_where_it_is_and_leads_to_the_ones_beside_it(page, shown, place, ways):
    leaf = leaf_of("abcdefgh", page, most=3, again="list")
    assert (leaf.shown, leaf.place) == (shown, place)
    assert [f"{way.label} {way.value}" for way in leaf.ways] == ways
    assert leaf.foot[1:] == (Buttons(leaf.ways),)


@pytest.mark.parametrize("page", [1, 2])
def test_what_fits_has_no_pages(page):
    leaf = leaf_of("abc", page, most=3, again="list")
    assert (leaf.shown, leaf.foot) == ("abc", ())
