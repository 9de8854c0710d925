"""Whoever is killed in the middle of a call leaves no mess at the local Slack."""

import asyncio
import logging
from datetime import UTC, datetime

import pytest

from dgbot.sandbox.slack import LocalSlack
from dgbot.serving import serving


@pytest.mark.parametrize("path", ["/api/chat.postMessage", "/response/somebody", "/upload/something"])
async def test_a_caller_that_is_gone_before_its_body_is_no_error(caplog, path):
    slack = LocalSlack(lambda: datetime(2026, 11, 22, 14, 2, tzinfo=UTC))
    async with serving(slack.app) as origin:
        host, _, port = origin.removeprefix("http://").partition(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 100\r\n\r\n{{".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []
