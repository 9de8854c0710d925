"""What plugin code may not do to the bot."""

from __future__ import annotations

import asyncio

import pytest

from dgbot.services.foreign import Broke, Hung, contained


async def raises(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(0), GeneratorExit(), asyncio.CancelledError()])
async def test_an_exit_of_a_plugin_is_a_bug_of_the_plugin(error):
    with pytest.raises(Broke, match=type(error).__name__):
        await contained(raises(error), seconds=5)


async def test_its_own_errors_pass():
    with pytest.raises(ZeroDivisionError):
        await contained(raises(ZeroDivisionError()), seconds=5)
    with pytest.raises(TimeoutError):
        await contained(raises(TimeoutError()), seconds=5)


async def test_what_does_not_end_is_stopped():
    with pytest.raises(Hung, match="did not end within"):
        await contained(asyncio.Event().wait(), seconds=0.01)


async def test_our_own_stop_is_no_bug():
    begun = asyncio.Event()

    async def waits() -> None:
        begun.set()
        await asyncio.Event().wait()

    running = asyncio.create_task(contained(waits(), seconds=5))
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
