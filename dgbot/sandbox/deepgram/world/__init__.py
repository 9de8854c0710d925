"""What this Deepgram remembers, and where that comes from: acme, or a seed file."""

from __future__ import annotations
