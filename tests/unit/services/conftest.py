"""A request that somebody else said yes to, and one whose key was shown."""

from __future__ import annotations

from dgbot.domain.approvals import ApprovalRequest
from tests.conftest import in_session
from tests.office import Office
from tests.unit.services.issuing import reveal


@in_session()
async def approved(office: Office) -> ApprovalRequest:
    """A request of alice's that bob has approved."""
    await office.asks("alice", '/deepgram create-key ci --scopes usage:read --ttl 7d --reason "nightly"')
    request = await office.the_request()
    await office.clicks("bob", "Approve")
    office.deepgram.requests.clear()
    return await office.standing(request)


@in_session()
async def delivered(office: Office, approved: ApprovalRequest) -> ApprovalRequest:
    await reveal(office)
    return await office.standing(approved)
