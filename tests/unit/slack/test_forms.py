"""Every command's form is one that Slack takes, and what is chosen in it is what the command reads."""

from __future__ import annotations

import json
from datetime import timedelta
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgbot import (
    ANYONE,
    Channel,
    Choices,
    Command,
    Context,
    Duration,
    Email,
    Help,
    Kind,
    PluginConfig,
    Prose,
    Reply,
    Scopes,
    command,
)
from dgbot.adapters.slack import modals
from dgbot.adapters.slack.forms import sent_form, shown_errors
from dgbot.blockkit import check_view
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.form import read_form
from dgbot.sandbox.slack.world.elements import initial_state
from dgbot.services.panes import CommandForm
from tests.unit.slack.test_views import HOSTILE, assert_harmless

BUILT_IN = list(load_plugins(PluginConfig()).commands)
Many = Enum("Many", {f"M{n}": f"m{n}" for n in range(101)})  # type: ignore[misc]
Hundred = Enum("Hundred", {f"M{n}": f"m{n}" for n in range(100)})  # type: ignore[misc]


@command("fill in", permission=ANYONE)
async def fill_in(
    ctx: Context,
    word: str,
    rest: Annotated[tuple[str, ...], Choices("a", "b")] = (),
    *,
    size: Literal["s", "m", "l"] = "m",
    plan: Literal["free"] | None = None,
    scopes: Scopes = ("usage:read", "keys:read"),
    ttl: Duration = timedelta(days=45),
    count: int = 3,
    email: Email = "bob@co.com",
    where: Channel | None = None,
    why: Prose = "",
    dry_run: Annotated[bool, Help("Only look")] = False,
    many: Many | None = None,
    hundred: Hundred | None = None,
    wordy: Annotated[str, Kind("a word", str, choices=("x" * 151,))] = "",
) -> Reply:
    """Have one parameter of every kind."""
    raise NotImplementedError


def drawn(one: Command) -> dict[str, Any]:
    return modals.pane(CommandForm(one, "CGENERAL1"), {})


