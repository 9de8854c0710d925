"""The operations on projects, members, their scopes and invites."""

from __future__ import annotations

from dataclasses import replace

from dgbot.sandbox.deepgram.api.call import Call, Json
from dgbot.sandbox.deepgram.refusals import Refused, bad_request, unknown
from dgbot.sandbox.deepgram.world.holdings import Invite, Member
from dgbot.sandbox.deepgram.world.scopes import ROLES, is_scope, powers, role_of, with_role
from dgbot.sandbox.deepgram.world.world import Project


def list_projects(call: Call) -> Json:
    """The projects that the caller's key can see, its own first."""
    return {"projects": [_project(call, opened.project) for opened in call.sees]}


def get_project(call: Call) -> Json:
    """One project."""
    return {**_project(call, call.project), "mip_opt_out": call.project.mip_opt_out}


def update_project(call: Call) -> Json:
    """A new name, a new company, or both."""
    given = call.fields()
    name = call.text_field("name") if "company" not in given or "name" in given else call.project.name
    if "company" in given:
        call.project.company = call.text_field("company")
    call.project.name = name
    return {"message": "Successfully updated project info."}


def delete_project(call: Call) -> Json:
    """The end of the project and of every key in it."""
    del call.world.projects[call.project.project_id]
    return {"message": "Successfully deleted a project."}


def list_members(call: Call) -> Json:
    """The members whose role the caller may see."""
    shown = [member for member in call.project.members.values() if call.may(f"{member.role}s:read")]
    return {"members": [_described(member) for member in shown]}


def remove_member(call: Call) -> Json:
    """Remove somebody else, and with them every key that they made."""
    member = _named(call)
    call.need(f"{member.role}s:write:kick")
    return _remove(call, member)


def leave(call: Call) -> Json:
    """Remove oneself."""
    return _remove(call, call.maker)


def get_scopes(call: Call) -> Json:
    """What a member may do."""
    member = _named(call)
    call.need(f"{member.role}s:read:scopes")
    return {"scopes": list(member.scopes)}


def update_scope(call: Call) -> Json:
    """Another role, or one scope more; the last owner stays owner."""
    member, scope = _named(call), call.text_field("scope")
    if not call.lenient and not is_scope(scope):
        raise bad_request(f"scope: '{scope}' is not a valid scope.")
    scopes = with_role(member.scopes, scope)
    call.need(f"{member.role}s:write:scopes", f"{role_of(scopes)}s:write:scopes")
    call.hand_out(*(powers(scopes) - powers(member.scopes)))
    if role_of(scopes) != "owner":
        _keep_an_owner(call, member)
    call.project.members[member.member_id] = replace(member, scopes=scopes)
    return {"message": "Successfully updated the account scopes."}


def list_invites(call: Call) -> Json:
    """The invites whose role the caller may see."""
    shown = [invite for invite in call.project.invites.values() if call.may(f"{_role(invite.scope)}s:read:invites")]
    return {"invites": [{"email": invite.email, "scope": invite.scope} for invite in shown]}


def send_invite(call: Call) -> Json:
    """Ask somebody to join; asking again replaces the scope."""
    email, scope = call.text_field("email"), call.text_field("scope")
    if scope not in ROLES and not call.lenient:
        raise Refused(400, "Invalid request: scope must be either 'member', 'admin' or 'owner'.")
    if "@" not in email:
        raise bad_request(f"email: '{email}' is not an email address.")
    call.need(f"{_role(scope)}s:write:invites")
    call.hand_out(scope)
    call.project.invites[email.lower()] = Invite(email, scope)
    return {"message": f"Invite successfully generated and sent to {email}"}


def delete_invite(call: Call) -> Json:
    """Take an invite back."""
    invite = call.project.invites.get(call.parts["email"].lower())
    if invite is None:
        raise unknown("invite", "An")
    call.need(f"{_role(invite.scope)}s:write:invites")
    del call.project.invites[invite.email.lower()]
    return {"message": "Successfully deleted the invite."}


def _project(call: Call, project: Project) -> Json:
    shown: Json = {"project_id": project.project_id, "name": project.name}
    return shown if call.wire == "current" or project.company is None else {**shown, "company": project.company}


def _role(scope: str) -> str:
    return role_of((scope,))


def _named(call: Call) -> Member:
    member = call.project.members.get(call.parts["member"])
    if member is None:
        raise unknown("member")
    return member


def _remove(call: Call, member: Member) -> Json:
    _keep_an_owner(call, member)
    call.project.remove_member(member.member_id, call.now)
    return {"message": "Successfully removed account from project."}


def _keep_an_owner(call: Call, member: Member) -> None:
    if call.project.owners() == [member]:
        raise bad_request("The only owner of a project can neither be demoted nor leave.")


def _described(member: Member) -> Json:
    described: Json = {
        "member_id": member.member_id,
        "scopes": list(member.scopes),
        "email": member.email,
    }
    if member.first_name is not None:
        described |= {"first_name": member.first_name, "last_name": member.last_name}
    return described
