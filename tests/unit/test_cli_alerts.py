"""``dgbot alerts forecast``: what it prints, and what it refuses."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from dgbot.cli import main
from tests.unit.domain.forecast.oracle import VECTORS, agree

NOW = "2026-06-11T00:00:00Z"
FIRST = "2026-06-01T00:00:00Z"


@pytest.fixture
def told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def told(content, *words):
        text = content if isinstance(content, str | bytes) else json.dumps(content)
        (tmp_path / "samples.json").write_bytes(text if isinstance(text, bytes) else text.encode())
        return CliRunner().invoke(main, ["alerts", "forecast", "--samples", "samples.json", *words])

    return told


def burnt(rate, days, *, every=6, balance=1000.0, first=FIRST, unit="usd"):
    start, step = datetime.fromisoformat(first), timedelta(hours=every)
    count = days * 24 // every + 1
    samples = [[(start + step * at).isoformat(), balance - rate * every / 24 * at] for at in range(count)]
    return {"unit": unit, "now": samples[-1][0], "samples": samples}


@pytest.mark.parametrize("series", [pytest.param(one, id=one["name"]) for one in VECTORS["series"]])
def test_the_object_has_what_the_vectors_tell(told, series):
    result = told({name: series[name] for name in ("unit", "now", "samples")}, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found, expected = json.loads(result.stdout), series["expect"]
    assert list(found) == ["balance", "topups", "steps", "daily_spend", "profile", "days_left", "confidence"]
    assert agree(found["balance"], expected["balance_now"])
    assert found["steps"] == []
    for one, other in zip(found["topups"], expected["topups"], strict=True):
        assert (one["after"], one["before"]) == (other["after"], other["before"])
        assert agree(one["amount"], other["estimated_amount"])
    for (day, amount), (other_day, other_amount) in zip(found["daily_spend"], expected["daily_spend"], strict=True):
        assert day == other_day
        assert agree(amount, other_amount)


def test_the_profile_begins_on_monday_and_days_left_have_a_band(told):
    found = json.loads(told(burnt(20, 28), "--json").stdout)
    assert found["profile"] == pytest.approx([20] * 7)
    assert found["days_left"] == pytest.approx({"p10": 22, "p50": 22, "p90": 22})
    assert found["confidence"] == "high"


def test_too_little_data_and_more_than_a_year_are_null(told):
    nothing = {"p10": None, "p50": None, "p90": None}
    few = json.loads(told(burnt(20, 6, every=24), "--json").stdout)
    assert (few["days_left"], few["profile"], few["confidence"]) == (nothing, None, "low")
    assert json.loads(told(burnt(2, 28), "--json").stdout)["days_left"] == nothing
    assert json.loads(told({"unit": "usd", "now": NOW, "samples": []}, "--json").stdout)["balance"] is None


def test_a_step_is_listed_and_no_part_of_the_rate(told):
    asked = burnt(16, 20)
    for sample in asked["samples"][30:]:
        sample[1] -= 300
    found = json.loads(told(asked, "--json").stdout)
    [step] = found["steps"]
    assert step == {"after": "2026-06-08T06:00:00Z", "before": "2026-06-08T12:00:00Z", "amount": pytest.approx(300)}
    assert found["profile"] == pytest.approx([16] * 7)


def test_people_read_sentences(told):
    asked = burnt(20, 28)
    for sample in asked["samples"][40:]:
        sample[1] += 500
    assert told(asked).stdout.splitlines() == [
        "Balance: 940.00 usd",
        "Spending: 20.00 usd a day",
        "Empty about Sat 15 Aug (80 %: Sat)",
        "Trend this week: 20.00 usd a day",
        "Last top-up: 500.00 usd on 11 Jun",
        "Confidence: high",
    ]
    assert "Not enough data" in told(burnt(20, 2)).stdout
    assert "Not in use" in told(burnt(0, 28)).stdout


def test_weekdays_and_weekends_are_told_apart_in_the_zone_of_the_reader(told):
    case = VECTORS["tte_weekday"]["cases"][0]
    left, samples = case["balance"] + sum(case["daily_spend"]), []
    for at, spent in enumerate([*case["daily_spend"], 0]):
        samples.append([f"2026-06-{1 + at:02}T00:00:00+02:00", left])
        left -= spent
    asked = {"unit": "usd", "now": samples[-1][0], "samples": samples}
    assert "Spending: 73.63 usd a day (99.97 usd on weekdays, 7.78 usd at weekends)" in (
        told(asked, "--zone", "Europe/Berlin").stdout
    )
    found = json.loads(told(asked, "--zone", "Europe/Berlin", "--json").stdout)
    assert found["days_left"]["p50"] == pytest.approx(case["expect"]["days"], rel=1e-6)


def test_the_page_on_alerting_shows_what_is_printed(told):
    page = (Path(__file__).parents[2] / "docs" / "alerting.md").read_text()
    [samples] = re.findall(r"<<'END'\n(.*?)END\n", page, re.DOTALL)
    [printed] = re.findall(r"```text\n(Balance.*?)```", page, re.DOTALL)
    assert told(samples).stdout == printed


def holding(*samples, unit="usd", now=NOW):
    return {"unit": unit, "now": now, "samples": list(samples)}


def test_no_readings_and_no_amounts_are_a_balance_that_nobody_knows(told):
    for content in (holding(), holding([FIRST, None])):
        found = json.loads(told(content, "--json").stdout)
        assert (found["balance"], found["days_left"]["p50"], found["confidence"]) == (None, None, "low")


def test_a_balance_may_be_below_zero_and_arrive_in_any_order_and_twice(told):
    found = json.loads(told(holding(["2026-06-03T00:00:00Z", -15], [FIRST, 9], [FIRST, 5]), "--json").stdout)
    assert (found["balance"], found["daily_spend"]) == (-15.0, [["2026-06-01", 10.0], ["2026-06-02", 10.0]])


def test_a_hundred_thousand_readings_are_read(told):
    first = datetime(2026, 3, 1, tzinfo=UTC)
    samples = [[(first + timedelta(minutes=at)).isoformat(), 200_000 - at] for at in range(100_000)]
    found = json.loads(told(holding(*samples[::-1], now=samples[-1][0]), "--json").stdout)
    assert (found["balance"], found["profile"]) == (100_001.0, [1440.0] * 7)


LINES = f'{{"unit": "usd", "now": "{NOW}", "samples": [\n["FIRST", 1], ["{FIRST}", 1],\n\n["{FIRST}", 2]]}}'


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "samples.json:1: this is no JSON "),
        (b"\xff\xfe", "samples.json:1: this is no JSON "),
        ('{"deep": ' + "[" * 100_000, "samples.json:1: this is no JSON "),
        ('{"unit": "usd", "now": "' + NOW + '", "samples": [["' + FIRST + '", NaN]]}', "NaN and Infinity are neither."),
        ('{"unit": "usd",\n "now": ', "samples.json:2: this is no JSON "),
        ('{"unit": "usd",\n "now": "", "samples": [\n["", Infinity]]}', "samples.json:3: this is no JSON "),
        (
            "[]",
            'expected `object`, got `array`; {"unit": ..., "now": ..., "samples": [[time, amount], ...]} would fit.',
        ),
        ({"unit": "usd", "now": NOW}, "missing required field `samples`"),
        (holding([FIRST]), "samples.json:1: samples[0]: expected `array` of at least length 2, got 1; "),
        (holding([FIRST, True]), "samples[0]: expected `decimal | null`, got `bool`; "),
        (holding([FIRST, 1], [FIRST, "NaN"]), "samples[1]: NaN is no balance; a number up to"),
        (LINES.replace("FIRST", FIRST).replace("2]", '"x"]'), "samples.json:4: samples[2]: invalid decimal string; "),
        (
            LINES.replace("FIRST", "June"),
            "samples.json:2: samples[0]: 'June' is no time; 2026-06-11T00:00:00Z would fit",
        ),
        (LINES.replace("FIRST", FIRST).replace("2]", "-Infinity]"), "samples.json:4: this is no JSON "),
        (LINES.replace("FIRST", FIRST).replace("2]", "2, 3]"), "samples.json:4: samples[2]: expected `str | null`"),
        (holding([FIRST, "1e999"]), "samples[0]: 1E+999 is no balance; a number up to"),
        (holding([FIRST, 1, "hour"]), "samples[0] is in 'hour' and the file in 'usd'; units are never added"),
        (holding(unit=" "), "unit is empty; name one, such as usd or hour."),
        (holding(now="tomorrow"), "now: 'tomorrow' is no time; 2026-06-11T00:00:00Z would fit."),
        (holding(["2026-06-01T00:00:00", 1]), "names no time zone; end it with Z or an offset such as +02:00."),
        (holding(["2026-06-11T00:05:01Z", 1]), "lies after now; a reading is at most 5 minutes ahead."),
        (holding(["1970-01-01T00:00:00Z", 1]), "is out of range; years from 2000 to 2100 fit."),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_one_sentence(told, content, sentence):
    result = told(content)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: samples.json")
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "Europe", "../etc/passwd"])
def test_a_zone_that_does_not_exist_is_refused(told, zone):
    result = told(holding(), "--zone", zone)
    assert result.exit_code == 2
    assert f"--zone: {zone!r} is no time zone; an IANA name such as Europe/Berlin would fit." in result.stderr


@pytest.mark.parametrize("path", ["nowhere.json", "."])
def test_what_is_no_file_is_refused(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["alerts", "forecast", "--samples", path])
    assert result.exit_code == 2
    assert f"Error: {path} can't be read: " in result.stderr
