"""Models that may be used."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from dgbot.deepgram.responses.base import Response


class TTSMetadata(Response, frozen=True, kw_only=True, gc=False):
    """How a voice sounds. *model*, *characters* and *duration* are published but never sent, so they are None."""

    model: str | None = None
    characters: int | None = None
    duration: float | None = None
    accent: str | None = None
    age: str | None = None
    color: str | None = None
    image: str | None = None
    sample: str | None = None
    tags: list[str] = []
    use_cases: list[str] = []


class ModelInfo(Response, frozen=True, kw_only=True, gc=False):
    """A model in a list. A voice has *metadata*, and neither transcribes in batches nor streams."""

    derived: ClassVar = ("language",)

    name: str = ""
    canonical_name: str = ""
    architecture: str = ""
    languages: list[str] = []
    version: str = ""
    uuid: str = ""
    batch: bool = False
    streaming: bool = False
    formatted_output: bool | None = None
    metadata: TTSMetadata | None = None

    @property
    def language(self) -> str | None:
        """The first of its languages."""
        return self.languages[0] if self.languages else None


class ModelResponse(ModelInfo, frozen=True, kw_only=True, gc=False):
    """One model: a voice if it has *metadata*, otherwise one that transcribes."""


class ModelsResponse(Response, frozen=True, kw_only=True, gc=False):
    """The models for speech to text and the voices for text to speech."""

    stt_models: list[ModelInfo] = msgspec.field(default_factory=list, name="stt")
    tts_models: list[ModelInfo] = msgspec.field(default_factory=list, name="tts")
