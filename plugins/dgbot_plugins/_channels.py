"""Channels as people know them, in what is said about those who hear of something."""

from __future__ import annotations

from collections.abc import Iterable

from dgbot import AlertRule, Channel, ChannelLink, Context, Piece


def channels_of(ctx: Context, rule: AlertRule) -> tuple[Piece, ...]:
    """Return every channel that may hear of *rule*, in one line."""
    return channels(ctx, rule.channels)


def channels(ctx: Context, ids: Iterable[str]) -> tuple[Piece, ...]:
    """Return the channels of these *ids* in one line."""
    named: list[Piece] = []
    for channel_id in ids:
        named += [", " if named else "", channel_of(ctx, channel_id)]
    return tuple(piece for piece in named if piece) or ("nobody",)


def heard_in(ctx: Context, channel: Channel) -> Piece:
    """Return *channel* by its name if it was typed, else as a link unless it is the one where *ctx* is."""
    return f"#{channel.name}" if channel.name else channel_of(ctx, channel.id)


def channel_of(ctx: Context, channel_id: str) -> Piece:
    """Return one channel, as a link unless it is the one where *ctx* is."""
    if channel_id == ctx.channel_id:
        return "this channel"
    try:
        return ChannelLink(channel_id)
    except ValueError:  # a plugin's rule may name anything
        return f"the channel {channel_id}"
