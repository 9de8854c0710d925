"""A command's parameters as fields of a form: what each one offers, and what was filled in, read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dgbot.plugin.command import Command
from dgbot.plugin.errors import UsageError
from dgbot.plugin.registry import Commands
from dgbot.plugin.signature import Param
from dgbot.plugin.words import LONGEST, literal_words, typed_word, visible

TICKED = "yes"
"""The text of a switch that is on; off is the empty text."""

REASON = "--reason"
"""The field of a form that tells those who must agree why; no parameter can be called so."""

Texts = Mapping[str, str]
"""What the fields of a form hold, by the names of the parameters; a field that was left empty holds no text."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as somebody sent it: the name of its command, and the *texts* of its fields."""

    command: str
    texts: Texts


class Misfit(UsageError):
    """What a form's fields hold does not fit; *complaints* has a sentence for each field that is wrong."""

    def __init__(self, complaints: Mapping[str, str], usage: str) -> None:
        super().__init__(
            " ".join(f"{name.rstrip('_').replace('_', '-')}: {wrong}" for name, wrong in complaints.items()), usage
        )
        self.complaints = dict(complaints)


class OldForm(UsageError):
    """The form was opened before the bot changed: its command is gone, or has other parameters now."""


def asks_by_form(command: Command) -> bool:
    """Whether *command* opens a form when it is typed without any words."""
    return any(param.required for param in command.params)


def offered(param: Param) -> tuple[str, ...]:
    """Return what the field of *param* offers to choose from, the default among it; nothing if one types there."""
    if not param.kind.choices or param.rest:
        return ()
    usual = () if param.kind.many else tuple(filter(None, [preset(param)]))
    return tuple(dict.fromkeys(filter(None, (*param.kind.choices, *usual))))


def preset(param: Param) -> str:
    """Return what the field of *param* holds before anybody touched it: the default as it would be typed."""
    if param.required or param.switch or param.rest or param.default in (None, ""):
        return ""
    try:
        text = param.kind.write(param.default)
        return text if len(text) <= LONGEST and param.kind.read(text) == param.default else ""
    except Exception:  # a plugin's default may be of another type than its parameter
        return ""


def command_of(commands: Commands, filled: Filled) -> Command:
    """Return the command that *filled* is for; raises OldForm if there is none of exactly that name."""
    for command in commands:
        if command.name == filled.command:
            return command
    raise OldForm(
        "This form is from before the bot changed, and can't be used any more. /deepgram help lists the rest."
    )


def complaints(commands: Commands, filled: Filled) -> Mapping[str, str]:
    """Return a sentence for each field that must be changed before *filled* can be taken; asks nobody."""
    try:
        read_form(command_of(commands, filled), filled.texts)
    except Misfit as misfit:
        return misfit.complaints
    except OldForm as old:
        return dict.fromkeys([*filled.texts][:1], old.sentence)
    except Exception:  # a plugin's bug; whoever runs the command meets it again, and tells
        return {}
    return {}


def read_form(command: Command, texts: Texts) -> Mapping[str, Any]:
    """Return the arguments of ``run``, every text as it was filled in; raises Misfit, OldForm.

    Only space around a text and characters that nobody sees are left out. What is written is never read as a flag.
    """
    known = {param.name for param in command.params}
    missing = [param for param in command.params if param.required and param.name not in texts]
    if missing or any(text for name, text in texts.items() if name not in {*known, REASON}):
        raise OldForm(f"This form is from before the bot changed. Type  /deepgram {command.name}  again for a new one.")
    values: dict[str, Any] = {}
    complaints: dict[str, str] = {}
    for param in command.params:
        try:
            values[param.name] = _read(param, texts.get(param.name, ""))
        except UsageError as error:
            complaints[param.name] = error.sentence.removeprefix(f"{param.word}: ")
    if complaints:
        raise Misfit(complaints, command.usage)
    return values


def words_of(command: Command, texts: Texts) -> tuple[str, ...]:
    """Return the words that mean what *texts* do, as somebody would type them; raises UsageError if there are none."""
    flags: list[str] = []
    places: list[str] = []
    rest: tuple[str, ...] = ()
    for param in command.params:
        text = _seen(param, texts.get(param.name, ""))
        if param.rest:
            rest = literal_words(text)
        elif not param.flag:
            places.append(text or preset(param))
        elif text and text != preset(param):
            flags += [f"--{param.word}"] if param.switch else _flag(param, text)
    while places and not places[-1] and not rest:
        places.pop()
    if "" in places:
        raise UsageError("Only a field that no other one follows can be left empty here; fill in the ones before it.")
    if any(place.startswith("-") for place in (*places, *rest)):
        return (*flags, "--", *places, *rest)
    return (*places, *rest, *flags)


def begun_with(command: Command, words: Sequence[str]) -> Texts | None:
    """Return *words* as the texts of a form, if nothing but others that are needed keeps *command* from running.

    None if nothing is missing, or if one of the words does not fit. A last flag without its value is missing as well:
    a button may so open the form of a command that could run.
    """
    flags = {param.word: param for param in command.params if param.flag}
    places = [param for param in command.params if not param.flag]
    texts: dict[str, str] = {}
    rest, lacks = list(words), False
    while rest:
        word = rest.pop(0)
        name, equals, value = word.removeprefix("--").partition("=")
        if word.startswith("--") and (param := flags.get(name)) is not None:
            if lacks := not param.switch and not equals and not rest:
                break
            texts[param.name] = TICKED if param.switch else value if equals else rest.pop(0)
        elif word.startswith("-") or not places:
            return None
        elif places[0].rest:
            texts[places[0].name] = f"{texts.get(places[0].name, '')} {typed_word(word)}".strip()
        else:
            texts[places.pop(0).name] = word
    if not lacks and all(param.name in texts for param in command.params if param.required):
        return None
    try:
        for param in command.params:
            if param.name in texts:
                _read(param, texts[param.name])
    except UsageError:
        return None
    return texts


def line_of(commands: Commands, filled: Filled) -> str:
    """Return the line that asks for the same, for people to read and to type again; at least the command's name."""
    try:
        words = words_of(command_of(commands, filled), filled.texts)
    except UsageError:
        return filled.command
    return " ".join([filled.command, *map(typed_word, words)])


def reason_in(texts: Texts) -> str:
    """Return why others should agree, as far as the form asked."""
    return visible(texts.get(REASON, ""), lines=True).strip()


def _flag(param: Param, text: str) -> list[str]:
    return [f"--{param.word}={text}"] if text.startswith("-") else [f"--{param.word}", text]


def _read(param: Param, text: str) -> Any:
    seen = _seen(param, text)
    if param.switch:
        return bool(seen)
    if not seen:
        if param.required:
            raise UsageError(f"This is missing: {param.kind.fits}.")
        return param.default
    if len(seen) > LONGEST:
        raise UsageError(f"These are {len(seen):,} characters; a field has room for {LONGEST:,}.")
    return tuple(map(param.read, literal_words(seen))) if param.rest else param.read(seen)


def _seen(param: Param, text: str) -> str:
    return visible(text, lines=param.kind.entry == "lines").strip()
