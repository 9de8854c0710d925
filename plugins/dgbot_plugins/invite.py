"""People join the Deepgram project by a line in Slack."""

from __future__ import annotations

from typing import Annotated, Literal

from dgbot import Command, Context, Email, Help, Note, Reply, command, hookimpl
from dgbot.deepgram import InviteOptions

Scope = Annotated[Literal["member", "admin"], Help("What they may do in the project")]


async def already_there(ctx: Context, email: Email, *, scope: Scope = "member") -> Reply | None:
    """Say that nothing needs to be sent to *email*, or None; *scope* makes no difference."""
    project = ctx.project
    for member in (await ctx.deepgram.get_members(project.id)).members:
        if _same(member.email, email):
            role = f" as {', '.join(member.scopes)}" if member.scopes else ""
            return Reply(f"{member.email} is already in {project.name}{role}", (Note("Nothing was sent."),))
    for invite in (await ctx.deepgram.get_invites(project.id)).invites:
        if _same(invite.email, email):
            return Reply(
                f"{invite.email} is already invited to {project.name} as {invite.scope}",
                (Note(_waits(invite.scope, scope)),),
            )
    return None


async def find_invitation(ctx: Context, email: Email, *, scope: Scope = "member") -> Reply | None:
    """After a restart: the invitation that was on its way, if it arrived."""
    found = await already_there(ctx, email, scope=scope)
    return found and Reply(
        found.headline, (Note("The bot restarted while it was inviting; Deepgram has the invitation, sent once."),)
    )


@command(
    "invite",
    permission="members.write",
    topic="People",
    resume=find_invitation,
    examples=("invite bob@company.com", "invite carol@company.com --scope admin"),
)
async def invite(ctx: Context, email: Email, *, scope: Scope = "member") -> Reply:
    """Invite somebody to the Deepgram project."""
    if known := await already_there(ctx, email, scope=scope):
        return known
    await ctx.deepgram.send_invite(ctx.project.id, InviteOptions(email=email, scope=scope))
    return Reply(
        f"Invited {email} to {ctx.project.name} as {scope}",
        (Note("Deepgram has sent them an e-mail; they are in once they accept."),),
    )


def _waits(sent_as: str, asked: str) -> str:
    if sent_as == asked:
        return "The invitation waits to be accepted. Nothing more was sent."
    return f"Nothing more was sent, so they are not invited as {asked}. Withdraw the invitation at Deepgram first."


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


@hookimpl
def dgbot_commands() -> list[Command]:
    return [invite]
