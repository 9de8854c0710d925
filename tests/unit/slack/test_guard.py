"""What Slack did not sign, or would never send, is turned away before anything reads it."""

from __future__ import annotations

import json
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgbot.adapters.slack.guard import MAX_BODY, Admitted, TurnedAway, examine
from tests.unit.slack.signing import NOW, SECRET, signed

COMMAND = {
    "command": "/deepgram", "text": "usage", "user_id": "U1", "team_id": "T1", "channel_id": "C1",
    "trigger_id": "1.2", "response_url": "https://hooks.slack.com/commands/1",
}  # fmt: skip
CLICK = {
    "type": "block_actions", "user": {"id": "U1"}, "team": {"id": "T1"},
    "actions": [{"action_id": "dg:approval.approve", "value": "r1"}],
}  # fmt: skip
FORM = {
    "type": "view_submission", "user": {"id": "U1"}, "team": {"id": "T1"},
    "view": {"type": "modal", "callback_id": "dg:x", "state": {"values": {"because": {"because": {"value": "no"}}}}},
}  # fmt: skip
VIEW = {"type": "modal", "callback_id": "dg:x"}
RAW = urlencode(COMMAND).encode()


def status(raw, headers=None, *, now=NOW, secrets=(SECRET,)):
    seen = examine(raw, signed(raw) if headers is None else headers, now=now, secrets=secrets)
    return 200 if isinstance(seen, Admitted) else seen.status


def payload(body) -> bytes:
    return b"payload=" + quote_plus(body if isinstance(body, str) else json.dumps(body)).encode()


def test_a_signed_command_is_admitted_and_decoded():
    admitted = examine(RAW, signed(RAW), now=NOW, secrets=[SECRET])
    assert isinstance(admitted, Admitted)
    assert admitted.body["text"] == "usage"


def test_the_same_bytes_are_the_same_delivery_and_other_bytes_another():
    one, again = (examine(RAW, signed(RAW), now=NOW, secrets=[SECRET]) for _ in range(2))
    retried = examine(RAW, [*signed(RAW), (b"x-slack-retry-num", b"1")], now=NOW, secrets=[SECRET])
    later = examine(RAW, signed(RAW, stamp=NOW + 1), now=NOW, secrets=[SECRET])
    assert isinstance(one, Admitted)
    assert one == again == retried
    assert isinstance(later, Admitted)
    assert later.delivery_id != one.delivery_id


@pytest.mark.parametrize(
    "headers",
    [
        [],
        signed(RAW)[:2],
        [signed(RAW)[0], signed(RAW)[2]],
        signed(RAW, secret=b"another secret"),
        signed(b"another body"),
        [*signed(RAW), signed(RAW)[1]],
        [*signed(RAW), signed(RAW)[2]],
        [*signed(RAW, secret=b"forged"), signed(RAW)[2]],
        [*signed(RAW)[:2], (b"x-slack-signature", signed(RAW)[2][1].upper())],
        [*signed(RAW)[:2], (b"x-slack-signature", b"v1" + signed(RAW)[2][1][2:])],
        [*signed(RAW)[:2], (b"x-slack-signature", signed(RAW)[2][1][:-1])],
        [*signed(RAW)[:2], (b"x-slack-signature", signed(RAW)[2][1] + b"\n")],
        [*signed(RAW)[:2], (b"x-slack-signature", "v0=é".encode())],
    ],
)
def test_whatever_is_not_signed_exactly_once_is_refused(headers):
    assert status(RAW, headers) == 401


@pytest.mark.parametrize(
    "stamp", [b"abc", b"", b"1e9", b"9" * 5000, b"17953_56000", b"+1795356000", b" 1795356000", b"1795356000\n", b"-1"]
)
def test_a_timestamp_of_anything_but_digits_is_refused_even_if_it_is_signed(stamp):
    assert status(RAW, signed(RAW, stamp=stamp)) == 401


@pytest.mark.parametrize(("age", "answer"), [(301, 401), (300, 200), (299, 200), (-299, 200), (-300, 200), (-301, 401)])
def test_five_minutes_on_both_sides_of_the_clock_are_let_in(age, answer):
    assert status(RAW, signed(RAW, stamp=NOW - age)) == answer


def test_both_secrets_count_while_one_replaces_the_other():
    old, new = b"the old secret", b"the new secret"
    assert status(RAW, signed(RAW, secret=old), secrets=(new, old)) == 200
    assert status(RAW, signed(RAW, secret=new), secrets=(new, old)) == 200
    assert status(RAW, signed(RAW, secret=old), secrets=(new,)) == 401


def test_nothing_is_let_in_without_a_secret():
    assert status(RAW, signed(RAW, secret=b""), secrets=()) == 401