def element(name: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [
        block["element"] for block in drawn(fill_in)["blocks"] if block.get("block_id") == name
    ]
    return found[0]


def sent(one: Command, **changed: dict[str, Any]) -> dict[str, Any]:
    """What Slack sends of the form of *one* in which only *changed* was touched."""
    view = drawn(one)
    values = initial_state(view["blocks"])
    for name, value in changed.items():
        values[name] = {name: {**values[name][name], **value}}
    return {**view, "id": "V1", "state": {"values": values}}


@pytest.mark.parametrize("one", [*BUILT_IN, fill_in], ids=lambda one: one.name)
def test_every_form_is_one_that_slack_takes(one):
    view = drawn(one)
    assert check_view(view) == [], json.dumps(view)
    assert_harmless(view)
    assert [block.get("block_id") for block in view["blocks"][1:]] == [param.name for param in one.params]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_form_with_anything_in_it_is_one_that_slack_takes(text):
    async def run(ctx: Context, *, one: Any, two: Any, three: Any, four: Any) -> Reply:
        raise NotImplementedError

    run.__doc__ = text.strip() or "x"
    kind = Kind(f"a thing such as {text}", str, text, choices=(text, text[:70], "other"), heading=lambda _: text)
    run.__annotations__ |= {
        "one": Annotated[str, Help(text, label=text), kind],
        "two": Annotated[bool, Help(text, label=text)],
        "three": Annotated[str, Help(text), Kind(text, str)],
        "four": Annotated[str, Kind("many", str, many=True, choices=(text[:70], "other"))],
    }
    run.__kwdefaults__ = {"two": False, "three": text, "four": f"{text[:70]},other"}
    made: Any = command("a" * 40, permission=ANYONE)(run)
    view = drawn(made)
    assert check_view(view) == [], json.dumps(view)[:900]
    assert_harmless(view)


def test_every_kind_of_parameter_has_its_field():
    kinds = {block["block_id"]: block["element"]["type"] for block in drawn(fill_in)["blocks"][1:]}
    assert kinds == {
        "word": "plain_text_input",
        "rest": "plain_text_input",
        "size": "static_select",
        "plan": "static_select",
        "scopes": "multi_static_select",
        "ttl": "static_select",
        "count": "number_input",
        "email": "email_text_input",
        "where": "conversations_select",
        "why": "plain_text_input",
        "dry_run": "checkboxes",
        "many": "plain_text_input",
        "hundred": "static_select",
        "wordy": "plain_text_input",
    }
    assert element("why")["multiline"] is True
    assert element("word")["multiline"] is False
    assert element("count")["initial_value"] == "3"
    assert element("email")["placeholder"]["text"] == "bob@company.com"
    assert element("ttl")["initial_option"]["value"] == "45d"
    assert [group["label"]["text"] for group in element("scopes")["option_groups"]] == [
        "Usage", "Keys", "Billing", "Project", "Members", "Admins", "Owners",
    ]  # fmt: skip
    assert len(element("hundred")["options"]) == 100


def test_only_what_is_required_must_be_filled_in():
    required = [block["block_id"] for block in drawn(fill_in)["blocks"][1:] if not block["optional"]]
    assert required == ["word"]


@pytest.mark.parametrize(("asks_why", "needs_reason"), [(False, False), (True, False), (True, True), (False, True)])
def test_those_who_must_agree_are_told_why(asks_why, needs_reason):
    invite = next(one for one in BUILT_IN if one.name == "invite")
    view = modals.pane(CommandForm(invite, "C1", waits=True, asks_why=asks_why, needs_reason=needs_reason), {})
    assert check_view(view) == []
    assert view["submit"]["text"] == "Ask for approval"
    why = [block["optional"] for block in view["blocks"] if block.get("label", {}).get("text") == "Reason"]
    assert why == ([not needs_reason] if asks_why else [])


def test_a_reason_of_the_commands_own_can_be_wanted_too():
    create_key = next(one for one in BUILT_IN if one.name == "create-key")
    view = modals.pane(CommandForm(create_key, "C1", waits=True, needs_reason=True), {})
    assert [block["block_id"] for block in view["blocks"][1:] if not block["optional"]] == ["name", "scopes", "reason"]


def test_a_form_that_was_not_touched_but_where_it_had_to_be_means_the_defaults():
    form = sent_form(sent(fill_in, word={"value": "w"}))
    assert read_form(fill_in, form.filled.texts) == fill_in.parse(["w"])
    assert (form.filled.command, form.channel_id) == ("fill in", "CGENERAL1")


def test_what_is_chosen_is_what_the_command_reads():
    form = sent_form(
        sent(
            fill_in,
            word={"value": "two words"},
            rest={"value": "a 'b c'"},
            size={"selected_option": {"value": "l"}},
            scopes={"selected_options": [{"value": "usage:write"}, {"value": "project:write:destroy"}]},
            ttl={"selected_option": {"value": "7d"}},
            count={"value": "-5"},
            email={"value": " Carol@CO.com "},
            where={"selected_conversation": "C0123ABCD"},
            why={"value": "one\r\ntwo\n"},
            dry_run={"selected_options": [{"value": "yes"}]},
            hundred={"selected_option": {"value": "m99"}},
        )
    )
    values = read_form(fill_in, form.filled.texts)
    assert {**values, "hundred": values["hundred"].value} == {
        "word": "two words",
        "rest": ("a", "b c"),
        "size": "l",
        "plan": None,
        "scopes": ("usage:write", "project:write:destroy"),
        "ttl": timedelta(days=7),
        "count": -5,
        "email": "Carol@co.com",
        "where": Channel("C0123ABCD"),
        "why": "one\ntwo",
        "dry_run": True,
        "many": None,
        "hundred": "m99",
        "wordy": "",
    }


def test_what_is_emptied_means_the_default():
    form = sent_form(
        sent(
            fill_in,
            word={"value": "w"},
            size={"selected_option": None},
            scopes={"selected_options": []},
            count={"value": None},
        )
    )
    assert read_form(fill_in, form.filled.texts) == fill_in.parse(["w"])


@given(st.text(max_size=40))
def test_any_private_metadata_is_read_or_empty(hidden):
    form = sent_form({"private_metadata": hidden, "state": None})
    assert form.channel_id == "" or hidden.partition(" ")[0] == form.channel_id
    assert form.filled.command in hidden


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_an_error_is_as_short_and_as_visible_as_a_field_shows_it(text):
    [error] = shown_errors({"name": text}).values()
    assert len(error) <= 150
    assert "\u202e" not in error
