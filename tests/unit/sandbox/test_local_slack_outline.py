"""As much YAML as manifests need, read as a whole YAML library reads it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dgbot.sandbox.slack.api.outline import Unreadable, read_outline

MANIFESTS = sorted((Path(__file__).parents[3] / "deploy").glob("slack-manifest*.yaml"))


@pytest.mark.parametrize("file", MANIFESTS, ids=lambda file: file.name)
def test_our_own_manifests_are_read_as_yaml_reads_them(file):
    assert read_outline(file.read_text()) == yaml.safe_load(file.read_text())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "---\na: 1\n",
        "a:\nb: ~\nc: null\nd: []\ne: {}\n",
        "a: true\nb: false\nc: -12\nd: 007x\n",
        "a:\n  b:\n    c: d\n  e: f\ng: h\n",
        "a:\n- b\n- c\nd: e\n",
        "a:\n  - b: 1\n    c: 2\n  - b: 3\n    c:\n      - 4\n",
        "a:\n  -\n    b: 1\n  - c\n",
        "- - a\n  - b\n- c\n",
        'a: "b # c: \\"d\\""  # e\n',
        "a: 'it''s # b'\n\"c\": d#e\n",
        "a: https://example.test/x?y=z\n- b\n".partition("- b")[0],
        "a: /order <dish> | help\n",
        "a:    b   \n\n\nc: d\n",
    ],
)
def test_it_reads_as_yaml_does(text):
    assert read_outline(text) == yaml.safe_load(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: {b: c}", "Line 1 has '{b: c}', which is more YAML"),
        ("a: [b]", "Line 1 has '[b]', which is more YAML"),
        ("a: 1\nb: |\n  c\n", "Line 2 has '|', which is more YAML"),
        ("a: &b c", "Line 1 has '&b c', which is more YAML"),
        ("a: b: c", "Line 1 has 'b: c', which is more YAML"),
        ("a: b\n  c\n", "Line 2 is indented unlike the lines above it."),
        ("a:\n    b: c\n  d: e\n", "Line 3 is indented unlike the lines above it."),
        ("a:\n\tb: c\n", "Line 2 is indented with a tab"),
        ("a: 'b", "Line 1 has a quoted text that does not end on it."),
        ('a: "b', "Line 1 has a quoted text that does not end on it"),
        ("a: 1\nnonsense\n", "Line 2 can't be read: 'nonsense' is neither"),
        ("a: 1\n---\nb: 2\n", "Line 2 can't be read: '---' is neither"),
        ("a: 1\nb: 2\na: 3\n", "Line 3 names 'a' a second time."),
    ],
)
def test_what_is_not_read_is_told_with_its_line(text, sentence):
    with pytest.raises(Unreadable) as refusal:
        read_outline(text)
    assert str(refusal.value).startswith(sentence)
