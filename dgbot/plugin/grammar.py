"""click reads the words; this room sees to it that it never prints, prompts or exits, and that errors are sentences."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import click
from click.core import ParameterSource

from dgbot.plugin.errors import UsageError
from dgbot.plugin.kind import quoted
from dgbot.plugin.signature import Param

_NEGATIVE = re.compile(r"^-(?=[$]?[0-9.])")
_MARKUP = re.compile(r"<(?:([#@])|!)[^<>|]*(?:\|([^<>|]*))?>")
_SPACED = "nightly batch"
_MINUS = "\0"  # in no word, see words.visible


def build_parser(name: str, params: Sequence[Param]) -> click.Command:
    """Return the click command of *params*; it has no callback and no ``--help``, and takes words that are too many."""
    return _Parser(
        name,
        params=[_option(param) if param.flag else _argument(param) for param in params],
        add_help_option=False,
        context_settings={"allow_extra_args": True},
    )


def parse(parser: click.Command, params: Sequence[Param], words: Sequence[str]) -> Mapping[str, Any]:
    """Return a value for each of *params*; raises UsageError."""
    words = [_NEGATIVE.sub(_MINUS, word) for word in words]  # click takes -5 for a flag
    _check_flags(words, {f"--{param.word}": param for param in params if param.flag})
    try:
        context = parser.make_context(parser.name, list(words))  # click empties the list
    except click.MissingParameter as missing:
        raise UsageError(_missing(next(param for param in params if _names(missing, param)))) from None
    except click.ClickException as error:
        raise UsageError(f"{error.format_message().rstrip('.')}.") from None
    if context.args:
        raise UsageError(_too_many(_plain(context.args[0]), [_plain(word) for word in words], params))
    return {param.name: _value(context, param) for param in params}


class _Parser(click.Command):
    """A click command that reads with one option parser for ever; click itself builds one for every line."""

    _reader: Any = None

    def make_parser(self, ctx: click.Context) -> Any:
        """Return the option parser, which keeps nothing of what it read."""
        if self._reader is None:
            self._reader = super().make_parser(ctx)
        return self._reader

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters, whose names are known to differ."""
        return self.params


class _Word(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.5 only
    """A word, read as its parameter's kind."""

    def __init__(self, param: Param) -> None:
        self.name = param.word
        self._read = param.read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return self._read(_plain(value))


def _plain(word: str) -> str:
    return f"-{word[1:]}" if word.startswith(_MINUS) else word


def _argument(param: Param) -> click.Parameter:
    return click.Argument([param.name], type=_Word(param), required=param.required, nargs=-1 if param.rest else 1)


def _option(param: Param) -> click.Parameter:
    if param.switch:
        return click.Option([f"--{param.word}", param.name], is_flag=True)
    return click.Option([f"--{param.word}", param.name], type=_Word(param), required=param.required)


def _value(context: click.Context, param: Param) -> Any:
    given = context.get_parameter_source(param.name) is ParameterSource.COMMANDLINE
    return context.params[param.name] if given and context.params[param.name] != () else param.default


def _check_flags(words: Sequence[str], flags: Mapping[str, Param]) -> None:
    """Refuse flags that do not exist, lack their value or have one too many; click's own words are less clear."""
    at, seen = 0, set[str]()
    while at < len(words) and words[at] != "--":
        flag, equals, _ = words[at].partition("=")
        at += 1
        if not flag.startswith("-") or flag == "-":
            continue
        if flag not in flags:
            raise UsageError(_unknown(flag, flags))
        if flag in seen:
            raise UsageError(f"{flag} stands there twice; write it once, so that everybody reads the same.")
        seen.add(flag)
        if flags[flag].switch:
            if equals:
                raise UsageError(f"{flag} is a switch and takes no value; write it alone, or leave it out.")
        elif not equals:
            if at == len(words) or words[at].partition("=")[0] in flags:
                raise UsageError(f"{flag} needs a value: {flags[flag].kind.fits}.")
            at += 1


def _unknown(flag: str, flags: Mapping[str, Param]) -> str:
    if not flags:
        return f"{quoted(flag)} is not a flag of this command; it has none."
    near = difflib.get_close_matches(flag.lstrip("-").lower(), [known.lstrip("-") for known in flags], n=1)
    return f"{quoted(flag)} is not a flag of this command; " + (
        f"did you mean --{near[0]}?" if near else f"its flags: {', '.join(flags)}."
    )


def _missing(param: Param) -> str:
    return f"{f'--{param.word}' if param.flag else f'<{param.word}>'} is missing: {param.kind.fits}."


def _names(missing: click.MissingParameter, param: Param) -> bool:
    return missing.param is not None and missing.param.name == param.name


def _too_many(word: str, words: Sequence[str], params: Sequence[Param]) -> str:
    before = words[words.index(word) - 1] if word in words[1:] else ""
    if before.endswith(",") or word.startswith(","):
        fits = "write a list without spaces, such as a,b."
    elif flags := _forgotten(word, words, params):
        fits = f"write {' or '.join(flags)}."
    else:
        fits = f'put a value with spaces into quotes: "{_SPACED}".'
    return f"{quoted(_as_seen(word) or word)} is one word too many; {fits}"


def _forgotten(word: str, words: Sequence[str], params: Sequence[Param]) -> list[str]:
    """Return the flags that *word* may belong to, with it: those that take it, and would not take just any text."""
    given = {one.partition("=")[0] for one in words}
    free = [param for param in params if param.flag and not param.switch and f"--{param.word}" not in given]
    return [
        f"--{param.word} {_as_seen(word) or param.kind.shown}"
        for param in free
        if _takes(param, word) and not _takes(param, _SPACED)
    ]


def _takes(param: Param, word: str) -> bool:
    try:
        param.read(word)
    except UsageError:
        return False
    return True


def _as_seen(word: str) -> str:
    """Return *word* as Slack shows it, such as #ops for ``<#C1|ops>``; empty where Slack does not tell the name."""
    found = _MARKUP.fullmatch(word)
    if found is None:
        return word
    return f"{found[1] or ''}{found[2]}" if found[2] else ""
