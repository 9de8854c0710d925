"""A value that may be used but not seen: it prints as ``***`` wherever it turns up."""

from __future__ import annotations

import hmac
from typing import NoReturn, TypeVar

T = TypeVar("T")


class Secret:
    """Text that no repr, log, traceback, pickle or copy shows; *reveal* is the one way to it."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text itself; call it where the text is handed over, and keep nothing of it."""
        return self.__text

    def __repr__(self) -> str:
        return "***"

    def __format__(self, _spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.__text.encode(), other.__text.encode())

    def __add__(self, _other: object) -> NoReturn:
        raise TypeError("A Secret is no text; where its text is needed, call reveal().")

    __radd__ = __add__

    __hash__ = None  # type: ignore[assignment]  # a hash would be a fingerprint of the text

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("A Secret is neither pickled nor copied; pass the object itself on.")

    def __getstate__(self) -> NoReturn:
        raise TypeError("A Secret is neither pickled nor copied; pass the object itself on.")


def hidden(key: T) -> T | Secret:
    """*key* as a Secret if it is text, so that no frame from here on shows it."""
    return Secret(key) if isinstance(key, str) else key
