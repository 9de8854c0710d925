from dgbot.deepgram import DeepgramApiError, DeepgramClient

client = DeepgramClient()

try:
    response = client.manage.get_projects()
    for project in response.projects:
        print(f"Project {project.name} ({project.project_id})")
        print(f"  Company: {project.company}")
        print(f"  Created: {project.created}")

    project_id = response.projects[0].project_id
    details = client.manage.get_project(project_id)
    print(f"Details: {details.name}, created {details.created}")
except DeepgramApiError as error:
    print(f"Failed: {error}")
