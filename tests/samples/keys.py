from dgbot.deepgram import DeepgramApiError, DeepgramClient, KeyOptions

client = DeepgramClient()
project_id = client.manage.get_projects().projects[0].project_id

options = KeyOptions(
    comment="Production API key",
    scopes=["usage:read", "usage:write"],
    tags=["production", "web"],
    time_to_live_in_seconds=86400 * 30,
)

try:
    created = client.manage.create_key(project_id, options)
    print(f"New key {created.api_key.api_key_id}: {created.api_key.key}")

    for key in client.manage.get_keys(project_id).api_keys:
        print(f"Key {key.api_key_id}: {key.comment}, created {key.created}, may {', '.join(key.scopes)}")

    details = client.manage.get_key(project_id, created.api_key.api_key_id)
    print(f"Scopes: {details.api_key.scopes}, tags: {details.api_key.tags}")

    print(client.manage.delete_key(project_id, created.api_key.api_key_id).message)
except DeepgramApiError as error:
    print(f"Failed: {error}")
