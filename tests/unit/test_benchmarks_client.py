"""The client's benchmarks run to their end and print every line; what they measure is asserted nowhere."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.clients.bodies import LENGTHS, body
from benchmarks.clients.environments import python_of
from benchmarks.clients.figures import AIMS, Aim, Setting
from dgbot.deepgram.exchange.envelope import LARGEST_ANSWER

ROOT = Path(__file__).parents[2]
SERIAL = Setting("sync", "balances")


def printed(name: str, *words: str) -> list[str]:
    command = [sys.executable, "-m", f"benchmarks.{name}", *words]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout.splitlines()


@pytest.mark.slow
def test_every_peer_of_this_environment_and_every_figure_has_its_line():
    lines = printed("client", "--rounds", "1", "--calls", "2", "--peers", "ours", "httpx", "httpx-aiohttp")
    assert not [line for line in lines if "left out" in line]
    decoding, figures = lines.index("decoding alone, ours / json.loads:"), lines.index("figures:")
    for name in LENGTHS:
        for kind, peers in (("sync", ["ours", "httpx"]), ("async", ["ours", "httpx", "httpx-aiohttp"])):
            at = lines.index(f"{kind} {name}:") + 1
            assert [line.split()[0] for line in lines[at : at + len(peers)]] == peers
    assert [line.split()[0] for line in lines[decoding + 1 : figures]] == list(LENGTHS)
    for aim, line in zip(AIMS, lines[figures + 1 :], strict=True):
        here = {aim.over[1], aim.under[1]} <= {"ours", "httpx"}
        assert ("not measured" not in line) == here
        assert f"aim {'>=' if aim.at_least else '<='} {aim.bound:g}" in line


@pytest.mark.slow
def test_every_number_in_flight_has_its_line_beside_the_floor():
    lines = printed("projects", "--rounds", "1", "--projects", "20", "--many", "40", "--latency", "0.001")
    rows = [line.split(":")[0].split() for line in lines[1:]]
    assert rows == [
        [peer, projects, "@", in_flight]
        for projects, in_flight in (("20", "10"), ("20", "50"), ("20", "100"), ("40", "50"))
        for peer in ("ours", "floor")
    ]
    assert "aim <= 10 MB" in lines[-2]


@pytest.mark.parametrize("name", LENGTHS)
def test_an_answer_has_as_many_items_as_it_says_and_our_client_would_take_it(name):
    content = body(name)
    assert len(json.loads(content)["api_keys" if name == "keys" else name]) == LENGTHS[name]
    assert len(content) < LARGEST_ANSWER


@pytest.mark.parametrize(
    ("bound", "at_least", "ending"),
    [
        (1.5, False, "1.50, aim <= 1.5: reached"),
        (1.4, False, "1.50, aim <= 1.4: NOT REACHED"),
        (1.5, True, "1.50, aim >= 1.5: reached"),
        (2, True, "1.50, aim >= 2: NOT REACHED"),
    ],
)
def test_an_aim_is_judged_by_the_median_of_the_rounds_own_ratios(bound, at_least, ending):
    costs = {SERIAL: {"ours": [3.0, 30.0, 8.0], "httpx": [2.0, 20.0, 1.0]}}
    line = Aim((SERIAL, "ours"), (SERIAL, "httpx"), bound, at_least=at_least).line(costs)
    assert line == f"sync balances: ours / httpx: {ending}"


@pytest.mark.slow
def test_a_peer_whose_packages_cannot_be_installed_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setitem(python_of.__globals__["PACKAGES"], "sdk7", ("no such requirement",))
    assert python_of("sdk7", tmp_path) is None
    assert list(tmp_path.iterdir()) == []
