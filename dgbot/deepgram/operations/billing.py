"""Balances, purchases and spending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

from dgbot.deepgram.dates import Moment, day
from dgbot.deepgram.operation import Operation
from dgbot.deepgram.operations.building import by_days, path, query
from dgbot.deepgram.options.base import chosen
from dgbot.deepgram.options.billing import BillingBreakdownOptions
from dgbot.deepgram.options.checks import check_days, check_number
from dgbot.deepgram.options.keywords import BillingBreakdownFields
from dgbot.deepgram.responses.money import (
    Balance,
    BalancesResponse,
    BillingBreakdownResponse,
    BillingFieldsResponse,
    PurchasesResponse,
)
from dgbot.deepgram.wire import money as wire


def get_balances(project_id: str) -> Operation[BalancesResponse]:
    """List what is left of each purchase."""
    return Operation("GET", path("projects/{project_id}/balances", project_id), wire.balances)


def get_balance(project_id: str, balance_id: str) -> Operation[Balance]:
    """Fetch what is left of one purchase."""
    return Operation("GET", path("projects/{project_id}/balances/{balance_id}", project_id, balance_id), wire.balance)


def get_purchases(project_id: str, *, limit: int | None = None) -> Operation[PurchasesResponse]:
    """List a project's purchases, *limit* of them (1 to 1000; Deepgram's default is 10); there is no second page."""
    check_number("limit", limit, 1, 1000)
    return Operation(
        "GET", path("projects/{project_id}/purchases", project_id), wire.purchases, query=query({"limit": limit})
    )


def get_billing_breakdown(
    project_id: str,
    options: BillingBreakdownOptions | Mapping[str, object] | None = None,
    **fields: Unpack[BillingBreakdownFields],
) -> Operation[BillingBreakdownResponse]:
    """Split a project's spending in US dollars by day and, with *grouping*, by one property or several."""
    asked = by_days(chosen(BillingBreakdownOptions, options, fields))
    return Operation(
        "GET", path("projects/{project_id}/billing/breakdown", project_id), wire.billing_breakdown, query=query(asked)
    )


def get_billing_fields(
    project_id: str, *, start: Moment | None = None, end: Moment | None = None
) -> Operation[BillingFieldsResponse]:
    """List what spending between two UTC days, both included, can be filtered and grouped by."""
    check_days(start, end)
    days = {"start": None if start is None else day("start", start), "end": None if end is None else day("end", end)}
    return Operation(
        "GET", path("projects/{project_id}/billing/fields", project_id), wire.billing_fields, query=query(days)
    )
