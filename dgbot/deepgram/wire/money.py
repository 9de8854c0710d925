"""Balances, purchases and spending, with every digit that was sent."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from dgbot.deepgram.responses.money import (
    Balance,
    BalancesResponse,
    BillingBreakdownResponse,
    BillingBreakdownResult,
    BillingFieldsResponse,
    BillingGrouping,
    PurchasesResponse,
    check_money,
)
from dgbot.deepgram.responses.usage import Resolution
from dgbot.deepgram.wire.reading import decoder, read, read_one, texts


class _Balance(Balance, frozen=True, gc=False):
    purchase_order_id: str | None = None

    def value(self) -> Balance:
        """What callers get."""
        return Balance(
            balance_id=self.balance_id,
            amount_exact=self.amount_exact,
            units=self.units,
            purchase=self.purchase_order_id or self.purchase,
        )


class _BalanceList(msgspec.Struct, gc=False):
    balances: list[_Balance] = []


class _Grouping(msgspec.Struct, gc=False):
    start: str = ""
    end: str = ""
    accessor: str | None = None
    deployment: str | None = None
    line_item: str | None = None
    tags: list[str] | str | None = None

    def value(self) -> BillingGrouping:
        """What callers get."""
        return BillingGrouping(
            start=self.start,
            end=self.end,
            accessor=self.accessor,
            deployment=self.deployment,
            line_item=self.line_item,
            tags=texts(self.tags),
        )


class _Group(msgspec.Struct, gc=False):
    dollars: Decimal = Decimal(0)
    grouping: _Grouping | None = None

    def __post_init__(self) -> None:
        check_money("dollars", self.dollars)

    def value(self) -> BillingBreakdownResult:
        """What callers get."""
        return BillingBreakdownResult(dollars_exact=self.dollars, grouping=(self.grouping or _Grouping()).value())


class _Breakdown(msgspec.Struct, gc=False):
    start: str = ""
    end: str = ""
    resolution: Resolution | None = None
    results: list[_Group] = []


_BALANCES = decoder(_BalanceList, strict=False)
_BALANCE = decoder(_Balance, strict=False)
_PURCHASES = decoder(PurchasesResponse, strict=False)
_BREAKDOWN = decoder(_Breakdown, strict=False)
_FIELDS = decoder(BillingFieldsResponse)


def balances(body: bytes) -> BalancesResponse:
    """A list of balances with their exact amounts."""
    return BalancesResponse(balances=[balance.value() for balance in read(_BALANCES, body).balances])


def balance(body: bytes) -> Balance:
    """One balance, which must have an id."""
    return read_one(_BALANCE, body, "balance_id").value()


def purchases(body: bytes) -> PurchasesResponse:
    """A list of purchases."""
    return read(_PURCHASES, body)


def billing_breakdown(body: bytes) -> BillingBreakdownResponse:
    """Spending by groups."""
    answer = read(_BREAKDOWN, body)
    return BillingBreakdownResponse(
        start=answer.start,
        end=answer.end,
        resolution=answer.resolution or Resolution(),
        results=[group.value() for group in answer.results],
    )


def billing_fields(body: bytes) -> BillingFieldsResponse:
    """What spending can be filtered by."""
    return read(_FIELDS, body)
