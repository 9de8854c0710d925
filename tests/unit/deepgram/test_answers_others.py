"""Models, registry credentials, voice agents and tokens, as callers see them."""

from datetime import UTC, datetime

import pytest

from dgbot.deepgram import DeepgramAnswerError, Member, ModelInfo, ModelResponse, TTSMetadata
from tests.unit.deepgram.described import operations
from tests.unit.deepgram.samples import AGENT, CREDENTIAL, HEARING, MODELS, VARIABLE, VOICE, described, read


@pytest.mark.parametrize("name", ["get_models", "get_global_models"])
def test_models_by_kind(name):
    models = read(described(name), MODELS)
    (hearing,), (voice,) = models.stt_models, models.tts_models
    assert (hearing.name, hearing.language, hearing.languages) == ("nova-3", "en", ["en", "en-us"])
    assert (hearing.batch, hearing.streaming, hearing.formatted_output, hearing.metadata) == (True, True, True, None)
    assert (voice.canonical_name, voice.architecture, voice.uuid) == ("aura-2-zeus-en", "aura-2", "u2")
    assert (voice.batch, voice.streaming, voice.formatted_output) == (False, False, None)
    assert voice.metadata == TTSMetadata(
        accent="American", age="Adult", color="#C58DFF", image="https://example.com/i",
        sample="https://example.com/s", tags=["deep"], use_cases=["IVR"],
    )  # fmt: skip


@pytest.mark.parametrize("name", ["get_model", "get_global_model"])
def test_one_model_of_either_kind(name):
    hearing, voice = read(described(name), HEARING), read(described(name), VOICE)
    assert type(hearing) is type(voice) is ModelResponse
    assert (hearing.metadata, hearing.batch) == (None, True)
    assert voice.metadata is not None
    assert (voice.metadata.accent, voice.language, voice.version) == ("American", "en", "2025-04-07.0")
    assert isinstance(voice, ModelInfo)


@pytest.mark.parametrize("languages", [[], None, "absent"], ids=repr)
def test_a_model_may_have_no_language(languages):
    body = {name: value for name, value in HEARING.items() if name != "languages"}
    model = read(operations.get_model("p", "u"), body if languages == "absent" else {**body, "languages": languages})
    assert (model.languages, model.language) == ([], None)


def test_a_voice_may_lack_its_lists():
    voice = read(operations.get_model("p", "u"), {**VOICE, "metadata": {"tags": None}})
    assert (voice.metadata.tags, voice.metadata.use_cases) == ([], [])


@pytest.mark.parametrize(
    "name", ["get_distribution_credential", "create_distribution_credential", "delete_distribution_credential"]
)
def test_a_distribution_credential_knows_whose_it_is(name):
    credential = read(described(name), CREDENTIAL)
    assert (credential.distribution_credentials_id, credential.provider, credential.comment) == ("c", "quay", "cluster")
    assert credential.scopes == ["self-hosted:product:api"]
    assert credential.created_at == datetime(2023, 6, 28, 15, 36, 59, tzinfo=UTC)
    assert credential.member == Member(member_id="m1", email="john@test.com")


def test_distribution_credentials():
    answer = read(described("get_distribution_credentials"), {"distribution_credentials": [CREDENTIAL, CREDENTIAL]})
    first, second = answer.distribution_credentials
    assert first == second == read(described("get_distribution_credential"), CREDENTIAL)


@pytest.mark.parametrize("name", ["get_agent", "update_agent", "create_agent"])
def test_an_agent(name):
    agent = read(described(name), AGENT)
    assert (agent.agent_id, agent.config, agent.metadata) == ("a", {"agent": {"language": "en"}}, {"team": "sales"})
    assert (agent.created, agent.created_at) == ("2026-01-01T00:00:00Z", datetime(2026, 1, 1, tzinfo=UTC))
    assert (agent.updated, agent.updated_at) == ("2026-01-02T00:00:00Z", datetime(2026, 1, 2, tzinfo=UTC))


def test_an_agent_may_lack_its_labels():
    (agent,) = read(described("get_agents"), {"agents": [{"agent_id": "a", "config": None, "metadata": None}]}).agents
    assert (agent.config, agent.metadata, agent.created_at, agent.updated_at) == ({}, {}, None, None)


@pytest.mark.parametrize("value", ["Hello", 5, 0.5, True, None, ["a"], {"a": None}], ids=repr)
def test_a_variable_holds_anything(value):
    for name in ("get_agent_variable", "create_agent_variable", "update_agent_variable"):
        variable = read(described(name), {**VARIABLE, "value": value})
        assert (variable.variable_id, variable.key, variable.value) == ("v", "DG_GREETING", value)
        assert (variable.created_at, variable.updated_at) == (
            datetime(2026, 1, 1, tzinfo=UTC),
            datetime(2026, 1, 2, tzinfo=UTC),
        )


def test_variables_keep_their_nulls_beside_a_null_list():
    body = {"variables": [{**VARIABLE, "value": {"a": None}}], "other": None}
    (variable,) = read(described("get_agent_variables"), body).variables
    assert variable.value == {"a": None}


@pytest.mark.parametrize("seconds", [30, 30.0, "30"], ids=repr)
def test_a_token_is_a_secret(seconds):
    token = read(operations.grant_token(), {"access_token": "the-new-token", "expires_in": seconds})
    assert (token.access_token.reveal(), token.expires_in) == ("the-new-token", 30.0)
    assert "the-new-token" not in f"{token} {token!r}"


@pytest.mark.parametrize(
    "body",
    [{}, {"expires_in": 30}, {"access_token": ""}, {"access_token": None}, {"access_token": 5},
     {"access_token": "the-new-token", "expires_in": "soon"},
     {"access_token": "the-new-token", "expires_in": "inf"}, b'{"access_token":"the-new-token","expires_in":1e999}'],
    ids=repr,
)  # fmt: skip
def test_a_token_that_is_none_is_unreadable_and_unquoted(body):
    with pytest.raises(DeepgramAnswerError) as caught:
        read(operations.grant_token(), body)
    assert "the-new-token" not in str(caught.value)
