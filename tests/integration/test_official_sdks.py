"""Deepgram's own SDKs, unchanged, against the local Deepgram: SDK 7 on today's wire, SDK 4 on the older one."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.deepgram.wire import Wire
from dgbot.sandbox.deepgram.world.seed import read_seed
from dgbot.serving import serving

OFFICIAL = Path(__file__).parent / "official"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.environ.get("DGBOT_OFFICIAL_SDKS") != "1",
        reason="installs Deepgram's SDKs from a package index; DGBOT_OFFICIAL_SDKS=1 allows it",
    ),
]


@pytest.mark.parametrize(
    ("version", "script", "wire"), [("7.17.0", "v7.py", "current"), ("4.8.1", "v4.py", "legacy")], ids=["v7", "v4"]
)
async def test_every_method_of_the_sdk_works(tmp_path: Path, version: str, script: str, wire: Wire) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path], check=True)
    python = tmp_path / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", f"deepgram-sdk=={version}"], check=True)
    seed = read_seed((OFFICIAL / "seed.json").read_bytes())
    deepgram = LocalDeepgram(lambda: datetime.now(UTC), world=seed, wire=wire)
    async with serving(deepgram.app) as origin:
        process = await asyncio.create_subprocess_exec(
            python,
            OFFICIAL / script,
            env={"DEEPGRAM_HOST": origin, "DEEPGRAM_API_KEY": deepgram.api_key},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await process.communicate()
    lines = told.decode().splitlines()
    assert len(lines) > 40
    assert [line for line in lines if not line.endswith(": ok")] == []
    assert process.returncode == 0
