"""Create on reveal as a machine of steps: what each replica, the provider and the person can do next, in any order.

Transactions are one step; each call of the provider is a step of its own, and one that was sent may be carried out at
any later time. A flaw leaves one safeguard out. The rules are in docs/key-protocol.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from dgbot.domain.approvals import MAX_ATTEMPTS
from dgbot.domain.request_states import State

REPLICAS = (0, 1)


class Flaw(StrEnum):
    """A safeguard that is left out."""

    NO_CAS = "the approval is written whatever the state"
    NO_CLAIM = "the claim is read, and written later"
    NO_FENCE = "recovery raises no number, and its end checks none"
    NO_CONFIRM_CAS = "delivered is written whatever the state"
    NO_RECOVERY = "nobody recovers"
    NO_REVOKE = "a show in doubt goes back to approved and keeps its key"
    DELIVER_FIRST = "the key is shown before it is recorded"
    NO_SWEEP = "nobody sweeps"
    NO_FENCE_CHECK = "the answer is recorded whatever the attempt"
    NO_DELIVER_CAS = "nothing is checked right before the show"
    BLIND_RETRY = "a timeout goes back to approved without a fence"
    AUTO_RETRY = "the client repeats the request by itself"
    SWEEP_EARLY = "the sweeper acts before the end"


class Key(NamedTuple):
    """A key at the provider, by the attempt that made it and a number of its own."""

    attempt: int
    number: int


class At(StrEnum):
    """Where a replica is."""

    IDLE = "idle"
    READ = "has read what it will claim"
    SEND = "will send"
    WAIT = "waits for the answer"
    ANSWERED = "has the answer"
    RECORDED = "has recorded it"
    SHOWING = "is about to show it"
    SHOWN = "has shown it"
    UNSHOWN = "does not know whether it was shown"
    DROP = "will delete its own key"
    LIST = "will list"
    CLEAN = "will delete what it listed"


class Replica(NamedTuple):
    """One process: where it is, which attempt is its own, the keys that it knows of."""

    at: At = At.IDLE
    attempt: int = 0
    keys: tuple[Key, ...] = ()


class World(NamedTuple):
    """Everything that matters for one request."""

    state: State = State.PENDING
    attempt: int = 0
    recorded: Key | None = None
    live: frozenset[Key] = frozenset()
    flying: tuple[tuple[int, int], ...] = ()
    """(attempt, replica) of each request to the provider that is neither carried out nor lost."""
    replicas: tuple[Replica, Replica] = (Replica(), Replica())
    shown: frozenset[Key] = frozenset()
    clicks: int = 2
    crashes: int = 2
    wrong_leases: int = 2
    made: int = 0
    lies: int = 0
    """How often the provider may say that it made nothing when it did, as a proxy can."""

    @property
    def busy(self) -> bool:
        """Whether some replica is at work."""
        return any(one.at is not At.IDLE for one in self.replicas)


IN_HAND = frozenset({State.CREATING, State.CREATED, State.DELIVERING, State.REVOKING})
ENDED = frozenset({State.DELIVERED, State.FAILED, State.EXPIRED})
_IDLE = Replica()


def steps(world: World, flaws: frozenset[Flaw]) -> Iterator[World]:
    """Yield every world that is one step away."""
    if world.clicks:
        yield _clicked(world, flaws)
    if world.state is State.APPROVED:
        yield world._replace(state=State.EXPIRED)
    yield from _carried_out(world)
    yield from _swept(world, flaws)
    for which in REPLICAS:
        replica = world.replicas[which]
        if replica.at is At.IDLE:
            yield from _begun(world, which, flaws)
        else:
            yield from _ACTS[replica.at](world, which, replica, flaws)
            if world.crashes:
                yield _with(world._replace(crashes=world.crashes - 1), which, _IDLE)


def _with(world: World, which: int, replica: Replica) -> World:
    replicas = (replica, world.replicas[1]) if which == 0 else (world.replicas[0], replica)
    return world._replace(replicas=replicas)


def _clicked(world: World, flaws: frozenset[Flaw]) -> World:
    left = world._replace(clicks=world.clicks - 1)
    counts = world.state is State.PENDING or Flaw.NO_CAS in flaws
    return left._replace(state=State.APPROVED) if counts else left


def _carried_out(world: World) -> Iterator[World]:
    for sent in dict.fromkeys(world.flying):
        attempt, which = sent
        rest = list(world.flying)
        rest.remove(sent)
        lost = world._replace(flying=tuple(rest))
        yield lost
        yield from _refused(lost, which, attempt)
        key = Key(attempt, world.made)
        done = lost._replace(live=world.live | {key}, made=world.made + 1)
        yield done
        if world.lies:
            yield from _refused(done._replace(lies=world.lies - 1), which, attempt)
        waiting = world.replicas[which]
        if waiting.at is At.WAIT and waiting.attempt == attempt:
            yield _with(done, which, Replica(At.ANSWERED, attempt, (key,)))


def _refused(world: World, which: int, attempt: int) -> Iterator[World]:
    """The provider says that it made nothing: for good, or until somebody mends the bot's own key."""
    if world.replicas[which] == Replica(At.WAIT, attempt):
        told = _with(world, which, _IDLE)
        owns = world.state is State.CREATING and world.attempt == attempt
        yield told._replace(state=State.FAILED) if owns else told
        yield told._replace(state=State.APPROVED) if owns else told


