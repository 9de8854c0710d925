"""The README's pictures: each is there, in the light and in the dark, and costs a reader little."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
SHOWN = re.findall(r'(?:src|srcset)="([^"]+)"', (ROOT / "README.md").read_text())
LARGEST = 150_000


def test_every_picture_is_shown_and_every_shown_picture_is_there():
    assert sorted(SHOWN) == sorted(str(path.relative_to(ROOT)) for path in IMAGES.iterdir())
    assert {name.replace("-dark.", "-light.") for name in SHOWN} == {name for name in SHOWN if "-light." in name}


@pytest.mark.parametrize("picture", sorted(IMAGES.iterdir()), ids=lambda path: path.stem)
def test_a_picture_is_small_and_holds_colours_by_number(picture):
    content = picture.read_bytes()
    assert len(content) < LARGEST
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert content[25] == 3  # the header's colour type: a palette


def test_every_picture_is_told_to_those_who_do_not_see_it():
    told = re.findall(r"<img [^>]*>", (ROOT / "README.md").read_text())
    assert len(told) == len(SHOWN) / 2
    assert all(re.search(r'alt="[^"]{40,}"', one) for one in told)
