"""The retry table, cell by cell."""

import copy

import pytest

from dgbot.deepgram import (
    DeepgramAnswerError,
    DeepgramApiError,
    DeepgramAuthError,
    DeepgramConflictError,
    DeepgramNotFoundError,
    DeepgramNotSentError,
    DeepgramOptionsError,
    DeepgramPaymentError,
    DeepgramRateLimitError,
    DeepgramRequestError,
    DeepgramScopeError,
    DeepgramServerError,
    DeepgramUnknownOutcomeError,
    DistributionCredential,
    Message,
)
from dgbot.deepgram.retry import pause_before_retry, settled
from tests.unit.deepgram.described import operations
from tests.unit.deepgram.samples import ARGUMENTS, SEVERAL_CALLS, answer, described

OUTCOMES = {
    "not sent": DeepgramNotSentError(),
    "unknown": DeepgramUnknownOutcomeError(),
    "unreadable": DeepgramAnswerError(),
    "refused here": DeepgramOptionsError(),
    "400": DeepgramRequestError(status=400),
    "401": DeepgramAuthError(status=401),
    "402": DeepgramPaymentError(status=402),
    "403": DeepgramScopeError(status=403),
    "404": DeepgramNotFoundError(status=404),
    "408": DeepgramServerError(status=408),
    "409": DeepgramConflictError(status=409),
    "422": DeepgramRequestError(status=422),
    "429": DeepgramRateLimitError(status=429),
    **{str(status): DeepgramServerError(status=status) for status in (500, 502, 503, 504)},
}
FAILURES = {"500", "502", "503", "504"}
SENT_AGAIN = {
    "GET": {"not sent", "unknown", "408", "429", *FAILURES},
    "DELETE": {"not sent", "unknown", "429", *FAILURES},
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


def fresh(name):
    """The outcome *name*, untouched by other tests."""
    return copy.deepcopy(OUTCOMES[name])


@pytest.mark.parametrize(
    ("earlier", "done"),
    [([], False), (["not sent"], False), (["unknown"], True), (["503"], True), (["not sent", "429"], True)],
)
def test_a_delete_that_finds_nothing_is_done_only_if_an_earlier_sending_may_have_done_it(earlier, done):
    gone = fresh("404")
    outcome = settled(operations.delete_key("p", "k"), gone, [fresh(name) for name in earlier])
    assert isinstance(outcome, Message) if done else outcome is gone


@pytest.mark.parametrize("name", [name for name in ARGUMENTS if name.startswith(("delete_", "remove_", "leave_"))])
def test_every_deletion_has_an_answer_for_what_is_gone_already(name):
    operation = described(name)
    assert settled(operation, fresh("404"), [fresh("unknown")]) == operation.when_gone
    assert type(operation.when_gone) is type(answer(name))


def test_a_distribution_credential_that_is_gone_already_is_its_id():
    gone = settled(operations.delete_distribution_credential("p", "c"), fresh("404"), [fresh("unknown")])
    assert gone == DistributionCredential(distribution_credentials_id="c")


@pytest.mark.parametrize("refused", ["401", "403", "400", "402"])
@pytest.mark.parametrize(
    ("earlier", "open_question"), [([], False), (["not sent"], False), (["unknown"], True), (["503", "not sent"], True)]
)
def test_a_delete_that_is_refused_after_a_sending_of_unknown_outcome_may_have_happened(refused, earlier, open_question):
    error = fresh(refused)
    outcome = settled(operations.delete_key("p", "k"), error, [fresh(name) for name in earlier])
    assert outcome is error
    assert error.may_have_happened is open_question


def test_a_get_that_finds_nothing_found_nothing():
    gone = fresh("404")
    assert settled(operations.get_project("p"), gone, [fresh("503")]) is gone


def test_an_error_says_which_verb_failed():
    assert OUTCOMES["401"].method == ""
    for name in ("get_balances", "create_key", "update_member_scope", "update_project", "delete_key"):
        error = fresh("unknown")
        assert settled(described(name), error, []) is error
        assert error.method == described(name).method


@pytest.mark.parametrize("name", [name for name in ARGUMENTS if name not in SEVERAL_CALLS])
def test_no_call_that_creates_something_is_sent_again_once_bytes_have_left(name):
    operation = described(name)
    creates = name.startswith(("create_", "send_", "grant_"))
    assert creates == (operation.method == "POST")
    again = {outcome for outcome in OUTCOMES if pause(operation.method, OUTCOMES[outcome]) is not None}
    assert again == ({"not sent"} if creates else SENT_AGAIN[operation.method])
