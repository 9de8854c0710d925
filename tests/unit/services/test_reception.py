"""What came is worked on to its end, also when Slack or the database has trouble."""

from __future__ import annotations

import pytest

from dgbot.domain.deliveries import Delivery
from dgbot.domain.ports import DirectoryUnavailable
from tests.office import CAROL


async def test_an_approved_command_waits_while_slack_does_not_say_who_asked(office):
    payload = {"user_id": CAROL, "channel_id": "CGENERAL1", "request_id": "1"}
    office.slack.faults.fail("users.info", status=503)
    with pytest.raises(DirectoryUnavailable):
        await office.parts.reception.work(Delivery("approved:1", "approved:1", "approved", office.clock.now(), payload))
