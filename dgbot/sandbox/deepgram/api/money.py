"""The operations on balances and purchases."""

from __future__ import annotations

from dgbot.sandbox.deepgram.api.call import Call, Json
from dgbot.sandbox.deepgram.refusals import unknown
from dgbot.sandbox.deepgram.wire import rfc3339
from dgbot.sandbox.deepgram.world.holdings import Credit


def list_balances(call: Call) -> Json:
    """What is left of each credit, by now."""
    return {"balances": [_described(call, credit) for credit in call.project.balances(call.now)]}


def get_balance(call: Call) -> Json:
    """One of them."""
    for credit in call.project.balances(call.now):
        if credit.balance_id == call.parts["balance"]:
            return _described(call, credit)
    raise unknown("balance")


def list_purchases(call: Call) -> Json:
    """What was bought or given, newest first, with its original amount."""
    limit = call.whole_number("limit", 10, 1, 1000)
    orders = sorted(call.project.orders, key=lambda order: order.created, reverse=True)[:limit]
    return {
        "orders": [
            {
                "order_id": order.order_id,
                **({} if order.expires is None else {"expiration": rfc3339(order.expires)}),
                "created": rfc3339(order.created),
                "amount": order.amount,
                "units": order.units,
                "order_type": order.order_type,
            }
            for order in orders
        ],
    }


def _described(call: Call, credit: Credit) -> Json:
    order = "purchase_order_id" if call.wire == "current" else "purchase"
    return {"balance_id": credit.balance_id, "amount": credit.amount, "units": credit.units, order: credit.order_id}
