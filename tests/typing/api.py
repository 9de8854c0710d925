"""Never run: the type checkers read it, and fail when a public type changes."""

from datetime import datetime
from decimal import Decimal
from typing import assert_type

from dgbot.deepgram import (
    AsyncManageClient,
    BalancesResponse,
    DeepgramClient,
    InviteOptions,
    KeyOptions,
    KeyResponse,
    KeysResponse,
    Message,
    Project,
    ProjectsResponse,
    Secret,
    UsageSummaryOptions,
    UsageSummaryResponse,
)

client = DeepgramClient(api_key="x")
assert_type(client.manage.get_projects(), ProjectsResponse)
assert_type(client.manage.get_project("p"), Project)
assert_type(client.manage.get_keys("p", status="active"), KeysResponse)
assert_type(client.manage.create_key("p", KeyOptions(comment="c", scopes=["usage:read"])), KeyResponse)
assert_type(client.manage.create_key("p", {"comment": "c"}), KeyResponse)
assert_type(client.manage.create_key("p", comment="c", scopes=["usage:read"]), KeyResponse)
assert_type(client.manage.create_key("p", options=KeyOptions()).api_key.key, Secret | None)
assert_type(client.manage.create_key("p").api_key.expires_at, datetime | None)
assert_type(client.manage.send_invite("p", InviteOptions(email="a@x.io", scope="member")), Message)
assert_type(client.manage.get_usage_summary("p", UsageSummaryOptions(diarize=True)), UsageSummaryResponse)
assert_type(client.manage.get_balances("p"), BalancesResponse)
assert_type(client.manage.get_balances("p").balances[0].amount, float)
assert_type(client.manage.get_balances("p").balances[0].amount_exact, Decimal)
assert_type(client.manage.asyncmanage, AsyncManageClient)


async def twins() -> None:
    assert_type(await client.manage.asyncmanage.get_projects(), ProjectsResponse)
    assert_type(await client.manage.asyncmanage.create_key("p", comment="c"), KeyResponse)
    async with AsyncManageClient("x") as manage:
        assert_type(await manage.get_balances("p"), BalancesResponse)
    client.manage.get_project(1)  # type: ignore[arg-type]
    await client.manage.asyncmanage.get_project(1)  # type: ignore[arg-type]
    client.manage.get_key("p")  # type: ignore[call-arg]
    KeyOptions(coment="c")  # type: ignore[call-arg]
