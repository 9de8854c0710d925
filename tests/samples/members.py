from dgbot.deepgram import DeepgramApiError, DeepgramClient, InviteOptions, ScopeOptions

client = DeepgramClient()
project_id = client.manage.get_projects().projects[0].project_id

try:
    members = client.manage.get_members(project_id).members
    for member in members:
        print(f"Member {member.email}: {member.first_name} {member.last_name}, scopes {member.scopes}")

    member_id = members[-1].member_id
    print(f"Scopes: {client.manage.get_member_scopes(project_id, member_id).scopes}")
    print(client.manage.update_member_scope(project_id, member_id, ScopeOptions(scope="usage:read")).message)
    print(client.manage.remove_member(project_id, member_id).message)

    options = InviteOptions(email="new.colleague@company.com", scope="usage:read")
    print(f"Invited: {client.manage.send_invite(project_id, options).message}")
    for invite in client.manage.get_invites(project_id).invites:
        print(f"Invite {invite.email}: {invite.scope}, sent {invite.sent}")
    print(client.manage.delete_invite(project_id, "new.colleague@company.com").message)
except DeepgramApiError as error:
    print(f"Failed: {error}")
