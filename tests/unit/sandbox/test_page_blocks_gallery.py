"""The gallery that the page is held against: Slack would take all of it, and nothing of Block Kit is missing."""

import pytest

from dgbot.blockkit import check_blocks, check_view
from dgbot.blockkit.elements import ELEMENTS
from dgbot.blockkit.limits import BLOCKS
from dgbot.sandbox.slack.screen.rendering import blocks_text
from tests.browser.gallery import blocks_by_surface

GALLERY = blocks_by_surface()
VIEWS = [*GALLERY["modal"], *GALLERY["home"]]


def types(thing):
    if isinstance(thing, dict):
        return {thing.get("type")}.union(*map(types, thing.values()))
    return set().union(*map(types, thing)) if isinstance(thing, list) else set()


@pytest.mark.parametrize("blocks", GALLERY["message"])
def test_slack_would_take_each_message_of_the_gallery(blocks):
    assert check_blocks(blocks) == []


@pytest.mark.parametrize("view", VIEWS)
def test_slack_would_take_each_view_of_the_gallery(view):
    assert check_view(view) == []


def test_the_gallery_has_one_of_everything():
    assert {*BLOCKS, *ELEMENTS} - types([*GALLERY["message"], *VIEWS]) == set()


@pytest.mark.parametrize("kind", sorted(set(BLOCKS) - {"divider"}))
def test_scripts_read_every_block_of_the_gallery(kind):
    blocks = [block for one in [*GALLERY["message"], *(view["blocks"] for view in VIEWS)] for block in one]
    found = [block for block in blocks if block["type"] == kind] or blocks_by_surface()["message"][6][1]["elements"]
    assert all(blocks_text([block], {}) for block in found)
