"""Models."""

from __future__ import annotations

from dgbot.deepgram.responses.models import ModelResponse, ModelsResponse
from dgbot.deepgram.wire.reading import decoder, missing, read

_MODELS = decoder(ModelsResponse)
_MODEL = decoder(ModelResponse)


def models(body: bytes) -> ModelsResponse:
    """Every model, by kind."""
    return read(_MODELS, body)


def model(body: bytes) -> ModelResponse:
    """One model, which must have an id or a name."""
    answer = read(_MODEL, body)
    if not (answer.uuid or answer.name):
        raise missing("uuid")
    return answer
