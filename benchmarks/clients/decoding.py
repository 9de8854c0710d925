"""What reading an answer costs without a network: our readers beside ``json.loads`` to dicts."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from benchmarks.clients.bodies import LENGTHS, PROJECT, body
from dgbot.deepgram.manage import ManageEndpoints


def decoding(rounds: int, calls: int) -> dict[str, list[float]]:
    """Return for each answer the rounds' own ratios ours / json.loads, in CPU; *calls* is how many small ones."""
    asked = {
        "balances": ManageEndpoints.get_balances.build(PROJECT),
        "keys": ManageEndpoints.get_keys.build(PROJECT),
        "requests": ManageEndpoints.get_usage_requests.build(PROJECT),
    }
    ratios: dict[str, list[float]] = {}
    for name, operation in asked.items():
        content, times = body(name), max(1, calls // LENGTHS[name])
        taken = [(_cpu(operation.decode, content, times), _cpu(json.loads, content, times)) for _ in range(rounds + 1)]
        ratios[name] = [ours / theirs for ours, theirs in taken[1:]]  # the first round warms up
    return ratios


def _cpu(decode: Callable[[bytes], object], content: bytes, times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        decode(content)
    return time.process_time() - began
