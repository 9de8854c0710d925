"""Balances, purchases and spending; what is money has an exact twin with the digits that Deepgram sent."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

import msgspec

from dgbot.deepgram.dates import parsed
from dgbot.deepgram.responses.base import Response
from dgbot.deepgram.responses.usage import Resolution, Span


class Balance(Response, frozen=True, kw_only=True, gc=False):
    """What is left of one purchase, in *units* (``usd`` or ``hour``, in any case); *purchase* is its order's id.

    *amount_exact* has the digits that Deepgram sent: compare and add that one.
    """

    derived: ClassVar = ("amount",)

    balance_id: str = ""
    amount_exact: Decimal = msgspec.field(default=Decimal(0), name="amount")
    units: str = ""
    purchase: str | None = None

    def __post_init__(self) -> None:
        check_money("amount", self.amount_exact)

    @property
    def amount(self) -> float:
        """The amount, rounded to what a float holds."""
        return float(self.amount_exact)


class BalancesResponse(Response, frozen=True, kw_only=True, gc=False):
    """Every balance of a project; add only those of one unit."""

    balances: list[Balance] = []


class Purchase(Response, frozen=True, kw_only=True, gc=False):
    """Credit that was bought or given; *amount* is what it was at first, not what is left of it."""

    derived: ClassVar = ("amount",)

    order_id: str = ""
    expiration: str | None = None
    created: str = ""
    amount_exact: Decimal = msgspec.field(default=Decimal(0), name="amount")
    units: str = ""
    order_type: str = ""

    def __post_init__(self) -> None:
        check_money("amount", self.amount_exact)

    @property
    def amount(self) -> float:
        """The amount, rounded to what a float holds."""
        return float(self.amount_exact)

    @property
    def created_at(self) -> datetime | None:
        """When it was bought or given, UTC."""
        return parsed(self.created)

    @property
    def expires_at(self) -> datetime | None:
        """When what is left of it lapses, UTC; None if never."""
        return parsed(self.expiration)


class PurchasesResponse(Response, frozen=True, kw_only=True, gc=False):
    """The purchases of a project."""

    orders: list[Purchase] = []


class BillingGrouping(Span, frozen=True, kw_only=True, gc=False):
    """Whose spending one result is; a property that was not grouped by is None."""

    accessor: str | None = None
    deployment: str | None = None
    line_item: str | None = None
    tags: list[str] | None = None


class BillingBreakdownResult(Response, frozen=True, kw_only=True, gc=False):
    """What one group cost in one span."""

    derived: ClassVar = ("dollars",)

    dollars_exact: Decimal = msgspec.field(default=Decimal(0), name="dollars")
    grouping: BillingGrouping = BillingGrouping()

    def __post_init__(self) -> None:
        check_money("dollars", self.dollars_exact)

    @property
    def dollars(self) -> float:
        """US dollars, rounded to what a float holds."""
        return float(self.dollars_exact)


class BillingBreakdownResponse(Span, frozen=True, kw_only=True, gc=False):
    """What a project spent, span by span and group by group."""

    resolution: Resolution = Resolution()
    results: list[BillingBreakdownResult] = []


class BillingFieldsResponse(Response, frozen=True, kw_only=True, gc=False):
    """What spending can be filtered and grouped by; *line_items* maps names to labels."""

    accessors: list[str] = []
    deployments: list[str] = []
    tags: list[str] = []
    line_items: dict[str, str] = {}


def check_money(name: str, amount: Decimal) -> None:
    """Refuse what is no sum that anybody has: NaN, infinity, 1e400."""
    if not amount.is_finite() or amount.adjusted() > 15 or len(amount.as_tuple().digits) > 60:
        raise ValueError(f"Expected an amount of money in `{name}`")
