"""What one request asked for and used, under the published names."""

import pytest

from dgbot.deepgram import Config, TokenDetail
from tests.unit.deepgram.described import operations
from tests.unit.deepgram.samples import DETAILS, REQUEST, SPOKEN, read


def request_of(**details):
    body = {**REQUEST, "response": {"details": {**DETAILS, **details}}}
    return read(operations.get_usage_request("p", "r1"), body)


def test_what_was_heard():
    heard = request_of().stt
    assert (heard.model, heard.language, heard.version, heard.uuid) == ("nova-3", "en", "latest", "model-1")
    assert (heard.duration, heard.total_audio, heard.channels, heard.streams) == (12.5, 25.0, 1, 1)
    assert (heard.tier, heard.tags, heard.features) == ("nova-3", ["dev"], ["punctuate", "diarize"])
    assert (heard.method, heard.batch, heard.streaming, heard.alternatives) == ("sync", True, False, 2)


@pytest.mark.parametrize(
    ("method", "batch", "streaming"), [("sync", True, False), ("async", True, False), ("streaming", False, True)]
)
def test_a_method_tells_batch_from_streaming(method, batch, streaming):
    heard = request_of(method=method).stt
    assert (heard.batch, heard.streaming) == (batch, streaming)


ASKED_FOR = {
    "multichannel": "multichannel", "numerals": "numerals", "punctuate": "punctuate",
    "profanity_filter": "profanity_filter", "redact": "redaction", "diarize": "diarization", "ner": "ner",
    "detect_entities": "ner", "search": "search", "keywords": "keywords", "keyterm": "keywords",
    "sentiment": "sentiment", "topics": "topics", "detect_topics": "topics", "intents": "intents",
    "custom_topic": "custom_topics", "custom_intent": "custom_intents",
}  # fmt: skip


@pytest.mark.parametrize("wire", ASKED_FOR)
@pytest.mark.parametrize("value", [True, "true", ["a", "b"], "en"], ids=repr)
def test_a_feature_is_found_in_the_list_and_in_the_configuration(wire, value):
    published = set(ASKED_FOR.values())
    for heard in (
        request_of(features=[wire], config={}).stt,
        request_of(features=[], config={wire: value}).stt,
    ):
        assert {name for name in published if getattr(heard, name)} == {ASKED_FOR[wire]}


@pytest.mark.parametrize("value", [False, None, "false"])
def test_a_feature_that_was_switched_off_is_off(value):
    assert not request_of(features=None, config={"punctuate": value}).stt.punctuate


@pytest.mark.parametrize(
    ("models", "tags", "uuid", "labels"),
    [(["m"], ["t"], "m", ["t"]), ("m", "t", "m", ["t"]), ([], [], None, []), (None, None, None, [])],
)
def test_models_and_tags_may_be_lists_or_texts(models, tags, uuid, labels):
    heard = request_of(models=models, tags=tags).stt
    assert (heard.uuid, heard.tags) == (uuid, labels)


def test_what_was_spoken():
    spoken = read(operations.get_usage_request("p", "r1"), SPOKEN)
    assert spoken.stt is None
    assert (spoken.tts.model, spoken.tts.method, spoken.tts.duration) == ("zeus", "sync", 1.5)
    (segment,) = spoken.tts.speech_segments
    assert (segment.characters, segment.model, segment.tier) == (9, "zeus", "aura-2")


def test_what_was_heard_is_not_spoken():
    assert request_of().tts is None


@pytest.mark.parametrize("nothing", [None, {}, {"speech_segments": None}, {"speech_segments": []}], ids=repr)
def test_a_request_without_speech_segments_was_not_spoken(nothing):
    body = {**REQUEST, "response": {"details": DETAILS, "tts_details": nothing}}
    request = read(operations.get_usage_request("p", "r1"), body)
    assert request.tts is None
    assert request.stt.duration == 12.5


def test_tokens_and_settings():
    request = read(operations.get_usage_request("p", "r1"), REQUEST)
    assert request.token_details == [TokenDetail(feature="summarize", input=1, output=2, model="m")]
    assert Config(key="language", value="en") in request.config
    assert Config(key="punctuate", value="true") in request.config
    assert Config(key="redact", value='["pci"]') in request.config
    assert len(request.config) == len(DETAILS["config"])  # type: ignore[arg-type]
