"""Patterns that people write never take long, whatever they are laid upon."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgbot.domain.alerting.labels import BadMatcher, Matcher, matcher
from dgbot.domain.patterns import LONGEST, safe_pattern

HOSTILE = [
    ".?" * 95 + "!",
    "a{0,20}" * 20 + "!",
    "(a|a)" * 35 + "!",
    "(?:a?(?:a?(?:a?)?)?)?" * 9 + "!",
    "a{,}a{,}a{,}!",
    "(.*)(.*)\\1",
    "(?P<n>a*)(?P=n)!",
    "(a)?(?(1)b|c)",
    ".*.*" + "(?<=a{200})" * 15 + "b",
    "(?x) a* #(\n a* a* !",
    "(?#)a*a*a*!",
    "(a{1,9})*",
    "[\\]a]*[^]a]*[a\\]]*!",
    "a{99999999999}",
    "(?i)(?:.*.*[a-zßſ0-9]{90})z",
    "(?ai).*.*" + "s" * 180 + "z",
    "(?:.*.*[^q]{90}|.*[^q]{90})z",
    "(?i)[^\\W]{0,200}[^\\W]{0,200}[^\\W]{60}é",
]
HARMLESS = [
    "balance|days-left|credit-expiry|key-expiry|spend-today|spend-forecast|requests|errors|usage|month",
    "(?i)acme-(prod|staging)-[0-9]{1,3}",
    ".*prod.*",
    "(?i).*-[a-z]{2}-.*",
    "(?i).*acme-production-eu.*",
    "[0-9a-f]{8}-[0-9a-f]{4}-.*",
    ".*-(prod|dev)-customer-.*",
    "^(OPS|SEC)-\\d{1,6}\\b",
    "https?://[a-z.]+/.*",
    "(?!test-).*",
    "[]*+?|({]{3}",
    "\\(\\*\\|\\?\\)",
    "a{}",
    "(?:eu|us)?-?west",
]
PARTS = st.sampled_from(
    ["a", ".", "[ab]", "\\w", "(a|b|.|aa)", "(?:a|.)?", "(?:a*b?|.)", "(?:.?.?)?", "(?!a*c)"]
    + [f"{what}{times}" for what in "a." for times in ("?", "*", "+?", "{0,3}", "{2,9}", "{,5}", "??", "*+")]
)


@pytest.mark.parametrize("pattern", HOSTILE)
def test_a_pattern_that_could_take_for_ever_is_refused(pattern):
    with pytest.raises(ValueError, match=r"take for ever|looks back|repeat|not a regular expression"):
        safe_pattern(pattern)


@pytest.mark.parametrize("pattern", HARMLESS)
def test_a_pattern_that_ends_is_taken(pattern):
    assert safe_pattern(pattern) == pattern


@given(st.lists(PARTS, max_size=30).map("".join))
def test_whatever_is_taken_is_done_at_once(pattern):
    try:
        safe_pattern(pattern + "!")
    except ValueError:
        return
    started = time.process_time()
    re.fullmatch(pattern + "!", "a" * LONGEST)
    assert time.process_time() - started < 1


def test_a_matcher_with_such_a_pattern_is_refused():
    with pytest.raises(BadMatcher, match=r"severity: .* could take for ever"):
        matcher(f'severity=~"{".?" * 95}!"')


@pytest.mark.parametrize("kind", ["=~", "!~"])
def test_a_matcher_that_was_kept_before_patterns_were_counted_fits_nothing(kind):
    assert not Matcher("project", kind, ".?" * 95 + "!").fits({"project": "a" * LONGEST})


def test_a_pattern_sees_the_first_characters_of_a_long_value():
    assert matcher("project=~a*").fits({"project": "a" * LONGEST + "b" * 100_000})
