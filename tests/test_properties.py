"""Properties fail for what they find, and say how to find it again."""

from __future__ import annotations

import hypothesis


def test_a_busy_machine_fails_no_property():
    usual = hypothesis.settings()
    assert usual.deadline is None
    assert usual.print_blob
    assert hypothesis.HealthCheck.too_slow in usual.suppress_health_check
