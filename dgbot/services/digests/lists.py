"""The lists of a digest: what was spent on what, what fires, which keys end soon, who waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from dgbot.domain.forecast.words import rough_dollars
from dgbot.domain.reconciliation import LivingKey
from dgbot.domain.replies import Facts, Line, Note, Part, Piece, Text
from dgbot.domain.spending import ZERO, Share, Spent, movers, shares
from dgbot.services.digests.gathering import Gathered

MOST = 5
"""Names in a list, alerts and keys that are told; the rest is counted."""

MOVED = 3
SOON = timedelta(days=30)
"""A key that ends within this is told."""

LONGEST_NAME = 40


def split(known: Gathered) -> list[Part]:
    """Return what was spent by model, key and tag, and what moved most; nothing if Deepgram did not tell."""
    if known.split is None:
        return []
    names = _names(known)

    def key(one: Spent) -> str:
        return names.get(one.key_id, f"a key that is gone …{one.key_id[-4:]}" if names else f"key …{one.key_id[-4:]}")

    spent = sum((one.amount for one in known.split if one.day in known.days), ZERO)

    def cut_by(of: Callable[[Spent], Iterable[str]]) -> list[Share]:
        return shares(known.split or (), known.days, of)

    def both(one: Spent) -> Iterable[str]:
        return (", ".join(filter(None, (key(one) if one.key_id else "", _item(one.item)))),)

    pairs: list[tuple[str, Line]] = [
        (title, "\n".join(lines))
        for title, lines in (
            ("Models", _listed(cut_by(lambda one: (_item(one.item),) if one.item else ()), spent)),
            ("Keys", _listed(cut_by(lambda one: (key(one),) if one.key_id else ()), spent)),
            ("Tags", _listed(cut_by(lambda one: dict.fromkeys(one.tags)), spent)),
            ("Moved most", [_moved(one) for one in movers(cut_by(both))[:MOVED]]),
        )
        if lines
    ]
    return [Facts(tuple(pairs))] if pairs else []


def _listed(found: Sequence[Share], spent: Decimal) -> list[str]:
    """Return a line for each share of what was *spent*; tags may overlap."""
    costly = [one for one in found if one.amount > 0]
    lines = [f"{rough_dollars(one.amount)} ({_percent(one.amount, spent)}) {cut(one.name)}" for one in costly[:MOST]]
    if rest := costly[MOST:]:
        lines.append(f"{rough_dollars(sum((one.amount for one in rest), ZERO))} for {len(rest)} more")
    return lines


def _percent(amount: Decimal, of: Decimal) -> str:
    share = round(amount * 100 / of) if of > 0 else 0
    return f"{share}\N{NO-BREAK SPACE}%" if share else "under 1\N{NO-BREAK SPACE}%"


def _moved(one: Share) -> str:
    change = rough_dollars(one.change) if one.change < 0 else f"+{rough_dollars(one.change)}"
    return f"{change} (was {rough_dollars(one.before)}) {cut(one.name, 2 * LONGEST_NAME)}"


def _item(item: str) -> str:
    """Return Deepgram's ``streaming::nova-3`` as people say it: ``nova-3 streaming``."""
    how, _, what = item.partition("::")
    return f"{what} {how}" if what else item


def _names(known: Gathered) -> Mapping[str, str]:
    return {} if known.keys is None else {key.id: _called(key) for key in known.keys.keys}


def _called(key: LivingKey) -> str:
    return f"{cut(key.name) or 'a key without a name'} …{key.id[-4:]}"


def firing(known: Gathered) -> list[Part]:
    """Return the alerts that fire, the worst first as they come."""
    if not known.alerts:
        return []
    count = "One alert fires" if len(known.alerts) == 1 else f"{len(known.alerts)} alerts fire"
    more = [f"and {len(known.alerts) - MOST} more"] if len(known.alerts) > MOST else []
    return [Text("\n".join([f"{count}:", *(cut(one.headline, 150) for one in known.alerts[:MOST]), *more]))]


def ending(known: Gathered) -> list[Part]:
    """Return the keys that end soon."""
    if known.keys is None:
        return []
    ends = sorted(
        (key.ends_at, key.id, key)
        for key in known.keys.keys
        if key.ends_at is not None and known.at < key.ends_at <= known.at + SOON
    )
    parts = list[Part]()
    if ends:
        count = "One key ends" if len(ends) == 1 else f"{len(ends)} keys end"
        line: list[Piece] = [f"{count} within {SOON.days} days:"]
        for at, _, key in ends[:MOST]:
            line += [f"\n{_called(key)}, ", at]
        if len(ends) > MOST:
            line.append(f"\nand {len(ends) - MOST} more")
        parts.append(Text(tuple(line)))
    if unknown := sum(not key.end_told for key in known.keys.keys):
        parts.append(Note(f"Deepgram did not tell when {unknown} of the keys end."))
    return parts


def waiting(known: Gathered) -> list[Part]:
    """Return since when how many requests wait for a yes."""
    if not known.waiting:
        return []
    one = len(known.waiting) == 1
    count = "One request waits for a yes, since " if one else f"{len(known.waiting)} requests wait for a yes, since "
    return [Text((count, min(request.asked_at for request in known.waiting)))]


def cut(text: str, longest: int = LONGEST_NAME) -> str:
    """Return *text*, or as much of it as there is room for."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
