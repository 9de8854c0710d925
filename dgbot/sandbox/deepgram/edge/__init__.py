"""How this Deepgram is reached, made to fail, and watched."""

from __future__ import annotations
