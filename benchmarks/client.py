"""CPU of the manage client beside raw httpx and the Deepgram SDKs, in one run, as ratios.

``python -m benchmarks.client [--rounds N] [--calls N] [--peers PEER ...]``. Each peer runs in a process of its own
against a server of canned answers in another; rounds are interleaved, and a ratio is the median of the rounds' own.
CPU is user and system time of the client's process alone.

``ours``           dgbot.deepgram, blocking and awaited
``httpx``          httpx 0.28 and json.loads, blocking and awaited, as this project's environment has it
``httpx-sniffio``  the awaited one where sniffio is installed, without which every call retries a failing import
``httpx-aiohttp``  httpx over aiohttp's connection pool, and json.loads
``sdk7, sdk4``     deepgram-sdk 7.17.0 and 4.8.1, blocking and awaited, as pip installs them
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import product
from pathlib import Path

import platformdirs

from benchmarks.clients.bodies import LENGTHS
from benchmarks.clients.canned import deepgram
from benchmarks.clients.decoding import decoding
from benchmarks.clients.environments import PACKAGES, python_of
from benchmarks.clients.figures import AIMS, CROWD, Costs, Setting, ratio_of
from benchmarks.clients.peers import AWAITED, BLOCKING
from benchmarks.clients.worker import Order, Worker

SETTINGS = (
    *(Setting("sync", name) for name in LENGTHS),
    *(Setting("async", name) for name in LENGTHS),
    *(Setting("async", name, CROWD) for name in ("balances", "keys")),
)


def main(words: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="benchmarks.client")
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--calls", type=int, default=400, help="of the small answer; fewer of the larger ones")
    options.add_argument("--peers", nargs="+", choices=AWAITED, default=list(AWAITED))
    options.add_argument("--venvs", type=Path, help="keeps the SDKs' environments; default: the user's cache")
    chosen = options.parse_args(words)
    pythons = _pythons(chosen.peers, chosen.venvs or platformdirs.user_cache_path("dgbot") / "benchmarks")
    costs = _measured(pythons, chosen.rounds, chosen.calls)
    print(f"CPU a call, median of {chosen.rounds} rounds, and beside raw httpx of the same kind:")
    for setting, peers in costs.items():
        print(f"{setting}:")
        for peer, seconds in peers.items():
            ratio = ratio_of(costs, (setting, peer), (setting, "httpx"))
            print(f"  {peer:13} {statistics.median(seconds) * 1e3:9.3f} ms" + (f" {ratio:8.2f}" if ratio else ""))
    print("decoding alone, ours / json.loads:")
    for name, ratios in decoding(chosen.rounds, chosen.calls * 10).items():
        print(f"  {name:13} {statistics.median(ratios):.2f}")
    print("figures:")
    for aim in AIMS:
        print(f"  {aim.line(costs)}")


def _pythons(peers: Sequence[str], folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for peer in peers:
        python = python_of(peer, folder)
        if python:
            found[peer] = python
        else:
            print(f"{peer} is left out: pip can't install {' and '.join(PACKAGES[peer])}; is there a package index?")
    return found


def _measured(pythons: dict[str, Path], rounds: int, calls: int) -> Costs:
    costs: Costs = {setting: {} for setting in SETTINGS}
    with ExitStack() as stack:
        origin = stack.enter_context(deepgram())
        workers = {
            (kind, peer): stack.enter_context(Worker(python, kind, peer, origin))
            for kind, known in (("sync", BLOCKING), ("async", AWAITED))
            for peer, python in pythons.items()
            if peer in known
        }
        unfit = {(setting, "sdk4") for setting in SETTINGS if setting.name == "requests"}
        for number in range(rounds + 1):
            for setting, (kind, peer) in product(SETTINGS, workers):
                if kind != setting.kind or (setting, peer) in unfit:
                    continue
                try:
                    cost = workers[kind, peer].cost(_order(setting, peer, calls))
                except RuntimeError as error:
                    print(f"{peer} is left out of {setting}: {error}")
                    unfit.add((setting, peer))
                    costs[setting].pop(peer, None)
                    continue
                if number:  # the first round warms up
                    costs[setting].setdefault(peer, []).append(cost)
    return costs


def _order(setting: Setting, peer: str, calls: int) -> Order:
    """What one round asks of a peer: a tenth of the calls where each opens a client, few where answers are large."""
    share = {"balances": 1, "keys": 2, "requests": 100}[setting.name] * (10 if peer == "sdk4" else 1)
    return Order(setting.name, max(setting.in_flight, calls // share), setting.in_flight)


if __name__ == "__main__":
    main()
