import asyncio

from dgbot.deepgram import DeepgramClient


async def main():
    client = DeepgramClient()
    projects = await client.manage.asyncmanage.get_projects()
    project_id = projects.projects[0].project_id
    keys, members, balances = await asyncio.gather(
        client.manage.asyncmanage.get_keys(project_id),
        client.manage.asyncmanage.get_members(project_id),
        client.manage.asyncmanage.get_balances(project_id),
    )
    print(f"{len(keys.api_keys)} keys, {len(members.members)} members, {len(balances.balances)} balances")


asyncio.run(main())
