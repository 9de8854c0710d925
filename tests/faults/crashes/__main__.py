"""Run one crash again, or a share of all: ``python -m tests.faults.crashes --story create --crash 17,4``."""

from __future__ import annotations

import argparse
import sys

from tests.faults.crashes.figure import PROMISES, crashed
from tests.faults.crashes.flaws import PLANTED
from tests.faults.crashes.runs import Plan, served, unfound, workshop
from tests.faults.crashes.stories import STORIES


def main() -> int:
    """Print what is broken, and end with 1 if anything is."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.crashes", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--story", choices=STORIES)
    parser.add_argument("--crash", type=_numbers, default=(), help="the boundaries at which the bot is killed")
    parser.add_argument("--share", type=int, default=1, help="of all runs, make one in so many")
    parser.add_argument("--planted", action="store_true", help="see that every planted fault is found, and no more")
    parser.add_argument("--names", action="store_true", help="tell the boundaries of each life")
    parser.add_argument("--screens", action="store_true", help="tell what everybody sees in the end")
    chosen = parser.parse_args()
    if chosen.planted:
        with served(chosen.database) as server:
            alive = unfound(chosen.database, server)
        print(f"planted={len(PLANTED)} missed={len(alive)} {', '.join(alive)}")
        return bool(alive)
    if chosen.story is None:
        figure = crashed(chosen.database, share=chosen.share)
        print(" ".join(f"{key}={value}" for key, value in figure.items()))
        return any(figure[promise] for promise in PROMISES)
    with served(chosen.database) as server, workshop(chosen.database, server) as one:
        verdict = one.run(Plan(chosen.story, chosen.crash))
        print(f"Killed at {', '.join(verdict.died) or 'no boundary'}.")
    if chosen.screens:
        print(verdict.screens)
    if chosen.names:
        for life, names in enumerate(verdict.names, start=1):
            for number, name in enumerate(names, start=1):
                print(f"life {life}: {number} {name}")
    print("\n".join(verdict.broken) or "Every promise holds.")
    return bool(verdict.broken)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
