"""Plugin code, contained: it can't end the process, hang it, or pass off its own cancellation as ours."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class Hung(Exception):
    """It did not end in time, and was stopped."""


class Broke(Exception):
    """It raised what only the process itself may raise, such as SystemExit."""


async def contained(call: Awaitable[T], *, seconds: float) -> T:
    """Return what *call* returns; raises what it raises, Hung after *seconds*, Broke for exits and interrupts."""
    deadline = asyncio.timeout(seconds)
    try:
        async with deadline:
            return await call
    except TimeoutError as error:
        if deadline.expired():
            raise Hung(f"It did not end within {seconds:g} s.") from error
        raise
    except Exception:
        raise
    except BaseException as error:
        task = asyncio.current_task()
        if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
            raise  # we are being stopped
        raise Broke(type(error).__name__) from error
