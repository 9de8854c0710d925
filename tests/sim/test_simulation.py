"""Seeds repeat bit for bit and keep every promise; without a safeguard some seed breaks one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest

from tests.sim.flaws import FLAWS, flawed
from tests.sim.run import simulate

WITHIN = 60
"""Seeds within which a missing safeguard shows."""

REPLAY = "from tests.sim.run import simulate; print(simulate(11).digest)"


def test_a_seed_replays_bit_for_bit():
    first, second = simulate(11), simulate(11, keep=True)
    assert first.digest == second.digest
    assert len(second.told) == first.lines > 100
    assert simulate(12).digest != first.digest


@pytest.mark.slow
def test_a_seed_replays_in_another_process():
    """Where sets and dicts have other orders."""
    digests = set()
    for salt in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": salt}
        ran = subprocess.run(
            [sys.executable, "-c", REPLAY], env=environment, capture_output=True, text=True, check=True
        )
        digests.add(ran.stdout)
    assert len(digests) == 1


@pytest.mark.slow
def test_every_promise_is_kept_and_enough_happens():
    ends = Counter[str]()
    for seed in range(30):
        verdict = simulate(seed)
        assert verdict.broken == (), f"python -m tests.sim --seed {seed}"
        assert verdict.seconds > 30 * 60
        ends.update(verdict.ends)
    assert {"delivered", "revoked", "failed", "denied", "expired", "cancelled", "done"} <= set(ends)


@pytest.mark.slow
@pytest.mark.parametrize("flaw", FLAWS)
def test_without_a_safeguard_a_seed_breaks_a_promise(flaw):
    with flawed(flaw):
        assert any(simulate(seed).broken for seed in range(WITHIN))
