"""What this Deepgram does: its operations on one sheet, a file a subject."""

from __future__ import annotations
