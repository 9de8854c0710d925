"""An approval request as a row, and back; a plan that was changed in the database is noticed."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from dgbot.adapters.storage.columns import json_text
from dgbot.adapters.storage.errors import StorageError
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.request_states import State
from dgbot.domain.votes import Terms, Vote
from dgbot.services.facts import plan_of

_TERMS = msgspec.json.Decoder(Terms)
_VOTES = msgspec.json.Decoder(tuple[Vote, ...])


def columns_of(request: ApprovalRequest) -> dict[str, Any]:
    """Return a request as a row, but for its id and its end."""
    return {
        "plan": msgspec.json.encode(request.plan).decode(),
        "plan_digest": request.plan.digest,
        "requester_id": request.requester_id,
        "reason": request.reason,
        "nonce": request.nonce,
        "asked_at": request.asked_at,
        "closes_at": request.closes_at,
        "state": request.state.value,
        "decided_by": request.decided_by,
        "decided_at": request.decided_at,
        "denied_because": request.denied_because,
        "reveal_by": request.reveal_by,
        "attempt": request.attempt,
        "key_id": request.key_id,
        "touched_at": request.touched_at,
        "ended_because": request.ended_because,
        "terms": json_text(msgspec.to_builtins(request.terms)),
        "votes": votes_text(request.votes),
        "channel_id": request.channel_id,
        "reminded": request.reminded,
        "remind_at": request.remind_at,
        "retired_at": request.retired_at,
    }


def votes_text(votes: tuple[Vote, ...]) -> str:
    """Return *votes* as they are kept; the same votes are the same text, by which a change is noticed.

    What a vote got later is left out where it says nothing, so that votes from before are still the same text.
    """
    return msgspec.json.encode([_kept(vote) for vote in votes]).decode()


def _kept(vote: Vote) -> dict[str, Any]:
    kept: dict[str, Any] = msgspec.to_builtins(vote)
    if not vote.lapsed:
        del kept["lapsed"]
    return kept


def request_of(row: sa.Row[Any]) -> ApprovalRequest:
    """Return the request in *row*; raises StorageError for one that somebody changed in the database."""
    try:
        plan, state = plan_of(msgspec.json.decode(row.plan)), State(row.state)
        terms, votes = _TERMS.decode(row.terms), _VOTES.decode(row.votes)
    except (ValueError, TypeError) as error:  # msgspec's errors are ValueErrors
        raise StorageError(
            f"Request {row.id} can't be read: {error}. Somebody changed the database; ask again for the key."
        ) from None
    if plan.digest != row.plan_digest:
        raise StorageError(
            f"The plan of request {row.id} is not the one that was asked for: its digest is {plan.digest}, "
            f"not {row.plan_digest}. Somebody changed the database; deny the request and ask again."
        )
    return ApprovalRequest(
        id=row.id,
        plan=plan,
        requester_id=row.requester_id,
        reason=row.reason,
        nonce=row.nonce,
        asked_at=row.asked_at,
        closes_at=row.closes_at,
        state=state,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        denied_because=row.denied_because,
        reveal_by=row.reveal_by,
        attempt=row.attempt,
        key_id=row.key_id,
        touched_at=row.touched_at,
        ended_because=row.ended_because,
        terms=terms,
        votes=votes,
        channel_id=row.channel_id,
        reminded=row.reminded,
        remind_at=row.remind_at,
        retired_at=row.retired_at,
    )