def _swept(world: World, flaws: frozenset[Flaw]) -> Iterator[World]:
    early = Flaw.SWEEP_EARLY in flaws and world.state in IN_HAND
    if Flaw.NO_SWEEP not in flaws and (world.state in ENDED or early):
        for key in world.live:
            if key != world.recorded:
                yield world._replace(live=world.live - {key})


def _begun(world: World, which: int, flaws: frozenset[Flaw]) -> Iterator[World]:
    if world.state is State.APPROVED:
        if world.attempt >= MAX_ATTEMPTS:
            yield world._replace(state=State.FAILED, recorded=None)
        elif Flaw.NO_CLAIM in flaws:
            yield _with(world, which, Replica(At.READ, world.attempt + 1))
        else:
            yield _claimed(world, which, world.attempt + 1)
    if world.state in IN_HAND and Flaw.NO_RECOVERY not in flaws and (world.wrong_leases or not world.busy):
        leases = world.wrong_leases - (1 if world.busy else 0)
        yield _fenced(world._replace(wrong_leases=leases), which, flaws)


def _claimed(world: World, which: int, attempt: int) -> World:
    claimed = world._replace(state=State.CREATING, attempt=attempt)
    return _with(claimed, which, Replica(At.SEND, attempt))


def _fenced(world: World, which: int, flaws: frozenset[Flaw]) -> World:
    attempt = world.attempt + (Flaw.NO_FENCE not in flaws)
    return _with(world._replace(state=State.REVOKING, attempt=attempt), which, Replica(At.LIST, attempt))


def _write_claim(world: World, which: int, replica: Replica, _: frozenset[Flaw]) -> Iterator[World]:
    yield _claimed(world, which, replica.attempt)


def _send(world: World, which: int, replica: Replica, _: frozenset[Flaw]) -> Iterator[World]:
    flying = tuple(sorted((*world.flying, (replica.attempt, which))))
    yield _with(world._replace(flying=flying), which, replica._replace(at=At.WAIT))
    if replica.at is At.SEND:
        unsent = _with(world, which, _IDLE)
        owns = world.state is State.CREATING and world.attempt == replica.attempt
        yield unsent._replace(state=State.APPROVED, attempt=world.attempt - 1) if owns else unsent


def _wait(world: World, which: int, replica: Replica, flaws: frozenset[Flaw]) -> Iterator[World]:
    gone = _with(world, which, _IDLE)
    owns = world.state is State.CREATING and world.attempt == replica.attempt
    yield gone._replace(state=State.APPROVED) if Flaw.BLIND_RETRY in flaws and owns else gone
    if Flaw.AUTO_RETRY in flaws:
        yield from _send(world, which, replica, flaws)


