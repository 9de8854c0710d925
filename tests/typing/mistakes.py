"""Slips that a type checker must find: each line is an error, and a checker that finds none there says so.

Never run. mypy and pyright both read it, and both refuse an ignore that ignores nothing.
"""

from dgbot.deepgram import AsyncManageClient, DeepgramClient, KeyOptions, UsageRequestOptions

client = DeepgramClient(api_key="x")
manage = client.manage

# a wrong option
KeyOptions(coment="c")  # type: ignore[call-arg]
UsageRequestOptions(limit="10")  # type: ignore[arg-type]
manage.create_key("p", coment="c")  # type: ignore[call-arg]
manage.create_key("p", scopes="usage:read")  # type: ignore[arg-type]
manage.get_usage_summary("p", diarise=True)  # type: ignore[call-arg]
manage.get_keys("p", state="active")  # type: ignore[call-arg]
DeepgramClient(apikey="x")  # type: ignore[call-arg]

# a wrong argument
manage.get_project(1)  # type: ignore[arg-type]
manage.get_project()  # type: ignore[call-arg]
manage.get_key("p")  # type: ignore[call-arg]
manage.list_projects()  # type: ignore[attr-defined]

# a wrong response field
manage.get_projects().project  # type: ignore[attr-defined]  # noqa: B018
manage.get_key("p", "k").key  # type: ignore[attr-defined]  # noqa: B018
manage.get_balances("p").balances[0].total  # type: ignore[attr-defined]  # noqa: B018
amount: int = manage.get_balances("p").balances[0].amount  # type: ignore[assignment]
secret: str = manage.create_key("p", comment="c").api_key.key  # type: ignore[assignment]

# an answer is a value, not a place to write
manage.get_project("p").name = "other"  # type: ignore[misc]


async def a_missing_await(twin: AsyncManageClient) -> None:
    twin.get_projects()  # type: ignore[unused-coroutine]
    twin.get_projects().projects  # type: ignore[attr-defined]  # noqa: B018
    await twin.get_project(1)  # type: ignore[arg-type]
    for _ in twin.iter_usage_requests("p"):  # type: ignore[attr-defined]
        pass
    with twin:  # type: ignore[attr-defined]
        pass
