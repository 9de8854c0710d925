"""The retry table, cell by cell."""

import pytest

from dgbot.deepgram import (
    DeepgramAnswerError,
    DeepgramApiError,
    DeepgramAuthError,
    DeepgramConflictError,
    DeepgramNotFoundError,
    DeepgramNotSentError,
    DeepgramOptionsError,
    DeepgramRateLimitError,
    DeepgramRequestError,
    DeepgramServerError,
    DeepgramUnknownOutcomeError,
    Message,
)
from dgbot.deepgram.retry import pause_before_retry, settled
from tests.unit.deepgram.described import operations

OUTCOMES = {
    "not sent": DeepgramNotSentError(),
    "unknown": DeepgramUnknownOutcomeError(),
    "unreadable": DeepgramAnswerError(),
    "refused here": DeepgramOptionsError(),
    "400": DeepgramRequestError(status=400),
    "401": DeepgramAuthError(status=401),
    "404": DeepgramNotFoundError(status=404),
    "408": DeepgramServerError(status=408),
    "409": DeepgramConflictError(status=409),
    "429": DeepgramRateLimitError(status=429),
    "500": DeepgramServerError(status=500),
    "503": DeepgramServerError(status=503),
}
SENT_AGAIN = {
    "GET": {"not sent", "unknown", "408", "429", "500", "503"},
    "DELETE": {"not sent", "unknown", "429", "500", "503"},
    "PUT": {"429"},
    "PATCH": {"429"},
    "POST": {"not sent"},
}


def pause(method, error, attempt=1, retries=9, random=0.0):
    return pause_before_retry(method, attempt, error, retries=retries, random=lambda: random)


@pytest.mark.parametrize("method", SENT_AGAIN)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_is_sent_again(method, outcome):
    assert (pause(method, OUTCOMES[outcome]) is not None) == (outcome in SENT_AGAIN[method])


def test_pauses_double_and_random_cuts_them_by_up_to_half():
    busy = OUTCOMES["503"]
    assert [pause("GET", busy, n) for n in (1, 2, 3, 4)] == [0.5, 1.0, 2.0, 4.0]
    assert [pause("GET", busy, n, random=1.0) for n in (1, 2, 3, 4)] == [0.25, 0.5, 1.0, 2.0]
    assert pause("GET", busy, 5000, retries=9999) == 60.0


def test_deepgrams_own_wait_is_kept_up_to_a_minute():
    assert pause("GET", DeepgramRateLimitError(status=429, retry_after=7.0), random=1.0) == 7.0
    assert pause("GET", DeepgramRateLimitError(status=429, retry_after=0.0)) == 0.0
    assert pause("GET", DeepgramApiError(status=503, retry_after=3600.0)) == 60.0


def test_retries_are_counted_and_zero_means_none():
    assert pause("GET", OUTCOMES["503"], attempt=2, retries=2) is not None
    assert pause("GET", OUTCOMES["503"], attempt=3, retries=2) is None
    assert pause("GET", OUTCOMES["503"], attempt=1, retries=0) is None


@pytest.mark.parametrize(
    ("earlier", "done"),
    [([], False), (["not sent"], False), (["unknown"], True), (["503"], True), (["not sent", "429"], True)],
)
def test_a_delete_that_finds_nothing_is_done_only_if_an_earlier_sending_may_have_done_it(earlier, done):
    gone = OUTCOMES["404"]
    outcome = settled(operations.delete_key("p", "k"), gone, [OUTCOMES[name] for name in earlier])
    assert isinstance(outcome, Message) if done else outcome is gone


def test_a_get_that_finds_nothing_found_nothing():
    assert settled(operations.get_project("p"), OUTCOMES["404"], [OUTCOMES["503"]]) is OUTCOMES["404"]
