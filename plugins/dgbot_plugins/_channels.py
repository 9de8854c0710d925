"""Channels as people know them, in what is said about those who hear of something."""

from __future__ import annotations

from dgbot import AlertRule, Channel, ChannelLink, Context, Piece


def channels_of(ctx: Context, rule: AlertRule) -> tuple[Piece, ...]:
    """Return every channel that may hear of *rule*, in one line."""
    named: list[Piece] = []
    for channel_id in rule.channels:
        named += [", " if named else "", "this channel" if channel_id == ctx.channel_id else _linked(channel_id)]
    return tuple(piece for piece in named if piece) or ("nobody",)


def heard_in(ctx: Context, channel: Channel) -> str:
    """Return *channel* in words, by its name if it was typed."""
    return f"#{channel.name}" if channel.name else "this channel" if channel.id == ctx.channel_id else "its channel"


def _linked(channel_id: str) -> Piece:
    try:
        return ChannelLink(channel_id)
    except ValueError:  # a plugin's rule may name anything
        return f"the channel {channel_id}"
