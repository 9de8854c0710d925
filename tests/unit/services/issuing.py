"""What tests of the key protocol look at and do."""

from __future__ import annotations

from dataclasses import replace

from dgbot.deepgram import KeyOptions
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.identity import Principal
from dgbot.sandbox.deepgram.world.holdings import Key
from dgbot.services.keys.doubt import QUIET
from dgbot.services.keys.marks import marked_comment
from tests.office import Office

KEYS = "/v1/projects/*/keys"
A_KEY = "/v1/projects/*/keys/*"
SETTLED = (QUIET, QUIET)


async def forgets(office: Office, *, how: str = "CREATE") -> None:
    """Let the database refuse every change of a request; DROP ends that."""
    change = "BEFORE UPDATE ON approval_requests BEGIN SELECT RAISE(ABORT, 'disk full'); END" if how == "CREATE" else ""
    await office.store._run(lambda connection: connection.exec_driver_sql(f"{how} TRIGGER forgets {change}"))


def ours(office: Office) -> list[Key]:
    """The live keys that the bot made, by name."""
    return [key for key in office.deepgram.keys if "[dgbot:" in key.comment]


def posts(office: Office) -> int:
    return sum(seen.method == "POST" and seen.path.endswith("/keys") for seen in office.deepgram.requests)


def screen(office: Office, who: str = "alice") -> str:
    return "\n".join(office.slack.people[who].sees())


async def reveal(office: Office) -> str:
    return await office.clicks("alice", "Reveal key")


def in_person(user_id: str) -> Principal:
    return Principal(user_id)


async def made(office: Office, request: ApprovalRequest, attempt: int) -> str:
    """Make the key that *attempt* would have made, as if its process had died after the POST; return its id."""
    options = KeyOptions(
        comment=marked_comment(replace(request, attempt=attempt)), scopes=["usage:read"], time_to_live_in_seconds=86_400
    )
    return (await office.manage.create_key(request.plan.project_id, options)).api_key.api_key_id
