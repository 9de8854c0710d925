"""In which channels a post is said, and whom it calls: an incident has a message in each channel that heard of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dgbot.domain.alerting.hearing import Hearer
from dgbot.domain.alerting.telling import Act, Place, Post, Told, Why

EVERYWHERE = frozenset({Why.WORSE, Why.RESOLVED, Why.REOPENED, Why.FLAPPING})
"""What is said aloud wherever it was told; that it still fires is said only where it would be told now."""

CALLING = frozenset({Why.FIRED, Why.WORSE, Why.REOPENED, Why.HUSH_OVER})
"""What calls people in a thread, if it is worse than what they were called for: a recovery alone does not undo that."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A *post* in one channel, and whom it calls; *act* is how it is said there. *home* is where it was told first."""

    post: Post
    act: Act
    channel_id: str
    mention: str = ""
    home: bool = True


def addressed(
    told: Told, posts: Iterable[Post], hearers: tuple[Hearer, ...], *, rank: int
) -> tuple[Told, tuple[Addressed, ...]]:
    """Return *told* with its places, and where each of *posts* is said; *hearers* hear of what fires at *rank* now."""
    eased = ((one, min(one.called, rank) if rank else one.called) for one in told.places)
    places = tuple(replace(one, called=called) for one, called in eased)
    found = list[Addressed]()
    for post in posts:
        if post.act is Act.OPEN:
            places = ()
        if post.act in {Act.OPEN, Act.BROADCAST}:
            places, said = _aloud(post, places, hearers, rank)
            found += said
        elif post.act is Act.ESCALATE:
            at = places[0].channel_id if places else ""
            found.append(Addressed(post, post.act, at, hearers[0].mention if hearers else ""))
        else:
            found += [_at(post, post.act, one.channel_id, places) for one in places]
    return replace(told, places=places), tuple(found)


def _aloud(
    post: Post, places: tuple[Place, ...], hearers: tuple[Hearer, ...], rank: int
) -> tuple[tuple[Place, ...], list[Addressed]]:
    """Say it where it was told, and in a message of its own where it was not."""
    mentions = {one.channel_id: one.mention for one in hearers}
    reached = {one.channel_id: one for one in places}
    said = list[Addressed]()
    for place in places:
        if post.why in EVERYWHERE or place.channel_id in mentions:
            calls = post.why in CALLING and rank > place.called
            mention = mentions.get(place.channel_id, "") if calls else ""
            said.append(_at(post, Act.BROADCAST, place.channel_id, places, mention))
            reached[place.channel_id] = Place(place.channel_id, rank)
    for channel_id, mention in mentions.items():
        if channel_id not in reached:
            reached[channel_id] = Place(channel_id, rank)
            said.append(_at(post, Act.OPEN, channel_id, tuple(reached.values()), mention))
    return tuple(reached.values()), said


def _at(post: Post, act: Act, channel_id: str, places: tuple[Place, ...], mention: str = "") -> Addressed:
    return Addressed(post, act, channel_id, mention, home=places[0].channel_id == channel_id)
