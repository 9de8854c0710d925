"""What is filled in is what the function gets, or a sentence at that field."""

from __future__ import annotations

import enum
import re
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgbot import (
    ANYONE,
    Channel,
    Choices,
    Command,
    Context,
    Duration,
    Email,
    Help,
    Kind,
    Money,
    PluginConfig,
    Prose,
    Reply,
    Scopes,
    Unfit,
    UsageError,
    command,
)
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.form import (
    Filled,
    OldForm,
    asks_by_form,
    command_of,
    complaints,
    line_of,
    offered,
    preset,
    read_form,
    words_of,
)
from dgbot.plugin.registry import Commands
from dgbot.plugin.scopes import KNOWN
from dgbot.plugin.signature import Param
from dgbot.plugin.words import LONGEST, literal_words, said, typed_word, visible


def breaks(text: str) -> str:
    raise RuntimeError("a bug")


@command("odd", permission=ANYONE)
async def odd(ctx: Context, word: Annotated[str, Kind("a word", breaks)]) -> Reply:
    """Break."""
    raise NotImplementedError


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@command("paint house", permission=ANYONE)
async def paint(
    ctx: Context,
    wall: str,
    rooms: tuple[str, ...] = (),
    *,
    colour: Colour = Colour.RED,
    coats: int = 2,
    dry_run: Annotated[bool, Help("Only say what would be done")] = False,
    note: Prose = "",
) -> Reply:
    """Paint a wall."""
    raise NotImplementedError


COMMANDS = Commands([paint, *load_plugins(PluginConfig()).commands])


def read(name: str = "paint house", **texts: str) -> Any:
    return read_form(COMMANDS[name], texts)


def wrong(name: str = "paint house", **texts: str) -> dict[str, str]:
    return dict(complaints(COMMANDS, Filled(name, texts)))


def kept(text: str, *, lines: bool = False) -> str:
    """What is left of *text*: what can be seen, without the space around it; a mention is read as its name."""
    return said(visible(text, lines=lines).strip())


PHONE = re.compile("[“”„‟″’‘‚‛′\u2010-\u2015]")
"""What a typed line turns into plain quotes and dashes."""

TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="-=\"'`\\ \n\t<>@#&|;ab5$,“’—−", max_size=20),
    st.sampled_from(["--colour", "--", "-5", "−5", "--help", "help", "-h", "<@U1|bob>", "&amp;", '"', "a\nb", "\x00"]),
)


@given(wall=TEXTS, note=TEXTS)
def test_whatever_is_filled_in_is_what_the_function_gets(wall, note):
    if not kept(wall):
        assert wrong(wall=wall, note=note) == {"wall": "This is missing: a word, or several in quotes."}
        return
    values = read(wall=wall, note=note)
    assert values["wall"] == kept(wall)
    assert values["note"] == kept(note, lines=True)
    assert (values["colour"], values["coats"], values["dry_run"], values["rooms"]) == (Colour.RED, 2, False, ())


@given(st.dictionaries(st.sampled_from([param.name for param in paint.params]), TEXTS))
def test_every_form_is_a_value_for_each_parameter_or_a_sentence_for_each_that_is_wrong(texts):
    names = {param.name for param in paint.params}
    told = wrong(**texts)
    assert all(told.values())
    assert told.keys() <= names
    if not told and texts:
        assert read_form(paint, texts).keys() == names


@given(wall=TEXTS, rooms=st.lists(TEXTS, max_size=2), note=TEXTS, sure=st.booleans())
def test_the_words_that_others_agree_to_mean_the_same(wall, rooms, note, sure):
    rest = " ".join(typed_word(room) for room in rooms if not PHONE.search(room))
    texts = {"wall": wall, "rooms": rest, "note": note, "coats": "3", "dry_run": "yes" if sure else ""}
    if not wrong(**texts):
        assert paint.parse(words_of(paint, texts)) == read_form(paint, texts)


@given(wall=TEXTS, note=TEXTS)
def test_the_line_that_is_shown_is_those_words(wall, note):
    filled = Filled("paint house", {"wall": PHONE.sub("", wall), "note": PHONE.sub("", note)})
    line = line_of(COMMANDS, filled)
    words = literal_words(line)
    assert words[:2] == ("paint", "house")
    if wall.strip() and not wrong(**filled.texts):
        assert words[2:] == tuple(" ".join(word.split("\n")) for word in words_of(paint, filled.texts))


def test_words_are_those_that_a_person_would_type():
    assert line_of(COMMANDS, Filled("paint house", {"wall": "w", "colour": "red", "note": "", "coats": "3"})) == (
        "paint house w --coats 3"
    )
    assert line_of(COMMANDS, Filled("paint house", {"wall": "-5", "note": "--colour"})) == (
        "paint house --note=--colour -- -5"
    )


def test_a_field_that_has_to_be_empty_in_between_has_no_words():
    @command("two", permission=ANYONE)
    async def two(ctx: Context, one: str = "", other: str = "") -> Reply:
        """Take two words."""
        raise NotImplementedError

    assert words_of(two, {"one": "1", "other": ""}) == ("1",)
    with pytest.raises(UsageError, match="fill in the ones before it"):
        words_of(two, {"one": "", "other": "2"})
    assert line_of(Commands([two]), Filled("two", {"one": "", "other": "2"})) == "two"


