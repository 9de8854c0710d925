"""What is told of a review: what is new, once, and that reviews fail, after the second time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dgbot.domain.key_reports import RETRY, KeyReport, News, first, reviewed
from dgbot.domain.reconciliation import SETTLES, Concern, Finding, KeyReview

NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)
DAY = timedelta(days=1)
ENDLESS = Finding(Concern.ENDLESS, "k1", "ci", "alice", "never expires")
LEFT = Finding(Concern.LEFT, "k2", "old", "erin", "its owner has no active account")


def review(*findings, unsure=()):
    return KeyReview((), findings, frozenset(unsure))


def after(*reviews):
    """The news of each review, one a day."""
    report, news = first("p", NOW), []
    for number, one in enumerate(reviews):
        step = reviewed(report, one, NOW + number * DAY, DAY)
        report = step.report
        news.append(step.news)
    return report, news


def test_the_first_review_waits_for_the_start_to_settle():
    assert first("p", NOW) == KeyReport("p", due_at=NOW + SETTLES)


def test_what_is_new_is_told_once_and_what_went_is_an_edit():
    report, news = after(
        review(), review(ENDLESS), review(ENDLESS), review(ENDLESS, LEFT), review(LEFT), review(), review()
    )
    assert news == [(), (News.REPORT,), (), (News.REPORT,), (News.UPDATE,), (News.UPDATE,), ()]
    assert (report.number, report.findings, report.revision) == (2, (), 7)


def test_the_same_finding_under_another_name_of_its_owner_is_no_news():
    known = Finding(LEFT.concern, LEFT.key_id, LEFT.name, "erin@acme.test", LEFT.told)
    assert after(review(LEFT), review(known))[1] == [(News.REPORT,), ()]


def test_what_can_not_be_judged_this_time_stands_and_is_not_news_when_it_can_again():
    _, news = after(review(LEFT), review(unsure=[(Concern.LEFT, "k2")]), review(LEFT))
    assert news == [(News.REPORT,), (), ()]


def test_failures_are_told_after_the_second_and_once():
    report, news = after(review(LEFT), None, None, None, review(LEFT), None, review(LEFT))
    assert news == [(News.REPORT,), (), (News.BLIND,), (), (News.SEES,), (), ()]
    assert (report.failures, report.failing_since) == (0, None)


def test_a_failed_review_is_tried_again_soon_and_keeps_since_when():
    report = reviewed(KeyReport("p"), None, NOW, DAY).report
    assert (report.due_at, report.failing_since) == (NOW + RETRY, NOW)
    again = reviewed(report, None, NOW + RETRY, timedelta(minutes=5)).report
    assert (again.due_at, again.failing_since) == (NOW + RETRY + timedelta(minutes=5), NOW)


findings = st.builds(
    Finding,
    st.sampled_from(Concern),
    st.sampled_from(["k1", "k2", "k3"]),
    st.just("ci"),
    st.sampled_from(["alice", "alice@acme.test"]),
    st.just("told"),
)


@given(st.lists(st.none() | st.lists(findings, unique_by=lambda one: one.identity, max_size=4), max_size=8))
def test_each_finding_is_news_exactly_when_the_last_whole_review_lacked_it(history):
    report = first("p", NOW)
    last: set[tuple[Concern, str, str]] = set()
    for number, found in enumerate(history):
        step = reviewed(report, None if found is None else review(*found), NOW + number * DAY, DAY)
        if found is not None:
            now = {one.identity for one in found}
            assert {one.identity for one in step.fresh} == now - last
            assert (News.REPORT in step.news) is bool(now - last)
            assert (News.UPDATE in step.news) is (not now - last and now != last)
            last = now
        report = step.report
        assert report.revision == number + 1
