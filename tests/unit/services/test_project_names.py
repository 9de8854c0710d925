"""The bot writes down how people call the projects, for whoever reads its database without Deepgram."""

from __future__ import annotations

from dgbot.adapters.storage import project_names
from dgbot.services.project_names import ProjectNames
from dgbot.services.projects import FRESH_SECONDS, Projects


async def test_a_round_writes_down_the_names_that_are_known(office):
    await office.parts.projects.project()
    await office.tick()
    assert await office.store._run(project_names.names) == {office.deepgram.project_id: "acme-prod"}


async def test_a_project_that_is_renamed_is_called_by_its_new_name(office):
    seconds = [0.0]
    projects = Projects(office.manage, office.deepgram.project_id, monotonic=lambda: seconds[0])
    names = ProjectNames(projects, office.store)
    for name in ("acme-prod", "acme-live"):
        office.deepgram.production.name = name
        await projects.all()
        await names.run_due()
        seconds[0] += FRESH_SECONDS
    assert (await office.store._run(project_names.names))[office.deepgram.project_id] == "acme-live"


async def test_an_id_is_not_written_down_as_a_name(office):
    office.deepgram.fail("GET", "*", 503)
    await office.parts.projects.project()
    await office.tick()
    assert await office.store._run(project_names.names) == {}