def test_words_that_are_left_are_split_as_in_a_line():
    assert read(wall="w", rooms='kitchen "living room"\nAT&T <b>')["rooms"] == (
        "kitchen", "living room", "AT&T", "<b>",
    )  # fmt: skip
    assert "never closed" in wrong(wall="w", rooms='"living room')["rooms"]


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ({"wall": " \n"}, {"wall": "This is missing: a word, or several in quotes."}),
        ({"wall": "w", "coats": "many"}, {"coats": '"many" is not a whole number such as 10.'}),
        ({"wall": "", "colour": "pink"}, {"wall": "This is missing: a word, or several in quotes.",
                                          "colour": '"pink" is not one of red, blue.'}),
        ({"wall": "w" * 1001}, {"wall": "These are 1,001 characters; a field has room for 1,000."}),
        ({"wall": "w", "rooms": "a " * LONGEST}, {"rooms": "These are 1,999 characters; a field has room for 1,000."}),
    ],
)  # fmt: skip
def test_each_field_that_is_wrong_says_what_would_fit(texts, sentence):
    assert wrong(**texts) == sentence


def test_a_field_that_was_emptied_means_the_default():
    assert read(wall="w", coats="", colour="")["coats"] == 2


def test_a_form_of_a_command_that_is_gone_says_so():
    with pytest.raises(OldForm, match="from before the bot changed"):
        command_of(COMMANDS, Filled("paint", {"wall": "w"}))
    assert "can't be used any more" in wrong("paint", wall="w", note="")["wall"]
    assert line_of(COMMANDS, Filled("paint", {"wall": "w"})) == "paint"


@pytest.mark.parametrize("texts", [{"surface": "w"}, {"wall": "w", "shade": "dark"}, {}])
def test_a_form_whose_fields_are_not_the_commands_says_so(texts):
    with pytest.raises(OldForm, match=r"Type  /deepgram paint house  again"):
        read_form(paint, texts)


def test_an_older_form_without_a_field_that_may_be_left_out_is_taken():
    assert read(wall="w", shade="")["wall"] == "w"


def test_only_a_command_that_needs_words_asks_for_them():
    asking = {one.name for one in COMMANDS if asks_by_form(one)}
    assert asking == {
        "paint house", "create-key", "invite", "remove-member", "revoke-key", "rotate-key",
        "alerts ack", "alerts snooze", "alerts wake", "alerts why",
        "alerts silence", "alerts unsilence", "digest set", "digest remove",
        *(f"balance-alert {verb}" for verb in ("set", "show", "edit", "pause", "resume", "remove", "test")),
    }  # fmt: skip


def test_a_plugins_bug_is_left_to_whoever_runs_the_command():
    assert complaints(Commands([odd]), Filled("odd", {"word": "x"})) == {}


def param(hint: Any, default: Any = ...) -> Param:
    async def run(ctx: Context, *, one: Any) -> Reply:
        """Do."""
        raise NotImplementedError

    run.__annotations__["one"] = hint
    run.__kwdefaults__ = {} if default is ... else {"one": default}
    made: Command = command("one", permission=ANYONE)(run)
    return made.params[0]


@pytest.mark.parametrize(
    ("hint", "default", "choices", "held"),
    [
        (Literal["member", "admin"], "member", ("member", "admin"), "member"),
        (Literal["member", "admin"], "nobody", ("member", "admin"), ""),
        (Colour, Colour.BLUE, ("red", "blue"), "blue"),
        (Scopes, ("usage:read", "keys:read"), KNOWN, "usage:read,keys:read"),
        (Duration, timedelta(days=14), ("1h", "12h", "1d", "7d", "30d", "90d", "14d"), "14d"),
        (Duration | None, None, ("1h", "12h", "1d", "7d", "30d", "90d"), ""),
        (Annotated[Duration, Choices("15m", "1h")], timedelta(hours=1), ("15m", "1h"), "1h"),
        (Annotated[str, Choices("eu", "us", "")], "", ("eu", "us"), ""),
        (Annotated[Email, Choices("a@co.com")] | None, None, ("a@co.com",), ""),
        (Money, Decimal(1000), (), "$1,000"),
        (int, 0, (), "0"),
        (int, "x", (), ""),
        (str, "", (), ""),
        (Channel | None, None, (), ""),
        (bool, False, (), ""),
    ],
)
def test_a_field_offers_what_fits_and_begins_with_the_default(hint, default, choices, held):
    one = param(hint, default)
    assert (offered(one), preset(one)) == (choices, held)


def test_a_choice_that_its_own_parameter_would_refuse_is_told_to_the_plugins_author():
    with pytest.raises(TypeError, match=r"one offers '5x', which is not a duration such as 30m, 12h or 7d\."):
        param(Annotated[Duration, Choices("7d", "5x")])

    def fussy(text: str) -> str:
        raise Unfit("never fits.")

    with pytest.raises(TypeError, match="one offers 'a', which is not a word"):
        param(Annotated[str, Kind("a word", fussy, choices=("a",))])


def test_a_field_is_called_as_its_author_says():
    assert param(bool, default=False).called == "One"
    assert param(Annotated[str, Help("How long", label="Time to live")]).called == "Time to live"
    assert next(one for one in paint.params if one.flag and one.switch).called == "Dry run"


def test_the_lives_that_are_offered_end_with_the_longest_allowed():
    create_key = load_plugins(PluginConfig({"create-key": {"max_ttl": "10d"}})).commands["create-key"]
    ttl = next(one for one in create_key.params if one.name == "ttl")
    assert offered(ttl) == ("1h", "12h", "1d", "7d", "10d")
    assert preset(ttl) == "10d"
