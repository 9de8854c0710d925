"""How people call the projects: kept by id, changed with the name, and no matter to an older database."""

from __future__ import annotations

from dgbot.adapters.storage import project_names


async def test_a_project_is_called_by_its_newest_name(store):
    await store.keep_project_names({"p1": "acme-prod", "p2": "acme-test"})
    await store.keep_project_names({"p1": "acme-live"})
    assert await store._run(project_names.names) == {"p1": "acme-live", "p2": "acme-test"}


async def test_more_names_than_fit_into_one_transaction_are_kept(store):
    many = {f"p{number}": f"project {number}" for number in range(2_001)}
    await store.keep_project_names(many)
    assert await store._run(project_names.names) == many


async def test_a_database_without_the_table_has_no_names(filed):
    await filed._run(lambda connection: connection.exec_driver_sql("DROP TABLE project_names") and None)
    assert await filed._run(project_names.names) == {}
