"""The figures are measured as docs/reliability.md says, and a broken promise would show."""

from __future__ import annotations

import pytest

from tests.faults.alert_races import ATTEMPTS, alerts_raced
from tests.faults.figures import FIGURES, NOTHING
from tests.faults.races import raced

pytestmark = pytest.mark.slow


def test_a_small_race_has_one_winner_each(tmp_path):
    figure = raced(f"sqlite:///{tmp_path / 'dgbot.db'}", processes=2, requests=20)
    assert figure["winners"] == 20
    assert not any(figure.get(key) for key in NOTHING)


def test_in_a_small_race_each_alert_is_told_once(tmp_path):
    figure = alerts_raced(f"sqlite:///{tmp_path / 'dgbot.db'}", workers=2, alerts=20)
    assert figure["posts"] == 20
    assert not any(figure.get(key) for key in NOTHING)


def test_a_race_without_compare_and_set_tells_twice(tmp_path):
    urls = [f"sqlite:///{tmp_path / f'{attempt}.db'}" for attempt in range(ATTEMPTS)]
    assert any(alerts_raced(url, workers=3, blind=True)["doubled"] for url in urls)


def test_every_figure_is_explained():
    import tests.test_docs

    told = (tests.test_docs.ROOT / "docs" / "reliability.md").read_text()
    assert [name for name in FIGURES if f"| {name} |" not in told] == []