def _record(world: World, which: int, replica: Replica, flaws: frozenset[Flaw]) -> Iterator[World]:
    [key] = replica.keys
    if Flaw.DELIVER_FIRST in flaws and key not in world.shown:
        yield world._replace(shown=world.shown | {key})
        return
    own = world.state is State.CREATING and world.attempt == replica.attempt
    if own or Flaw.NO_FENCE_CHECK in flaws:
        recorded = world._replace(state=State.CREATED, recorded=key)
        yield _with(recorded, which, replica._replace(at=At.RECORDED))
    else:
        yield _with(world, which, replica._replace(at=At.DROP))


def _owns(world: World, state: State, replica: Replica) -> bool:
    return world.state is state and world.attempt == replica.attempt and (world.recorded,) == replica.keys


def _start_showing(world: World, which: int, replica: Replica, flaws: frozenset[Flaw]) -> Iterator[World]:
    if _owns(world, State.CREATED, replica) or Flaw.NO_DELIVER_CAS in flaws:
        yield _with(world._replace(state=State.DELIVERING), which, replica._replace(at=At.SHOWING))
    else:
        yield _with(world, which, replica._replace(at=At.DROP))


def _show(world: World, which: int, replica: Replica, _: frozenset[Flaw]) -> Iterator[World]:
    shown = world._replace(shown=world.shown | set(replica.keys))
    yield _with(shown, which, replica._replace(at=At.SHOWN))
    yield _with(shown, which, replica._replace(at=At.UNSHOWN))
    yield _with(world, which, replica._replace(at=At.UNSHOWN))


def _confirm(world: World, which: int, replica: Replica, flaws: frozenset[Flaw]) -> Iterator[World]:
    sure = _owns(world, State.DELIVERING, replica) or Flaw.NO_CONFIRM_CAS in flaws
    yield _with(world._replace(state=State.DELIVERED) if sure else world, which, _IDLE)


def _undo(world: World, which: int, replica: Replica, flaws: frozenset[Flaw]) -> Iterator[World]:
    if not _owns(world, State.DELIVERING, replica):
        yield _with(world, which, replica._replace(at=At.DROP))
    elif Flaw.NO_REVOKE in flaws:
        yield _with(world._replace(state=State.APPROVED), which, _IDLE)
    else:
        yield _fenced(world, which, flaws)


def _drop(world: World, which: int, replica: Replica, _: frozenset[Flaw]) -> Iterator[World]:
    yield _with(world._replace(live=world.live - set(replica.keys)), which, _IDLE)


def _list(world: World, which: int, replica: Replica, flaws: frozenset[Flaw]) -> Iterator[World]:
    upto = replica.attempt + (Flaw.NO_FENCE in flaws)
    found = tuple(sorted(key for key in world.live if key.attempt < upto))
    yield _with(world, which, Replica(At.CLEAN, replica.attempt, found))


def _clean(world: World, which: int, replica: Replica, flaws: frozenset[Flaw]) -> Iterator[World]:
    if replica.keys:
        gone = world._replace(live=world.live - {replica.keys[0]})
        yield _with(gone, which, replica._replace(keys=replica.keys[1:]))
        return
    idle = _with(world, which, _IDLE)
    mine = world.state is State.REVOKING and world.attempt == replica.attempt
    if mine or Flaw.NO_FENCE in flaws:
        spent = world.attempt >= MAX_ATTEMPTS
        yield idle._replace(state=State.FAILED if spent else State.APPROVED, recorded=None)
    else:
        yield idle


_ACTS = {
    At.READ: _write_claim,
    At.SEND: _send,
    At.WAIT: _wait,
    At.ANSWERED: _record,
    At.RECORDED: _start_showing,
    At.SHOWING: _show,
    At.SHOWN: _confirm,
    At.UNSHOWN: _undo,
    At.DROP: _drop,
    At.LIST: _list,
    At.CLEAN: _clean,
}
