"""Balances, purchases and spending, digit by digit."""

import math
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from dgbot.deepgram import DeepgramAnswerError
from tests.unit.deepgram.described import operations
from tests.unit.deepgram.samples import LENGTH, ORDER, SPENT_BY, read

DIGITS = [
    ("104.56822227", "104.56822227"),
    ('"104.56822227"', "104.56822227"),
    ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
    ("-3", "-3"),
    ("10.0", "10.0"),
    ("0", "0"),
    ("1e3", "1e3"),
]


@pytest.mark.parametrize(("text", "exact"), DIGITS)
@pytest.mark.parametrize("purchase", ["purchase", "purchase_order_id"])
def test_a_balance_keeps_every_digit(text, exact, purchase):
    one = f'{{"balance_id":"b","amount":{text},"units":"usd","{purchase}":"o"}}'
    (listed,) = read(operations.get_balances("p"), f'{{"balances":[{one}]}}'.encode()).balances
    for balance in (listed, read(operations.get_balance("p", "b"), one.encode())):
        assert (balance.amount_exact, balance.amount) == (Decimal(exact), float(exact))
        assert (balance.balance_id, balance.units, balance.purchase) == ("b", "usd", "o")


@pytest.mark.parametrize(("text", "exact"), DIGITS)
def test_a_purchase_keeps_every_digit(text, exact):
    body = f'{{"orders":[{{"order_id":"o","amount":{text}}}]}}'.encode()
    (order,) = read(operations.get_purchases("p"), body).orders
    assert (order.amount_exact, order.amount) == (Decimal(exact), float(exact))


@pytest.mark.parametrize(("text", "exact"), DIGITS)
def test_spending_keeps_every_digit(text, exact):
    body = f'{{"results":[{{"dollars":{text},"grouping":{{}}}}]}}'.encode()
    (result,) = read(operations.get_billing_breakdown("p"), body).results
    assert (result.dollars_exact, result.dollars) == (Decimal(exact), float(exact))


def test_exact_digits_survive_a_null_list_beside_them():
    body = b'{"tags":null,"results":null,"balances":[{"amount":0.1000000000000000055511151231257827}],"orders":null}'
    (balance,) = read(operations.get_balances("p"), body).balances
    assert balance.amount_exact == Decimal("0.1000000000000000055511151231257827")
    nested = (
        b'{"results":[{"dollars":0.1000000000000000055511151231257827,"grouping":{"tags":null}}],"resolution":null}'
    )
    (result,) = read(operations.get_billing_breakdown("p"), nested).results
    assert result.dollars_exact == balance.amount_exact


NO_MONEY = ["1e999", "1e400", "1e16", "-1e16", '"NaN"', '"-Infinity"', '"sNaN"', "NaN", "null", "true", '"much"', "[]"]
PLACES = [
    (operations.get_balances("p"), '{{"balances":[{{"amount":1}},{{"amount":{}}}]}}', "$.balances[1]"),
    (operations.get_balance("p", "b"), '{{"balance_id":"b","amount":{}}}', "$"),
    (operations.get_purchases("p"), '{{"orders":[{{"amount":1}},{{"amount":{}}}]}}', "$.orders[1]"),
    (operations.get_billing_breakdown("p"), '{{"results":[{{"dollars":1}},{{"dollars":{}}}]}}', "$.results[1]"),
]


@pytest.mark.parametrize("amount", NO_MONEY)
@pytest.mark.parametrize(("operation", "body", "place"), PLACES, ids=[place for _, _, place in PLACES])
def test_an_amount_that_is_no_money_is_unreadable(operation, body, place, amount):
    with pytest.raises(DeepgramAnswerError) as caught:
        read(operation, body.format(amount).encode())
    assert caught.value.json_path.startswith(place) or (amount == "NaN" and caught.value.json_path == "")
    assert "much" not in str(caught.value)


def test_a_purchase():
    (order,) = read(operations.get_purchases("p"), {"orders": [ORDER]}).orders
    assert (order.order_id, order.units, order.order_type) == ("o", "usd", "promotional")
    assert order.created_at == datetime(2023, 2, 21, 21, 13, 40, 14373, tzinfo=UTC)
    assert order.expires_at == datetime(2026, 3, 4, tzinfo=UTC)


def test_a_purchase_may_never_lapse():
    (order,) = read(operations.get_purchases("p"), {"orders": [{**ORDER, "expiration": None}]}).orders
    assert (order.expiration, order.expires_at) == (None, None)


@pytest.mark.parametrize("tags", ["dev", ["dev"]], ids=repr)
def test_spending_by_groups(tags):
    body = {**LENGTH, "results": [{"dollars": 0.25, "grouping": {**SPENT_BY, "tags": tags}}]}
    breakdown = read(operations.get_billing_breakdown("p"), body)
    (result,) = breakdown.results
    assert (breakdown.start, breakdown.end, breakdown.resolution.units) == ("2025-01-16", "2025-01-23", "day")
    assert result.dollars == 0.25
    assert (result.grouping.accessor, result.grouping.deployment) == (None, "hosted")
    assert (result.grouping.line_item, result.grouping.tags) == ("streaming::nova-3", ["dev"])
    assert (result.grouping.start_date, result.grouping.end_date) == (date(2025, 1, 16), date(2025, 1, 17))


@pytest.mark.parametrize("result", [{}, {"grouping": None}, {"grouping": {"tags": None}}], ids=repr)
def test_spending_may_lack_anything(result):
    (read_as,) = read(operations.get_billing_breakdown("p"), {"results": [result]}).results
    assert (read_as.dollars_exact, read_as.grouping.tags, read_as.grouping.line_item) == (0, None, None)


def test_what_spending_can_be_filtered_by():
    body = {"accessors": ["k"], "deployments": ["dedicated"], "tags": None, "line_items": {"streaming::nova-3": "Nova"}}
    fields = read(operations.get_billing_fields("p"), body)
    assert (fields.accessors, fields.deployments, fields.tags) == (["k"], ["dedicated"], [])
    assert fields.line_items == {"streaming::nova-3": "Nova"}
    assert read(operations.get_billing_fields("p"), {"line_items": None}).line_items == {}


def test_a_sum_of_exact_amounts_is_exact():
    body = b'{"balances":[{"amount":0.1},{"amount":0.2}]}'
    balances = read(operations.get_balances("p"), body).balances
    assert sum(balance.amount_exact for balance in balances) == Decimal("0.3")
    assert all(math.isfinite(balance.amount) for balance in balances)
