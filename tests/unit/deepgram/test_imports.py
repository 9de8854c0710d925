"""What an import of the client costs, and what it needs."""

import subprocess
import sys

import pytest

import dgbot.deepgram

HEAVY = ("httpx", "httpx_aiohttp", "aiohttp", "pydantic", "slack_bolt", "sqlalchemy", "structlog", "click", "pluggy")


def loaded(code: str) -> set[str]:
    """The third-party packages in a fresh interpreter after *code*."""
    show = "import sys; print(*{name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names)"
    done = subprocess.run([sys.executable, "-c", f"{code}\n{show}"], check=True, capture_output=True, text=True)
    return {name for name in done.stdout.split() if not name.startswith(("_", "__"))}


@pytest.mark.parametrize(
    "code",
    [
        "import dgbot.deepgram.options",
        "from dgbot.deepgram import KeyOptions, DeepgramApiError, Secret, KeyResponse",
        "import dgbot.deepgram.manage",
        "from dgbot.deepgram import DeepgramClient; DeepgramClient('k')",
    ],
)
def test_describing_a_call_loads_msgspec_alone(code):
    assert loaded(code) & {"msgspec", *HEAVY} <= {"msgspec"}


def test_importing_the_package_loads_nothing():
    assert loaded("import dgbot.deepgram") & {"msgspec", *HEAVY} == set()


def test_the_client_needs_httpx_and_msgspec_and_for_awaiting_aiohttp():
    blocking = (
        "from dgbot.deepgram import DeepgramNotSentError, ManageClient\n"
        "try: ManageClient('k', base_url='http://127.0.0.1:9', retries=0).get_projects()\n"
        "except DeepgramNotSentError: pass"
    )
    assert loaded(blocking) & set(HEAVY) - {"click"} == {"httpx"}  # httpx takes click if there is one
    others = "pydantic slack_bolt slack_sdk sqlalchemy structlog click pluggy starlette uvicorn humanize platformdirs"
    barred = f"import sys\nfor name in '{others}'.split(): sys.modules[name] = None\n"
    use = (
        "import asyncio\n"
        "from dgbot.deepgram import AsyncManageClient, DeepgramNotSentError\n"
        "async def main():\n"
        "    async with AsyncManageClient('k', base_url='http://127.0.0.1:9', retries=0) as client:\n"
        "        try: await client.get_projects()\n"
        "        except DeepgramNotSentError: pass\n"
        "asyncio.run(main())"
    )
    assert {"httpx", "httpx_aiohttp", "aiohttp", "msgspec"} <= loaded(barred + use)


def test_every_public_name_is_there_and_no_other():
    for name in dgbot.deepgram.__all__:
        assert getattr(dgbot.deepgram, name).__name__ == name
        assert name in dir(dgbot.deepgram)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = dgbot.deepgram.Nothing
