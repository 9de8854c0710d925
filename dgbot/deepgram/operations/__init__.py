"""The management API on a few sheets: each function describes a call, or several, and performs none.

Options may be given as an object, a mapping or keyword arguments. Every function raises DeepgramOptionsError for what
Deepgram would refuse or misread.
"""

from __future__ import annotations
