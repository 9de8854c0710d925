"""The real services and the reference agree, and a missing safeguard makes them differ."""

from __future__ import annotations

import pytest

from tests.sim.flaws import flawed
from tests.sim.stateful import play


@pytest.mark.slow
def test_the_services_do_what_the_reference_says():
    result = play(5_000, 0)
    assert result.broken == ()
    assert result.steps >= 5_000


@pytest.mark.slow
@pytest.mark.parametrize("flaw", ["self_approval", "wider_keys", "no_recovery", "shown_without_doubt"])
def test_a_missing_safeguard_is_noticed_within_a_few_games(flaw):
    with flawed(flaw):
        [told] = play(20_000, 0, shrink=False).broken
    assert told.startswith("hypothesis seed ")
