"""A bot that is started while Slack has a bad day says so in a sentence, and blames no token."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from dgbot.adapters.slack.session import own_session
from dgbot.adapters.slack.transport import SocketDoor
from dgbot.app.outside import CannotStart, connect, identify


async def test_a_slack_that_answers_with_an_error_blames_no_token(slack, client):
    slack.faults.fail("auth.test", times=None)
    with pytest.raises(CannotStart, match=r"^Slack has trouble of its own \(http_500\)"):
        await identify(client)


async def test_a_slack_that_hangs_up_on_socket_mode_is_named(slack):
    slack.faults.drop("apps.connections.open", times=None)
    async with own_session(f"{slack.origin}/api/", SecretStr(slack.bot_token)) as client:
        door = SocketDoor(None, slack.app_token, client)  # type: ignore[arg-type]  # no delivery arrives
        try:
            with pytest.raises(CannotStart, match=r"^Slack can't be reached to open Socket Mode"):
                await connect(door)
        finally:
            await door.close()


async def test_a_token_that_slack_refuses_is_still_named(slack, client):
    slack.faults.revoke()
    with pytest.raises(CannotStart, match=r"^Slack refuses SLACK_BOT_TOKEN \(token_revoked\)"):
        await identify(client)
