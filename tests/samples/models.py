from dgbot.deepgram import DeepgramApiError, DeepgramClient

client = DeepgramClient()
project_id = client.manage.get_projects().projects[0].project_id

try:
    models = client.manage.get_models(project_id)
    for model in models.stt_models:
        print(f"{model.name} ({model.canonical_name}), {model.language}, batch {model.batch}, live {model.streaming}")
    for model in models.tts_models:
        print(f"{model.name} ({model.canonical_name}), {model.language}, {model.version}")
    one = client.manage.get_model(project_id, models.stt_models[0].uuid)
    print(f"One: {one.name} {one.architecture} {one.languages} {one.uuid}")
except DeepgramApiError as error:
    print(f"Failed: {error}")