def test_a_body_that_is_too_large_is_refused_before_its_signature_is_looked_at():
    large = b"x" * (MAX_BODY + 1)
    assert status(large, []) == 413
    assert status(large) == 413
    assert status(b"x" * 900_000, []) == 413


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe",
        b"payload=notjson",
        b"payload={",
        b"payload=[]",
        b"[" * 5000,
        b"type=url_verification",
        b"ssl_check=1",
    ],
)
def test_unsigned_garbage_is_refused_unread(raw):
    assert status(raw, []) == 401


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"command=%ff",
        payload("null"),
        payload("[]"),
        payload("1"),
        payload("not json"),
        payload("{" * 20_000),
        payload("[" * 20_000),
        payload('{"type": "\\ud800"}'),
        payload({}),
        payload({"type": ["block_actions"]}),
        payload({"type": {}}),
        payload({"type": "surprise"} | CLICK | {"type": "surprise"}),
        payload(CLICK | {"actions": []}),
        payload(CLICK | {"actions": [None]}),
        payload(CLICK | {"actions": {}}),
        payload(CLICK | {"actions": [{"action_id": 1}]}),
        payload(CLICK | {"actions": CLICK["actions"] * 2}),  # type: ignore[operator]
        payload(CLICK | {"user": None}),
        payload(CLICK | {"user": {"id": 1}}),
        payload(CLICK | {"team": None}),
        payload(FORM | {"view": None}),
        payload(FORM | {"view": VIEW | {"callback_id": 1}}),
        payload(FORM | {"view": VIEW | {"type": None}}),
        payload(FORM | {"view": VIEW | {"state": []}} | {"user": {}}),
        payload(FORM | {"view": VIEW | {"state": {"values": {"a": 1}}}}),
        payload(FORM | {"view": VIEW | {"state": {"values": {"a": {"b": 1}}}}}),
        urlencode({k: v for k, v in COMMAND.items() if k != "user_id"}).encode(),
        urlencode({k: v for k, v in COMMAND.items() if k != "trigger_id"}).encode(),
        urlencode(COMMAND | {f"field{n}": "x" for n in range(200)}).encode(),
        b"anything=else",
    ],
)
def test_what_is_signed_but_not_of_slacks_shape_is_refused(raw):
    assert status(raw) == 400


@pytest.mark.parametrize(
    "raw",
    [
        RAW,
        urlencode(COMMAND | {"text": ""}).encode(),
        payload(CLICK),
        payload(CLICK | {"actions": [{"action_id": "dg:x"}]}),
        payload(FORM),
        payload(FORM | {"view": VIEW}),
        payload(CLICK | {"type": "view_closed", "view": {}}),
        b"ssl_check=1",
    ],
)
def test_what_slack_sends_is_admitted(raw):
    assert status(raw) == 200


def test_slacks_question_for_the_address_is_admitted():
    raw = json.dumps({"type": "url_verification", "challenge": "c"}).encode()
    assert status(raw, signed(raw, kind=b"application/json; charset=utf-8")) == 200
    assert status(raw, signed(raw)) == 400, "as a form it is none"


Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
Keys = st.sampled_from(["type", "user", "team", "actions", "view", "command", "text", "state", "values", "id"])
Shaped = st.dictionaries(Keys, Json | st.sampled_from([[], {}, "block_actions", {"id": "U1"}]), max_size=6)


@given(
    raw=st.one_of(
        st.binary(max_size=200), Shaped.map(payload), Shaped.map(lambda body: payload(CLICK | body)),
        Shaped.map(lambda body: payload(FORM | body)), Shaped.map(lambda body: json.dumps(body).encode()),
    ),
    kind=st.sampled_from([b"application/json", b"application/x-www-form-urlencoded", b"", b"text/\xff"]),
)  # fmt: skip
def test_no_signed_body_makes_the_guard_stumble(raw, kind):
    seen = examine(raw, signed(raw, kind=kind), now=NOW, secrets=[SECRET])
    assert isinstance(seen, Admitted) or seen.status == 400


@given(
    raw=st.binary(max_size=100),
    headers=st.lists(
        st.tuples(
            st.sampled_from([b"x-slack-request-timestamp", b"x-slack-signature", b"content-type"]),
            st.binary(max_size=80) | st.sampled_from([b"%d" % NOW, b"v0=" + b"0" * 64]),
        ),
        max_size=4,
    ),
)
def test_no_forged_request_makes_the_guard_stumble_or_gets_in(raw, headers):
    assert examine(raw, headers, now=NOW, secrets=[SECRET]) == TurnedAway(401)


@pytest.mark.parametrize("state", [[1], "x", 5, {"values": [1]}, {"values": "x"}, {"values": {"b": 1}}])
def test_a_form_whose_inputs_are_no_inputs_is_refused(state):
    assert status(payload(FORM | {"view": VIEW | {"state": state}})) == 400
