"""People leave the Deepgram project, and whoever removes them sees first which keys go with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from dgbot import (
    Buttons,
    Command,
    Confirm,
    Context,
    Email,
    Facts,
    Help,
    Note,
    Part,
    Reply,
    Table,
    UsageError,
    command,
    hookimpl,
    run_button,
)
from dgbot.deepgram import DeepgramNotFoundError, Invite, Key, Member
from dgbot_plugins._key_use import DAYS, requests_by_key
from dgbot_plugins._which_key import brief, own_id, tail

MOST = 10
"""Keys that are shown; the others are counted."""

Now = Annotated[bool, Help("Don't ask first", label="At once")]

_GO = "Deepgram deletes or disables what a removed member made. Keys that dgbot made for them are not theirs and stay."


async def find_out(ctx: Context, email: Email, *, now: Now = False) -> Reply | None:
    """After a restart: whether *email* is gone, as a member and as an invitation; *now* makes no difference."""
    members = (await ctx.deepgram.get_members(ctx.project.id)).members
    if any(_same(member.email, email) for member in members) or await _invitation(ctx, email):
        return None
    return Reply(
        f"{email} is neither in {ctx.project.name} nor invited now",
        (Note("The bot restarted while it was removing them."),),
    )


@command(
    "remove-member",
    permission="members.write",
    topic="People",
    resume=find_out,
    examples=("remove-member bob@company.com",),
    asks_first="now",
)
async def remove_member(ctx: Context, email: Email, *, now: Now = False) -> Reply:
    """Remove somebody from the Deepgram project, and with them the keys that they made."""
    members = (await ctx.deepgram.get_members(ctx.project.id)).members
    found = [member for member in members if _same(member.email, email)]
    if not found:
        return await _withdraw(ctx, email)
    _keep_an_owner(email, found, members, ctx.project.name)
    keys = (await ctx.deepgram.get_keys(ctx.project.id)).api_keys
    ids = {member.member_id for member in found}
    theirs = [key for key in keys if key.member and key.member.member_id in ids]
    if theirs and await own_id(ctx, "email") in {key.api_key_id for key in theirs}:
        raise UsageError(
            f"email: {email} is the member whose key the bot itself works with; without it nothing here works. "
            "Give the bot a key of somebody else first, then remove this member in Deepgram's console."
        )
    return await _remove(ctx, email, found, theirs) if now else await _ask(ctx, email, found, theirs)


async def _ask(ctx: Context, email: str, found: Sequence[Member], theirs: Sequence[Key]) -> Reply:
    """Show who *email* is and what goes with them, and the button that removes them."""
    used = await requests_by_key(ctx) if theirs else None
    lost = _lost(theirs, used)
    asks = Confirm("Remove this member?", f"{email}: {lost} This can't be undone.", "Remove them", "Keep them")
    return Reply(
        f"Remove {email} from {ctx.project.name}? {lost}",
        (
            Facts((("Role", _role(found)),)),
            *_listed(theirs, used),
            Buttons((run_button("Remove them", f"remove-member {email} --now", style="danger", confirm=asks),)),
            Note(_GO),
            Note("Nothing has changed yet. With --now somebody is removed without this question."),
        ),
    )


async def _remove(ctx: Context, email: str, found: Sequence[Member], theirs: Sequence[Key]) -> Reply:
    note = "They can be invited again; their keys don't come back."
    for member in found:
        try:
            await ctx.deepgram.remove_member(ctx.project.id, member.member_id)
        except DeepgramNotFoundError:
            note = "Somebody else, or an earlier try, was faster: Deepgram did not have them any more."
    return Reply(
        f"Removed {email} from {ctx.project.name}",
        (Facts((("Role", _role(found)),)), *_listed(theirs, None), Note(f"{_GO} {note}")),
    )


async def _withdraw(ctx: Context, email: str) -> Reply:
    """Take back the invitation of somebody who has not accepted it: nothing is lost, so nothing is asked."""
    invitation = await _invitation(ctx, email)
    if invitation is None:
        raise UsageError(f'email: "{email}" is neither in {ctx.project.name} nor invited, as far as the bot can see.')
    note = "They were not in it yet. To invite them again: /deepgram invite."
    try:
        await ctx.deepgram.delete_invite(ctx.project.id, invitation.email)
    except DeepgramNotFoundError:
        note = "Deepgram did not have it any more: withdrawn by an earlier try, or accepted. Look again."
    return Reply(f"Withdrew the invitation of {email} to {ctx.project.name} as {invitation.scope}", (Note(note),))


async def _invitation(ctx: Context, email: str) -> Invite | None:
    invites = (await ctx.deepgram.get_invites(ctx.project.id)).invites
    return next((invite for invite in invites if _same(invite.email, email)), None)


def _keep_an_owner(email: str, found: Sequence[Member], members: Sequence[Member], project: str) -> None:
    if any("owner" in member.scopes for member in found) and not any(
        "owner" in member.scopes for member in members if member not in found
    ):
        raise UsageError(
            f"email: {email} is the only owner of {project}, whom Deepgram does not let go. "
            "Make somebody else an owner in Deepgram's console first."
        )


def _lost(theirs: Sequence[Key], used: Mapping[str, int] | None) -> str:
    if not theirs:
        return "The bot sees no key that they made."
    what = "The key that they made goes" if len(theirs) == 1 else f"The {len(theirs)} keys that they made go"
    requests = sum(used.get(key.api_key_id, 0) for key in theirs) if used else 0
    count = f", {requests:,} requests in the last {DAYS} days" if requests else ""
    return f"{what} with them{count}: whatever uses {'it' if len(theirs) == 1 else 'them'} fails."


def _listed(theirs: Sequence[Key], used: Mapping[str, int] | None) -> tuple[Part, ...]:
    if not theirs:
        return ()
    columns = ("Ends in", "Name", "Scopes") if used is None else ("Ends in", "Name", "Scopes", f"Requests, {DAYS} days")
    rows = tuple(
        (tail(key), brief(key), ", ".join(key.scopes), *(() if used is None else (f"{used.get(key.api_key_id, 0):,}",)))
        for key in sorted(theirs, key=lambda key: -(used or {}).get(key.api_key_id, 0))
    )
    return (Table(columns, rows[:MOST], more=max(0, len(rows) - MOST)),)


def _role(found: Sequence[Member]) -> str:
    return ", ".join(dict.fromkeys(scope for member in found for scope in member.scopes)) or "Deepgram doesn't tell"


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


@hookimpl
def dgbot_commands() -> list[Command]:
    return [remove_member]
