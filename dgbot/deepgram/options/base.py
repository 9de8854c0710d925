"""What all options have in common, and the three ways in which they are given."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

from dgbot.deepgram.errors import DeepgramOptionsError

_SHOWN = 8


class _Named(type):
    """Makes options, and says in a sentence which of the names given are wrong or missing."""

    if not TYPE_CHECKING:  # checkers read the fields

        def __call__(cls, *values: object, **given: object) -> object:
            known = {field.name: field for field in fields(cls)}
            if values:
                raise DeepgramOptionsError(f"{cls.__name__} takes its fields by name, such as {next(iter(known))}=…")
            for name in given:
                if name not in known:
                    raise DeepgramOptionsError(_unknown(cls.__name__, name, list(known)))
            needed = [name for name, field in known.items() if field.default is MISSING and name not in given]
            if needed:
                raise DeepgramOptionsError(f"{cls.__name__} needs {' and '.join(needed)}.")
            return super().__call__(**given)

        @property
        def __signature__(cls) -> inspect.Signature:
            made = inspect.signature(cls.__init__)
            return made.replace(parameters=list(made.parameters.values())[1:], return_annotation=cls)


@dataclass(frozen=True, kw_only=True)
class Options(metaclass=_Named):
    """What a caller asks for, checked when it is made."""

    def given(self) -> dict[str, Any]:
        """Every field that is not None."""
        return {name: value for name, value in vars(self).items() if value is not None}


O = TypeVar("O", bound=Options)  # noqa: E741


def chosen(
    kind: type[O],
    options: Options | Mapping[str, object] | str | None,
    keywords: Mapping[str, Any],
    *,
    text: str = "",
    kin: tuple[type[Options], ...] = (),
) -> O:
    """The options of a call, however they were given: an object, a mapping, or keyword arguments.

    A bare text stands for the field *text*. Of an object of a *kin* kind, the fields that *kind* has are taken. An
    object is made anew, since a list in it may have changed after it was checked. Raises DeepgramOptionsError.
    """
    if text and isinstance(options, str) and text not in keywords:
        return kind(**{text: options, **keywords})
    if options is not None and keywords:
        raise DeepgramOptionsError(f"Give either options or keyword arguments ({', '.join(keywords)}), not both.")
    if options is None:
        return kind(**keywords)
    if isinstance(options, kind):
        return kind(**options.given())
    if kin and isinstance(options, kin):
        known = {field.name for field in fields(kind)}
        return kind(**{name: value for name, value in options.given().items() if name in known})
    if isinstance(options, Mapping):
        return kind(**_by_name(kind, options))
    raise DeepgramOptionsError(f"options: {type(options).__name__} is neither {kind.__name__} nor a mapping.")


def _by_name(kind: type[Options], options: Mapping[str, object]) -> dict[str, Any]:
    given = dict(options)
    for name in given:
        if not isinstance(name, str):
            raise DeepgramOptionsError(_unknown(kind.__name__, name, [field.name for field in fields(kind)]))
    return given


def _unknown(kind: str, name: object, known: list[str]) -> str:
    close = difflib.get_close_matches(str(name), known, 1)
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    fits = f"Did you mean {close[0]}?" if close else f"It has {', '.join(known[:_SHOWN])}{more}."
    return f"{kind} has no field {name!r}. {fits}"
