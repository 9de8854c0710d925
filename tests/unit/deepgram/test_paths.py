"""An id or an address of any text names one thing at Deepgram, and never another."""

import inspect
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgbot.deepgram import DeepgramOptionsError
from dgbot.deepgram.operation import Operation
from tests.unit.deepgram.asking import thorough
from tests.unit.deepgram.described import operations
from tests.unit.deepgram.samples import ARGUMENTS, described

PATHS = {
    "get_projects": ("GET", "projects"),
    "get_project": ("GET", "projects/p"),
    "update_project": ("PATCH", "projects/p"),
    "delete_project": ("DELETE", "projects/p"),
    "leave_project": ("DELETE", "projects/p/leave"),
    "get_keys": ("GET", "projects/p/keys"),
    "get_key": ("GET", "projects/p/keys/k"),
    "create_key": ("POST", "projects/p/keys"),
    "delete_key": ("DELETE", "projects/p/keys/k"),
    "get_members": ("GET", "projects/p/members"),
    "remove_member": ("DELETE", "projects/p/members/m"),
    "get_member_scopes": ("GET", "projects/p/members/m/scopes"),
    "update_member_scope": ("PUT", "projects/p/members/m/scopes"),
    "get_invites": ("GET", "projects/p/invites"),
    "send_invite": ("POST", "projects/p/invites"),
    "delete_invite": ("DELETE", "projects/p/invites/a%40x.io"),
    "get_usage": ("GET", "projects/p/requests"),
    "get_usage_request": ("GET", "projects/p/requests/r"),
    "get_usage_requests": ("GET", "projects/p/requests"),
    "iter_usage_requests": ("GET", "projects/p/requests"),
    "get_usage_summary": ("GET", "projects/p/usage"),
    "get_usage_breakdown": ("GET", "projects/p/usage/breakdown"),
    "get_usage_fields": ("GET", "projects/p/usage/fields"),
    "get_balances": ("GET", "projects/p/balances"),
    "get_balance": ("GET", "projects/p/balances/b"),
    "get_purchases": ("GET", "projects/p/purchases"),
    "get_billing_breakdown": ("GET", "projects/p/billing/breakdown"),
    "get_billing_fields": ("GET", "projects/p/billing/fields"),
    "get_models": ("GET", "projects/p/models"),
    "get_model": ("GET", "projects/p/models/u"),
    "get_global_models": ("GET", "models"),
    "get_global_model": ("GET", "models/u"),
    "get_token_details": ("GET", "auth/token"),
    "grant_token": ("POST", "auth/grant"),
    "get_distribution_credentials": ("GET", "projects/p/self-hosted/distribution/credentials"),
    "get_distribution_credential": ("GET", "projects/p/self-hosted/distribution/credentials/c"),
    "create_distribution_credential": ("POST", "projects/p/self-hosted/distribution/credentials"),
    "delete_distribution_credential": ("DELETE", "projects/p/self-hosted/distribution/credentials/c"),
    "get_agents": ("GET", "projects/p/agents"),
    "get_agent": ("GET", "projects/p/agents/a"),
    "create_agent": ("POST", "projects/p/agents"),
    "update_agent": ("PUT", "projects/p/agents/a"),
    "delete_agent": ("DELETE", "projects/p/agents/a"),
    "get_agent_variables": ("GET", "projects/p/agent-variables"),
    "get_agent_variable": ("GET", "projects/p/agent-variables/v"),
    "create_agent_variable": ("POST", "projects/p/agent-variables"),
    "update_agent_variable": ("PATCH", "projects/p/agent-variables/v"),
    "delete_agent_variable": ("DELETE", "projects/p/agent-variables/v"),
}


def ids_of(name):
    """The places of ids and addresses among the arguments of *name*."""
    parameters = list(inspect.signature(getattr(operations, name)).parameters)
    return [place for place, each in enumerate(parameters) if each.endswith("_id") or each == "email"]


PLACES = [(name, place) for name in ARGUMENTS for place in ids_of(name)]


def with_id(name, place, part):
    """The operation *name*, or its first, with *part* as the id at *place*."""
    arguments = [*ARGUMENTS[name]]
    arguments[place] = part
    call = getattr(operations, name)(*arguments)
    return call if isinstance(call, Operation) else next(call)


@pytest.mark.parametrize("name", PATHS)
def test_every_call_has_the_documented_verb_and_path(name):
    call = described(name)
    operation = call if isinstance(call, Operation) else next(call)
    assert (operation.method, operation.path) == (PATHS[name][0], f"/v1/{PATHS[name][1]}")
    assert (operation.body is None) == (operation.method in {"GET", "DELETE"})


def test_every_path_is_in_the_table():
    assert set(PATHS) == set(vars(operations))
    named = [piece for _, path in PATHS.values() for piece in path.split("/") if len(piece) == 1 or "%" in piece]
    assert len(PLACES) == len(named)


@thorough
@given(
    st.sampled_from(PLACES),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=100).filter(lambda text: text not in {".", ".."})
    | st.text(alphabet="./%\\?#&=+@: é2Ef", min_size=1).filter(lambda text: text not in {".", ".."}),
)
def test_any_text_is_one_part_of_the_path_and_comes_out_as_it_went_in(at, part):
    name, place = at
    operation, plain = with_id(name, place, part), with_id(name, place, "x" * 20)
    sent = httpx.Request("GET", f"http://127.0.0.1{operation.path}").url.raw_path.decode()
    assert sent == operation.path
    assert [unquote(piece) for piece in sent.split("/")] == [
        part if piece == "x" * 20 else unquote(piece) for piece in plain.path.split("/")
    ]


@pytest.mark.parametrize("part", ["", ".", "..", None, 7, b"p", "\ud800", "x" * 513, ["p"], True])
def test_an_id_that_would_address_something_else_is_refused_wherever_it_stands(part):
    for name, place in PLACES:
        with pytest.raises(DeepgramOptionsError, match=r"is not the id|can't be sent") as caught:
            with_id(name, place, part)
        assert len(str(caught.value)) < 200


ODD = [
    "a+b@x.io",
    "x" * 512,
    "a/../..",
    "%2e%2e",
    "%2F",
    "a?b#c",
    "a\\b",
    "é\u202e",
    "a b\r\nX: y",
    ":@!$&'()*,;=~",
    "...",
]


@pytest.mark.parametrize("part", ODD)
async def test_an_odd_id_arrives_as_it_was_given(call, loopback, part):
    loopback.answers({})
    await call(loopback.url, "delete_key", "p", part)
    (seen,) = loopback.seen
    assert [unquote(piece) for piece in seen.target.split("/")] == ["", "v1", "projects", "p", "keys", part]
    assert seen.method == "DELETE"
