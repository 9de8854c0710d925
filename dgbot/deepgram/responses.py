"""What callers get: one frozen value per thing that Deepgram knows, with the published names.

Dates stay the texts that Deepgram sent; beside them stand typed twins (``created_at``, ``start_date``), None when the
text is absent or no date. A field that Deepgram left out has the default given here.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import msgspec

from dgbot.deepgram.dates import parsed
from dgbot.deepgram.secret import Secret


class Message(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A success note in Deepgram's own words; don't match on the text."""

    message: str = ""


class Project(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A Deepgram project. *created* and *updated* are published but never sent, so they are None."""

    project_id: str = ""
    name: str = ""
    company: str | None = None
    created: str | None = None
    updated: str | None = None
    mip_opt_out: bool | None = None


class ProjectsResponse(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Every project that the key can see."""

    projects: list[Project] = []


class Member(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Somebody in a project; as the owner of a key, without scopes."""

    member_id: str = ""
    email: str = ""
    first_name: str | None = None
    last_name: str | None = None
    scopes: list[str] = []


class MembersResponse(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Everybody in a project."""

    members: list[Member] = []


class Key(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An API key; *key*, its value, is there only in the answer that created it.

    *member* is whose key it is (absent in that same answer). Deepgram often leaves *tags* out of lists.
    """

    api_key_id: str = ""
    key: Secret | None = None
    comment: str | None = None
    created: str = ""
    scopes: list[str] = []
    tags: list[str] | None = None
    expiration_date: str | None = None
    member: Member | None = None

    def __post_init__(self) -> None:
        if self.expiration_date and parsed(self.expiration_date) is None:
            # read as "never expires" it would be a lie that matters
            raise ValueError("Expected a date in `expiration_date`")

    @property
    def created_at(self) -> datetime | None:
        """When the key was created, UTC."""
        return parsed(self.created)

    @property
    def expires_at(self) -> datetime | None:
        """When the key stops working, UTC; None if never."""
        return parsed(self.expiration_date)


class KeysResponse(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The keys of a project, as far as the asking key may see them."""

    api_keys: list[Key] = []


class KeyResponse(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One API key."""

    api_key: Key


class Invite(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An invitation that nobody has answered yet. *sent* is published but never sent, so it is None."""

    email: str = ""
    scope: str = ""
    sent: str | None = None


class InvitesResponse(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The open invitations of a project."""

    invites: list[Invite] = []


class Balance(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is left of one purchase, in *units* (``usd`` or ``hour``, in any case); *purchase* is its order's id.

    *amount_exact* has the digits that Deepgram sent: compare and add that one.
    """

    balance_id: str = ""
    amount_exact: Decimal = msgspec.field(default=Decimal(0), name="amount")
    units: str = ""
    purchase: str | None = None

    def __post_init__(self) -> None:
        if not self.amount_exact.is_finite() or self.amount_exact.adjusted() > 15:
            raise ValueError("Expected an amount of money in `amount`")

    @property
    def amount(self) -> float:
        """The amount, rounded to what a float holds."""
        return float(self.amount_exact)


class BalancesResponse(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Every balance of a project; add only those of one unit."""

    balances: list[Balance] = []


class Resolution(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How long one result's span is, such as 1 day."""

    units: str = ""
    amount: int = 0


class UsageSummaryResults(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The usage of one span; *start* and *end* are days, both included.

    *hours* of audio as sent, *total_hours* with every channel counted.
    """

    start: str = ""
    end: str = ""
    hours: float = 0.0
    total_hours: float = 0.0
    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    tts_characters: int = 0
    tts_requests: int = 0

    @property
    def tokens(self) -> int:
        """Tokens in and out together."""
        return self.tokens_in + self.tokens_out

    @property
    def start_date(self) -> date | None:
        """The first day."""
        return _day(self.start)

    @property
    def end_date(self) -> date | None:
        """The last day."""
        return _day(self.end)


class UsageSummaryResponse(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The usage of a project, span by span."""

    start: str = ""
    end: str = ""
    resolution: Resolution = Resolution()
    results: list[UsageSummaryResults] = []

    @property
    def start_date(self) -> date | None:
        """The first day of the whole."""
        return _day(self.start)

    @property
    def end_date(self) -> date | None:
        """The last day of the whole."""
        return _day(self.end)


def _day(text: str) -> date | None:
    moment = parsed(text)
    return moment.date() if moment else None
