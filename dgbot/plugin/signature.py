"""A function's signature, read as a grammar: positional parameters are words, keyword-only ones are ``--flags``."""

from __future__ import annotations

import enum
import inspect
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from dgbot.plugin.errors import UsageError
from dgbot.plugin.kind import Choices, Help, Kind, Unfit, quoted
from dgbot.plugin.params import KINDS, choice


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a command; *switch* flags take no value, *rest* takes every word that is left."""

    name: str
    kind: Kind
    help: Help
    required: bool
    default: Any
    flag: bool
    switch: bool
    rest: bool

    @property
    def word(self) -> str:
        """Its name as it is typed, such as ``dry-run``; ``for_`` is ``for``, which Python keeps for itself."""
        return self.name.rstrip("_").replace("_", "-")

    @property
    def called(self) -> str:
        """Its name as forms show it, such as ``Dry run``."""
        return self.help.label or self.word.replace("-", " ").capitalize()

    @property
    def label(self) -> str:
        """How usage lines write it: ``<email>``, ``--scopes <a,b>`` or ``[--ttl 30d]``."""
        if self.switch:
            return f"[--{self.word}]"
        if self.flag:
            return f"--{self.word} <{self.kind.shown}>" if self.required else f"[--{self.word} {self._usual}]"
        shown = f"<{self.word}>" + ("..." if self.rest else "")
        return shown if self.required else f"[{shown}]"

    def read(self, text: str) -> Any:
        """Return the value that *text* means, or raise UsageError."""
        try:
            return self.kind.read(text)
        except Unfit as unfit:
            wrong, clause = unfit.value or text, unfit.clause
        except ValueError:
            wrong, clause = text, f"is not {self.kind.fits}."
        raise UsageError(f"{self.word}: {quoted(wrong)} {clause}")

    @property
    def _usual(self) -> str:
        plain = self.default is None or self.default == "" or "|" in self.kind.shown
        return self.kind.shown if plain else self.kind.write(self.default)


def params_of(function: Callable[..., Any]) -> tuple[Param, ...]:
    """Read every parameter of *function* after its context; raises TypeError for one that nobody could type."""
    hints = typing.get_type_hints(function, include_extras=True)
    found = tuple(inspect.signature(function).parameters.values())
    if not found:
        raise TypeError(f"{function.__qualname__} needs a first parameter for its Context.")
    params = tuple(_param(function, parameter, hints) for parameter in found[1:])
    for param in [param for param in params if not param.flag][:-1]:
        if param.rest:
            raise TypeError(f"{function.__qualname__}: {param.name} takes every word, so it must be the last one.")
    return params


def _param(function: Callable[..., Any], parameter: inspect.Parameter, hints: dict[str, Any]) -> Param:
    where = f"{function.__qualname__}: {parameter.name}"
    if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
        raise TypeError(f"{where} is a star parameter; write tuple[str, ...] as the last positional one.")
    if parameter.name not in hints:
        raise TypeError(f"{where} has no type; the type says how its word is read.")
    flag = parameter.kind is parameter.KEYWORD_ONLY
    kind, helped, switch, rest = _read_hint(hints[parameter.name], where)
    _check_choices(kind, where)
    if switch and (not flag or parameter.default is not False):
        raise TypeError(f"{where} is a switch; make it keyword-only with False as its default.")
    if rest and flag:
        raise TypeError(f"{where} takes several words; a flag takes one.")
    required = parameter.default is parameter.empty
    default = None if required else parameter.default
    return Param(parameter.name, kind, helped, required, default, flag, switch, rest)


def _check_choices(kind: Kind, where: str) -> None:
    for offered in kind.choices:
        try:
            kind.read(offered)
        except (Unfit, ValueError):
            raise TypeError(f"{where} offers {offered!r}, which is not {kind.fits}.") from None


def _read_hint(hint: Any, where: str) -> tuple[Kind, Help, bool, bool]:
    """Return how a value of type *hint* is read, its help, and whether it is a switch, or the rest."""
    base, notes = _bare(hint)
    kind, inner, switch, rest = _read_base(hint, base, [note for note in notes if isinstance(note, Kind)], where)
    helped = next((note for note in notes if isinstance(note, Help)), inner)
    if offered := [note.choices for note in notes if isinstance(note, Choices)]:
        kind = replace(kind, choices=offered[-1])
    return kind, helped, switch, rest


def _read_base(hint: Any, base: Any, kinds: list[Kind], where: str) -> tuple[Kind, Help, bool, bool]:
    if kinds:
        return kinds[-1], Help(""), False, False
    if base is bool:
        return Kind("a switch", str), Help(""), True, False
    if typing.get_origin(base) is tuple and typing.get_args(base)[1:] == (Ellipsis,):
        kind, inner, _, _ = _read_hint(typing.get_args(base)[0], where)
        return kind, inner, False, True
    if typing.get_origin(base) is Literal:
        return choice((str(option), option) for option in typing.get_args(base)), Help(""), False, False
    if isinstance(base, type) and issubclass(base, enum.Enum):
        return choice((str(member.value), member) for member in base), Help(""), False, False
    if base in KINDS:
        return KINDS[base], Help(""), False, False
    raise TypeError(
        f"{where} is {hint!r}; use a type of dgbot such as Email or Duration, or Annotated[..., Kind(...)]."
    )


def _bare(hint: Any) -> tuple[Any, list[Any]]:
    """Strip ``Annotated`` and ``| None``, outermost notes first."""
    notes: list[Any] = []
    while True:
        if typing.get_origin(hint) is Annotated:
            hint, *inner = typing.get_args(hint)
            notes += inner
        elif typing.get_origin(hint) in {typing.Union, types.UnionType}:
            arms = [arm for arm in typing.get_args(hint) if arm is not type(None)]
            if len(arms) != 1:
                return hint, notes
            hint = arms[0]
        else:
            return hint, notes
