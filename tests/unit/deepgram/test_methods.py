"""A method looks as if it were written out: to help(), to editors, to mocks and to asyncio."""

import asyncio
import inspect
import typing
from collections.abc import AsyncIterator, Iterator
from unittest.mock import create_autospec

import pytest

from dgbot.deepgram import (
    AsyncManageClient,
    DeepgramOptionsError,
    InviteOptions,
    KeyOptions,
    KeyResponse,
    ManageClient,
    Message,
    UsageRequest,
    UsageResponse,
)

client = ManageClient("the-bots-own-key")


@pytest.mark.parametrize("manage", [client, client.asyncmanage])
def test_a_method_says_what_it_returns(manage):
    assert str(inspect.signature(manage.create_key)).endswith("-> 'KeyResponse'")
    assert typing.get_type_hints(manage.create_key)["return"] is KeyResponse
    assert typing.get_type_hints(manage.get_usage)["return"] is UsageResponse


def test_a_listing_says_what_it_goes_through():
    assert typing.get_type_hints(client.iter_usage_requests)["return"] == Iterator[UsageRequest]
    assert typing.get_type_hints(client.asyncmanage.iter_usage_requests)["return"] == AsyncIterator[UsageRequest]


def test_an_awaited_method_is_a_coroutine_function_and_a_blocking_one_is_not():
    for name in ("get_projects", "get_usage"):
        assert inspect.iscoroutinefunction(getattr(AsyncManageClient, name))
        assert inspect.iscoroutinefunction(getattr(client.asyncmanage, name))
        assert not inspect.iscoroutinefunction(getattr(ManageClient, name))


async def test_a_stand_in_for_a_client_can_be_awaited():
    stand_in = create_autospec(AsyncManageClient, instance=True)
    stand_in.get_project.return_value = "acme"
    assert await stand_in.get_project("p") == "acme"


async def test_a_wrong_argument_is_raised_where_the_call_is_awaited():
    outcomes = await asyncio.gather(
        client.asyncmanage.get_project(""), client.asyncmanage.get_project(".."), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [DeepgramOptionsError] * 2


def test_an_id_that_does_not_fit_is_named():
    with pytest.raises(DeepgramOptionsError, match=r"key_id: None is not the id"):
        client.get_key("p", None)  # type: ignore[arg-type]


def test_options_show_their_fields():
    assert list(inspect.signature(InviteOptions).parameters) == ["email", "scope"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: KeyOptions(coment="ci"), "KeyOptions has no field 'coment'. Did you mean comment?"),  # type: ignore[call-arg]
        (lambda: InviteOptions(), "InviteOptions needs email and scope."),  # type: ignore[call-arg]
        (lambda: KeyOptions("ci"), "KeyOptions takes its fields by name, such as comment=…"),  # type: ignore[call-arg]
    ],
)
def test_a_slip_in_an_options_object_is_said_in_a_sentence(make, words):
    with pytest.raises(DeepgramOptionsError) as caught:
        make()
    assert str(caught.value) == words


def test_options_that_changed_after_they_were_made_are_checked_again():
    options = KeyOptions(comment="ci", scopes=["usage:read"])
    assert options.scopes is not None
    options.scopes.append(5)  # type: ignore[arg-type]
    with pytest.raises(DeepgramOptionsError, match="is not a list of texts"):
        client.create_key("p", options)


def test_a_client_shows_its_host():
    assert repr(client) == "ManageClient(api.deepgram.com)"
    assert repr(client.asyncmanage) == "AsyncManageClient(api.deepgram.com)"


def test_a_method_can_be_overridden_and_stays_so_further_down():
    class Careful(ManageClient):
        def delete_project(self, project_id: str) -> Message:
            return Message(message=f"No, {project_id} stays.")

    class MoreCareful(Careful):
        pass

    assert MoreCareful("the-bots-own-key").delete_project("p").message == "No, p stays."
    assert not hasattr(MoreCareful.get_projects, "build")
