"""Many runs in several processes: which boundaries are tried, and what became of the promises."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from tests.faults.crashes.boundaries import makes_a_new_world
from tests.faults.crashes.child import NeverRests
from tests.faults.crashes.databases import Database, PostgresDatabase, SqliteFile, sqlite_template
from tests.faults.crashes.flaws import PLANTED
from tests.faults.crashes.stories import STORIES
from tests.faults.crashes.town import Flaw, Ground, Town, grounded
from tests.faults.crashes.verdict import Verdict, judged
from tests.postgres import PostgresServer, running_server

ONCE_A_WORLD = frozenset({"create-unanswered", "create-unseen", "alert-hushed", "alert-at-night"})
"""Stories that resemble another one at most boundaries: their bot is killed once in each world."""

WORKERS = 2 * (os.cpu_count() or 1)
"""A run waits more than it works."""


@dataclass(frozen=True)
class Plan:
    """One run: a story, and the boundaries at which the bot is killed, one a life."""

    story: str
    crashes: tuple[int, ...] = ()

    def command(self, database: str) -> str:
        """Return what runs it again."""
        at = f" --crash {','.join(map(str, self.crashes))}" if self.crashes else ""
        return f"python -m tests.faults.crashes --story {self.story}{at} --database {database}"


class Workshop:
    """A loop with the two servers and one database, in which one run follows the other."""

    def __init__(self, database: Database, log: Path) -> None:
        self._database, self._log = database, log
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._ground: Ground = self._runner.run(self._stack.enter_async_context(grounded(database, log)))

    def run(self, plan: Plan, flaw: Flaw | None = None, *, forked: bool = True) -> Verdict:
        """Tell the story in a fresh world, and judge."""
        return self._runner.run(self._run(plan, flaw, forked=forked))

    async def _run(self, plan: Plan, flaw: Flaw | None, *, forked: bool) -> Verdict:
        self._database.empty()
        self._log.write_bytes(b"")
        town = Town(self._ground, plan.crashes, flaw, forked)
        try:
            await STORIES[plan.story](town)
            await town.rests()
            return judged(town)
        except NeverRests as error:
            return Verdict(lost=[*town.lost, str(error)], died=town.died, names=town.names)
        finally:
            await town.ends()

    def warm(self) -> None:
        """Tell every story once in this process: what is imported and compiled now is there in every child."""
        with structlog.testing.capture_logs():
            for story in STORIES:
                self.run(Plan(story), forked=False)
        gc.collect()
        gc.freeze()

    def close(self) -> None:
        self._runner.run(self._stack.aclose())
        self._runner.close()


def every_run(database: str, server: PostgresServer | None, *, share: int = 1) -> Iterator[tuple[Plan, Verdict]]:
    """Kill the bot at every boundary of every story, and on the way to a key at every two effects.

    Of the runs, one in *share* is made; yields each with what came of it, in no order.
    """
    with _workers(database, server) as tried:
        whole = dict(tried([Plan(story) for story in STORIES]))
        yield from whole.items()
        singles = [
            Plan(plan.story, (number,))
            for plan, verdict in whole.items()
            for number, name in enumerate(verdict.names[0], start=1)
            if makes_a_new_world(name) or plan.story not in ONCE_A_WORLD
        ]
        pairs = list[Plan]()
        for plan, verdict in tried(singles[::share]):
            yield plan, verdict
            first = whole[Plan(plan.story)].names[0]
            if plan.story == "create" and makes_a_new_world(first[plan.crashes[0] - 1]):
                pairs += [
                    Plan(plan.story, (*plan.crashes, number))
                    for number, name in enumerate(verdict.names[-1], start=1)
                    if makes_a_new_world(name)
                ]
        yield from tried(sorted(pairs, key=lambda plan: plan.crashes)[::share])


def unfound(database: str, server: PostgresServer | None) -> list[str]:
    """Return the names of the planted faults that no crash brought to light."""
    alive = list[str]()
    with workshop(database, server) as one:
        one.warm()
        whole = {story: one.run(Plan(story)).names[0] for story in {planted.story for planted in PLANTED.values()}}
        for name, planted in PLANTED.items():
            at = planted.crashes(whole[planted.story])
            if not getattr(one.run(Plan(planted.story, at), planted.flaw), planted.promise):
                alive.append(name)
    return alive


Tried = Callable[[Sequence[Plan]], Iterable[tuple[Plan, Verdict]]]


@contextmanager
def _workers(database: str, server: PostgresServer | None) -> Iterator[Tried]:
    """Open several processes with a workshop each, forked from this one when it is warm."""
    with workshop(database, server) as first:
        first.warm()
    with (
        _folder() as folder,  # this process's, since it ends the others without a word
        multiprocessing.get_context("fork").Pool(WORKERS, _open, (database, server, folder)) as pool,
    ):
        yield lambda plans: pool.imap_unordered(_tried, plans, chunksize=4)


@contextmanager
def _folder(parent: Path | None = None) -> Iterator[Path]:
    """Make a folder where what is killed leaves its files, and throw it away."""
    memory = Path("/dev/shm")  # noqa: S108  # the kernel keeps it when a process dies, and no disk is waited for
    within = parent or (memory if memory.is_dir() else None)
    with tempfile.TemporaryDirectory(prefix="dgbot-crashes-", dir=within) as folder:
        yield Path(folder)


@contextmanager
def workshop(database: str, server: PostgresServer | None, parent: Path | None = None) -> Iterator[Workshop]:
    """Open a workshop with a database of its own, in a folder in *parent*."""
    with ExitStack() as stack:
        folder = stack.enter_context(_folder(parent))
        if server is None:
            opened: Database = SqliteFile(folder, sqlite_template(folder))
        else:
            opened = stack.enter_context(PostgresDatabase(server.url(server.copy("migrated"))))
        made = Workshop(opened, folder / "log")
        stack.callback(made.close)
        yield made


_HERE: list[Workshop] = []
"""The workshop of a worker."""
_OPEN = ExitStack()


def _open(database: str, server: PostgresServer | None, parent: Path) -> None:
    _HERE.append(_OPEN.enter_context(workshop(database, server, parent)))


def _tried(plan: Plan) -> tuple[Plan, Verdict]:
    return plan, _HERE[0].run(plan)


@contextmanager
def served(database: str) -> Iterator[PostgresServer | None]:
    """Start PostgreSQL if that is the *database*; FileNotFoundError without its binaries."""
    if database == "sqlite":
        yield None
        return
    with running_server() as server:
        server.create("migrated")
        server.migrate("migrated")
        yield server
