"""What somebody does in Deepgram's own console, behind the bot's back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import msgspec

from dgbot.plugin.kind import Unfit
from dgbot.plugin.params import read_duration
from dgbot.sandbox.clock import SandboxClock
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.deepgram.world.holdings import Invite, Key, Member
from dgbot.sandbox.deepgram.world.scopes import ROLES, is_scope
from dgbot.sandbox.deepgram.world.world import Project

LONGEST, MOST_SCOPES = 200, 50


class Deed(msgspec.Struct, frozen=True, kw_only=True, tag_field="do", forbid_unknown_fields=True):
    """Something that is done to the *project* of that id."""

    project: str


class MakesKey(Deed, frozen=True, kw_only=True, tag="makes_key"):
    """A key of the *member* of that id, which lives for a duration such as ``30d``, or for ever."""

    member: str
    comment: str
    scopes: tuple[str, ...]
    lives: str = ""


class RevokesKey(Deed, frozen=True, kw_only=True, tag="revokes_key"):
    """The key of that id."""

    key: str


class AddsMember(Deed, frozen=True, kw_only=True, tag="adds_member"):
    """Somebody joins; an invite of theirs is used up."""

    email: str
    role: str = "member"


class RemovesMember(Deed, frozen=True, kw_only=True, tag="removes_member"):
    """Somebody goes, and every key that they made."""

    member: str


class Invites(Deed, frozen=True, kw_only=True, tag="invites"):
    """Somebody is asked to join."""

    email: str
    role: str = "member"


class AcceptsInvite(Deed, frozen=True, kw_only=True, tag="accepts_invite"):
    """Whoever was asked under that address joins, as what they were asked to be."""

    email: str


class WithdrawsInvite(Deed, frozen=True, kw_only=True, tag="withdraws_invite"):
    """Whoever was asked under that address is asked no more."""

    email: str


class Leaves(Deed, frozen=True, kw_only=True, tag="leaves"):
    """So many US dollars are left."""

    amount: str | int | float


class TopsUp(Deed, frozen=True, kw_only=True, tag="tops_up"):
    """So many US dollars come on top of what is left."""

    amount: str | int | float


AnyDeed = (
    MakesKey | RevokesKey | AddsMember | RemovesMember | Invites | AcceptsInvite | WithdrawsInvite | Leaves | TopsUp
)


class _Refusal(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Console:
    """Deepgram's console, open on every project; nobody is told a new key's secret."""

    deepgram: LocalDeepgram
    clock: SandboxClock

    def carry_out(self, deed: AnyDeed) -> str | None:
        """Do it; returns the sentence that refuses it, or None."""
        project = self.deepgram.world.projects.get(deed.project)
        if project is None:
            return "There is no such project any more."
        try:
            self._carry_out(deed, project)
        except (_Refusal, ValueError) as refusal:
            return str(refusal)
        return None

    def _carry_out(self, deed: AnyDeed, project: Project) -> None:
        now = self.clock.now()
        match deed:
            case MakesKey():
                self._make(deed, project)
            case RevokesKey():
                if deed.key not in project.keys:
                    raise _Refusal("There is no such key any more.")
                project.delete_key(deed.key, now)
            case AddsMember():
                self._join(project, _address(deed.email), _role(deed.role))
            case RemovesMember():
                gone = _member(project, deed.member)
                if project.owners() == [gone]:
                    raise _Refusal("The only owner of a project can't leave.")
                project.remove_member(gone.member_id, now)
            case Invites():
                invite = Invite(_address(deed.email), _role(deed.role))
                project.invites[invite.email.lower()] = invite
            case AcceptsInvite():
                invite = _invite(project, deed.email)
                self._join(project, invite.email, invite.scope)
            case WithdrawsInvite():
                project.invites.pop(_invite(project, deed.email).email.lower())
            case Leaves():
                self.deepgram.set_balance(_amount(deed.amount), project.project_id)
            case TopsUp():
                more = _amount(deed.amount)
                if not more > 0:
                    raise _Refusal(f"{deed.amount} tops nothing up; give an amount above zero, such as 500.")
                self.deepgram.set_balance(project.left(now) + more, project.project_id)

    def _join(self, project: Project, email: str, role: str) -> None:
        member = Member(self.deepgram.world.new_id(), email, None, None, (role,))
        if project.member_with(member.email):
            raise _Refusal(f"{member.email} is a member already.")
        project.invites.pop(member.email.lower(), None)
        project.members[member.member_id] = member

    def _make(self, deed: MakesKey, project: Project) -> None:
        now, world = self.clock.now(), self.deepgram.world
        if not 1 <= len(deed.comment) <= LONGEST:
            raise _Refusal(f"Say in the comment what the key is for, in {LONGEST} characters at most.")
        if not 1 <= len(deed.scopes) <= MOST_SCOPES:
            raise _Refusal(f"Name 1 to {MOST_SCOPES} scopes, such as usage:read.")
        unknown = [scope for scope in deed.scopes if not is_scope(scope)]
        if unknown:
            raise _Refusal(f"{unknown[0][:40]!r} is no scope; write some such as usage:read, keys:write.")
        try:
            expires = now + read_duration(deed.lives) if deed.lives.strip() else None
        except Unfit as unfit:
            raise _Refusal(f"{deed.lives[:40]!r} {unfit}") from None
        key = Key(
            api_key_id=world.new_id(),
            secret=world.new_secret(),
            member_id=_member(project, deed.member).member_id,
            comment=deed.comment,
            scopes=deed.scopes,
            tags=(),
            created=now,
            expires=expires,
        )
        project.keys[key.api_key_id] = key


def _member(project: Project, member_id: str) -> Member:
    found = project.members.get(member_id)
    if found is None:
        raise _Refusal("There is no such member any more.")
    return found


def _invite(project: Project, email: str) -> Invite:
    found = project.invites.get(email.lower())
    if found is None:
        raise _Refusal("There is no such invitation any more.")
    return found


def _role(text: str) -> str:
    if text not in ROLES:
        raise _Refusal(f"{text[:40]!r} is none of {', '.join(ROLES)}.")
    return text


def _address(text: str) -> str:
    if "@" not in text.strip()[1:-1] or len(text) > LONGEST:
        raise _Refusal(f"{text[:60]!r} is not an e-mail address.")
    return text.strip()


def _amount(given: str | float) -> Decimal:
    try:
        return Decimal(str(given).strip().removeprefix("$"))
    except InvalidOperation:
        raise _Refusal(f"{str(given)[:40]!r} is not an amount such as 20 or 49.50.") from None
