"""What waits: for a decision of mine, or for me to go on."""

from __future__ import annotations

from collections.abc import Sequence

from dgbot import (
    ANYONE,
    Button,
    Buttons,
    Command,
    Confirm,
    Context,
    Line,
    Mention,
    Note,
    OpenRequest,
    Part,
    Reply,
    Text,
    command,
    hookimpl,
)

MOST = 12
"""Requests that are shown, each in three blocks; a message holds 50."""


@command("approvals", permission=ANYONE, topic="Approvals", repeat="safe", examples=("approvals",))
async def approvals(ctx: Context) -> Reply:
    """What waits for your yes or no, and what became of your own requests."""
    requests = await ctx.requests.open()
    deciding = [one for one in requests if one.waits_for_me]
    mine = [one for one in requests if one.mine]
    if not deciding and not mine:
        return Reply(
            "Nothing waits for you", (Note("Ask for a key with /deepgram create-key; the others decide on it."),)
        )
    both = bool(deciding and mine)
    parts = [
        *_listed("Waits for your decision" if both else "", deciding),
        *_listed("Your own requests" if both else "", mine),
    ]
    return Reply(_headline(len(deciding), mine), tuple(parts))


@command("approvals all", permission="approvals.read", topic="Approvals", repeat="safe", examples=("approvals all",))
async def approvals_all(ctx: Context) -> Reply:
    """Every open request, whoever it waits for."""
    requests = await ctx.requests.open()
    if not requests:
        return Reply("No request is open")
    count = "One request is open" if len(requests) == 1 else f"{len(requests)} requests are open"
    return Reply(count, tuple(_listed("", requests)))


def _headline(deciding: int, mine: Sequence[OpenRequest]) -> str:
    waits = sum(one.approved and one.makes_key for one in mine)
    told = [
        _counted(deciding, "request waits for your decision", "requests wait for your decision"),
        _counted(waits, "key of yours is approved", "keys of yours are approved"),
        _counted(len(mine) - waits, "request of yours waits for others", "requests of yours wait for others"),
    ]
    return " · ".join(filter(None, told))


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}" if count else ""


def _listed(title: str, requests: Sequence[OpenRequest]) -> list[Part]:
    if not requests:
        return []
    parts: list[Part] = [Note(title)] if title else []
    for one in requests[:MOST]:
        parts += [Text(_line(one)), *_buttons(one)]
    if len(requests) > MOST:
        parts.append(Note(f"and {len(requests) - MOST} more"))
    return parts


def _line(one: OpenRequest) -> Line:
    what: Line = (f"the key {one.title}" if one.makes_key else one.title,)
    if one.replaces:
        what = (*what, " in place of ", *one.replaces)
    who: Line = ("You" if one.mine else Mention(one.requester_id), " asked for " if one.makes_key else " asked to run ")
    because = f": “{one.reason}”" if one.reason else ""
    if one.approved and not one.makes_key:
        return (*who, *what, because, " · approved, and being run")
    if one.approved:
        return (*who, *what, because, " · approved, to be revealed before ", one.until)
    return (*who, *what, because, f" · {one.yes} of {one.needed} approvals · closes ", one.until)


def _buttons(one: OpenRequest) -> list[Part]:
    buttons: list[Button] = []
    if one.waits_for_me:
        buttons += [
            Button("Approve", "approval.approve", one.value, "primary"),
            Button("Deny…", "approval.deny", one.value, "danger"),
        ]
    if one.mine and one.approved and one.makes_key:
        buttons.append(Button("Reveal key", "key.reveal", one.value, "primary"))
    if not one.mine or not one.approved:
        buttons.append(Button("Details", "approval.details", one.value))
    if one.mine and (one.makes_key or not one.approved):
        asks = Confirm(
            "Cancel your request?", "Nothing is done then; ask again if you need it.", "Cancel it", "Keep it"
        )
        buttons.append(Button("Cancel", "approval.cancel", one.value, confirm=asks))
    return [Buttons(tuple(buttons))]


@hookimpl
def dgbot_commands() -> list[Command]:
    return [approvals, approvals_all]
