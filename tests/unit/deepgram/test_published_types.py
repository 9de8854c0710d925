"""The published interface: every class, option, attribute and method is there, with its published type."""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any

import pytest

import dgbot.deepgram
from dgbot.deepgram import AsyncManageClient, ManageClient, Secret
from tests.unit.deepgram.published import METHODS, OPTIONS, RESPONSES
from tests.unit.deepgram.samples import BODIES, FIELDS, answer, described, read


def told(name, *bodies):
    """What the operation *name*, which takes several calls, makes of their documented answers."""
    steps = described(name)
    outcome = None
    for body in bodies:
        outcome = read(steps.send(outcome), body)
    with pytest.raises(StopIteration) as end:
        steps.send(outcome)
    return end.value.value


MADE: dict[str, Callable[[], Any]] = {
    "ProjectsResponse": lambda: answer("get_projects"),
    "Project": lambda: answer("get_project"),
    "Message": lambda: answer("delete_key"),
    "KeysResponse": lambda: answer("get_keys"),
    "KeyResponse": lambda: answer("get_key"),
    "Key": lambda: answer("create_key").api_key,
    "MembersResponse": lambda: answer("get_members"),
    "Member": lambda: answer("get_members").members[0],
    "ScopesResponse": lambda: answer("get_member_scopes"),
    "InvitesResponse": lambda: answer("get_invites"),
    "Invite": lambda: answer("get_invites").invites[0],
    "UsageResponse": lambda: told("get_usage", BODIES["get_usage_requests"], BODIES["get_usage_summary"]),
    "UsageRequestsResponse": lambda: answer("get_usage_requests"),
    "UsageRequest": lambda: answer("get_usage_request"),
    "UsageSummaryResponse": lambda: answer("get_usage_summary"),
    "UsageFieldsResponse": lambda: told("get_usage_fields", FIELDS, BODIES["get_usage_summary"]),
    "BalancesResponse": lambda: answer("get_balances"),
    "Balance": lambda: answer("get_balances").balances[0],
    "UsageSummaryResults": lambda: answer("get_usage_summary").results[0],
    "Resolution": lambda: answer("get_usage_summary").resolution,
    "STTDetails": lambda: MADE["UsageFieldsResponse"]().stt,
    "TTSDetails": lambda: MADE["UsageFieldsResponse"]().tts,
    "TTSMetadata": lambda: answer("get_models").tts_models[0].metadata,
    "STTUsageDetails": lambda: answer("get_usage_request").stt,
    "TTSUsageDetails": lambda: answer("get_usage_requests").requests[1].tts,
    "STTTokens": lambda: MADE["STTDetails"]().tokens,
    "TTSTokens": lambda: MADE["TTSDetails"]().tokens,
    "UsageModel": lambda: MADE["UsageFieldsResponse"]().models[0],
    "Callback": lambda: answer("get_usage_request").callback,
    "TokenDetail": lambda: answer("get_usage_request").token_details[0],
    "SpeechSegment": lambda: answer("get_usage_requests").requests[1].tts.speech_segments[0],
    "Config": lambda: answer("get_usage_request").config[0],
    "ModelsResponse": lambda: answer("get_models"),
    "ModelResponse": lambda: answer("get_model"),
    "ModelInfo": lambda: answer("get_models").tts_models[0],
}


def kind_of(name):
    """The type that a published name stands for."""
    plain = {"str": str, "int": int, "float": float, "bool": bool, "dict": dict, "Secret": Secret}
    return plain.get(name) or getattr(dgbot.deepgram, name)


@pytest.mark.parametrize("name", RESPONSES)
def test_a_published_response_is_made_of_a_documented_answer_with_every_attribute(name):
    thing = MADE[name]()
    assert type(thing) is getattr(dgbot.deepgram, name)
    for entry in RESPONSES[name].split():
        attribute, _, kind = entry.partition(":")
        value = getattr(thing, attribute)
        if kind.endswith("?"):
            assert value is None, attribute
        elif kind.startswith("list["):
            assert isinstance(value, list), attribute
            assert value, attribute
            assert {type(item) for item in value} == {kind_of(kind[5:-1])}, attribute
        else:
            assert type(value) is kind_of(kind), attribute


def test_every_published_response_is_made():
    assert set(MADE) == set(RESPONSES)


@pytest.mark.parametrize("name", RESPONSES)
def test_a_published_attribute_cannot_be_changed(name):
    thing = MADE[name]()
    for entry in RESPONSES[name].split():
        with pytest.raises(AttributeError):
            setattr(thing, entry.partition(":")[0], None)


@pytest.mark.parametrize("name", OPTIONS)
def test_published_options_take_their_fields_by_keyword_and_default_to_none(name):
    kind = getattr(dgbot.deepgram, name)
    known = {field.name: field for field in fields(kind)}
    for entry in OPTIONS[name].split():
        assert known[entry.rstrip("!")].default is (MISSING if entry.endswith("!") else None)
        assert known[entry.rstrip("!")].kw_only


@pytest.mark.parametrize("client", [ManageClient, AsyncManageClient])
@pytest.mark.parametrize("name", METHODS)
def test_a_published_method_takes_its_arguments_by_place_and_by_name(client, name):
    parameters = inspect.signature(getattr(client("k"), name)).parameters
    named = [each for each, one in parameters.items() if one.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    assert named == METHODS[name].split()
