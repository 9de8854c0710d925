from datetime import date

import pytest

from dgbot import Note, Table, Text, UsageError, period
from dgbot.deepgram import UsageSummaryResults
from dgbot.domain.replies import plain
from dgbot_plugins.usage import report

MONDAY, SUNDAY = date(2026, 11, 16), date(2026, 11, 22)


def day(number, hours, requests=10, **more):
    return UsageSummaryResults(start=f"2026-11-{number:02}", hours=hours, requests=requests, **more)


def line(part):
    assert isinstance(part, Text | Note)
    return plain(part.line)


def test_the_headline_stands_alone():
    reply = report("acme-prod", MONDAY, SUNDAY, [day(16, 1097.43, 425_109)], [day(9, 930.0)])
    assert reply.headline == "acme-prod, 16–22 Nov: 1,097 h of audio, 425,109 requests"
    assert line(reply.parts[0]) == "+18 % against the 7 days before (930 h)."


def test_less_than_before_is_told_with_a_real_minus():
    assert line(report("p", MONDAY, SUNDAY, [day(16, 5.2)], [day(9, 10.4)]).parts[0]).startswith("−50 %")


def test_nothing_before_is_no_percentage():
    reply = report("p", MONDAY, SUNDAY, [day(16, 1)], [])
    assert line(reply.parts[0]) == "Nothing was used in the 7 days before."


def test_a_period_without_use_says_so():
    assert report("p", MONDAY, SUNDAY, [], []).headline == "p, 16–22 Nov: nothing was used"


def test_the_newest_ten_days_are_shown_and_the_rest_counted():
    reply = report("p", date(2026, 11, 1), date(2026, 11, 14), [day(n, n) for n in range(1, 15)], [])
    [table] = [part for part in reply.parts if isinstance(part, Table)]
    assert [len(table.rows), table.more] == [10, 4]
    assert table.rows[0] == ("Sat 14 Nov", "14.0 h", "10")


def test_totals_are_rounded_to_what_they_mean():
    reply = report("p", MONDAY, SUNDAY, [day(16, 1, tts_characters=9_004_185, tokens_in=24_770, tokens_out=7_521)], [])
    assert line(reply.parts[-1]) == "TTS 9.0 M characters · 32 k tokens · days in UTC, today so far"


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (SUNDAY, SUNDAY, "22 Nov"),
        (date(2026, 10, 28), date(2026, 11, 3), "28 Oct–3 Nov"),
        (date(2025, 12, 30), date(2026, 1, 2), "30 Dec 2025–2 Jan 2026"),
    ],
)
def test_periods_read_as_people_write_them(start, end, text):
    assert period(start, end) == text


async def test_reads_the_week_that_ends_today(run, deepgram):
    reply = await run("usage --last 7d")
    assert reply.headline.startswith("acme-prod, 16–22 Nov: ")
    [table] = [part for part in reply.parts if isinstance(part, Table)]
    assert len(table.rows) == 7
    assert "in the 7 days before (" in line(reply.parts[0])


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("usage --last 30m", 'last: "30m" is less than a day'),
        ("usage --last 400d", 'last: "400d" is more than 366d'),
        ("usage --last soon", 'last: "soon" is not a duration'),
    ],
)
async def test_a_period_that_no_report_covers_is_refused(run, deepgram, line, sentence):
    with pytest.raises(UsageError, match=sentence):
        await run(line)
    assert deepgram.requests == []
