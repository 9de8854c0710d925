"""The models on offer: enough of them to fill a menu, one of them outdated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Model = dict[str, object]

NOVA_3 = "3b3aabe4-608a-46ac-9585-7960a25daf1a"
NOVA_2 = "30089e05-99d1-4376-b32e-c263170674af"
NOVA_2_OUTDATED = "1ed36bac-f71c-4f3f-a31f-02fd6525c489"
AURA_ZEUS = "9d8f1b1a-6a52-4b0c-8c7e-5f3f0c1e7a44"
AURA_THALIA = "ecb76e9d-f2db-4127-8060-79b05590d22f"


@dataclass(frozen=True)
class Catalog:
    """Models by kind, each as the wire shows it; *outdated* are the ids that are listed only on request."""

    stt: tuple[Model, ...] = ()
    tts: tuple[Model, ...] = ()
    outdated: frozenset[str] = frozenset()

    def __add__(self, other: Catalog) -> Catalog:
        """Both, this one's models first."""
        return Catalog(self.stt + other.stt, self.tts + other.tts, self.outdated | other.outdated)

    def shown(self, *, outdated: bool) -> dict[str, object]:
        """All models by kind; old versions only on request."""
        return {"stt": self._current(self.stt, outdated), "tts": self._current(self.tts, outdated)}

    def find(self, uuid: str) -> Model | None:
        """The model with this id, old versions included."""
        return next((model for model in self.stt + self.tts if model["uuid"] == uuid), None)

    def named(self, name: str) -> Model | None:
        """The first model that goes by *name*, short or canonical."""
        return next((model for model in self.stt + self.tts if name in (model["canonical_name"], model["name"])), None)

    def _current(self, models: Iterable[Model], outdated: bool) -> list[Model]:
        return [model for model in models if outdated or model["uuid"] not in self.outdated]


def _stt(name: str, version: str, uuid: str, languages: Iterable[str], *, streaming: bool = True) -> Model:
    return {
        "name": name.removesuffix("-general"),
        "canonical_name": name,
        "architecture": name.removesuffix("-general"),
        "languages": list(languages),
        "version": version,
        "uuid": uuid,
        "batch": True,
        "streaming": streaming,
        "formatted_output": True,
    }


def _tts(name: str, uuid: str, accent: str, age: str, use_cases: Iterable[str]) -> Model:
    return {
        "name": name,
        "canonical_name": f"aura-2-{name}-en",
        "architecture": "aura-2",
        "languages": ["en", "en-US"],
        "version": "2025-04-07.0",
        "uuid": uuid,
        "metadata": {
            "accent": accent,
            "age": age,
            "color": "#C58DFF",
            "image": f"https://static.deepgram.test/{name}.jpg",
            "sample": f"https://static.deepgram.test/{name}.wav",
            "tags": ["clear", "confident"],
            "use_cases": list(use_cases),
        },
    }


EVERYBODYS = Catalog(
    stt=(
        _stt("nova-3-general", "2025-07-31.0", NOVA_3, ("en", "en-us", "de", "fr", "multi")),
        _stt("nova-2-general", "2024-01-18.26916", NOVA_2, ("en", "en-us", "en-gb")),
        _stt("nova-2-general", "2023-09-12.1", NOVA_2_OUTDATED, ("en",), streaming=False),
    ),
    tts=(
        _tts("zeus", AURA_ZEUS, "American", "Adult", ("IVR",)),
        _tts("thalia", AURA_THALIA, "American", "Young Adult", ("Casual chat", "Customer service")),
    ),
    outdated=frozenset({NOVA_2_OUTDATED}),
)
