"""Reads what Deepgram sends, in each of its documented shapes, into what callers get.

Each reader takes the bytes of a 2xx answer; what it raises, ``reading`` says.
"""

from __future__ import annotations
