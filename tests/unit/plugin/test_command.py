import enum
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgbot import Channel, Context, Duration, Email, Help, KeyGrant, Kind, Money, Reply, UsageError, command


class Size(enum.Enum):
    SMALL = "small"
    LARGE = "large"


@command("try-all", permission="anyone", examples=("try-all bob@co.com 5 a b",))
async def try_all(
    ctx: Context,
    email: Email,
    count: int,
    words: tuple[str, ...] = (),
    *,
    ttl: Duration = timedelta(days=1),
    size: Size = Size.SMALL,
    mode: Literal["fast", "slow"] = "fast",
    budget: Annotated[Money | None, Help("At most this much")] = None,
    channel: Channel | None = None,
    dry_run: bool = False,
    even: Annotated[int, Kind("an even number", lambda text: int(text) // (int(text) % 2 == 0), "2")] = 2,
) -> Reply:
    """Try every type.

    More about it.
    """
    return Reply(email)


DEFAULTS = {
    "words": (),
    "ttl": timedelta(days=1),
    "size": Size.SMALL,
    "mode": "fast",
    "budget": None,
    "channel": None,
    "dry_run": False,
    "even": 2,
}


def test_the_signature_is_the_usage_line():
    assert try_all.usage == (
        "try-all <email> <count> [<words>...] [--ttl 1d] [--size small|large] [--mode fast|slow] "
        "[--budget amount] [--channel #x] [--dry-run] [--even 2]"
    )
    assert (try_all.summary, try_all.repeat, try_all.words) == ("Try every type.", "tell", ("try-all",))


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (["a@co.com", "5"], {}),
        (["a@co.com", "5", "x", "y z"], {"words": ("x", "y z")}),
        (["--ttl", "2h", "a@co.com", "5", "--dry-run"], {"ttl": timedelta(hours=2), "dry_run": True}),
        (["a@co.com", "5", "--size=LARGE", "--mode", "Slow"], {"size": Size.LARGE, "mode": "slow"}),
        (
            ["a@co.com", "5", "--budget", "$5", "--channel", "<#C1|x>"],
            {"budget": Decimal(5), "channel": Channel("C1", "x")},
        ),
        (["a@co.com", "5", "--", "--ttl"], {"words": ("--ttl",)}),
        (["a@co.com", "5", "-3"], {"words": ("-3",)}),
    ],
)
def test_words_become_arguments(words, given):
    assert try_all.parse(words) == {**DEFAULTS, "email": "a@co.com", "count": 5} | given


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "<email> is missing: an e-mail address such as bob@company.com."),
        (["a@co.com", "five"], 'count: "five" is not a whole number such as 10.'),
        (["a@co.com", "5", "--tll", "2h"], '"--tll" is not a flag of this command; did you mean --ttl?'),
        (["a@co.com", "5", "-ttl", "2h"], '"-ttl" is not a flag of this command; did you mean --ttl?'),
        (["a@co.com", "5", "--help"], '"--help" is not a flag of this command; its flags: --ttl, --size, --mode, '),
        (["a@co.com", "5", "--ttl"], "--ttl needs a value: a duration such as 30m, 12h or 7d."),
        (["a@co.com", "5", "--ttl", "--dry-run"], "--ttl needs a value"),
        (["a@co.com", "5", "--dry-run=yes"], "--dry-run is a switch and takes no value; write it alone"),
        (["a@co.com", "5", "--size", "huge"], 'size: "huge" is not one of small, large.'),
        (["a@co.com", "5", "--even", "x"], 'even: "x" is not an even number.'),
        (["x" * 500 + "@", "5"], 'email: "' + "x" * 59 + '…" is not an e-mail address'),
    ],
)
def test_a_mistake_gets_one_sentence_and_the_usage(words, sentence):
    with pytest.raises(UsageError) as refusal:
        try_all.parse(words)
    assert refusal.value.sentence.startswith(sentence)
    assert refusal.value.usage == try_all.usage


@given(
    st.lists(st.text(max_size=12) | st.sampled_from(["--ttl", "--", "-", "--dry-run", "--help", "-h", "5", "a@b.co"]))
)
def test_any_words_are_arguments_or_a_usage_error(words):
    try:
        parsed = try_all.parse(words)
    except UsageError:
        return
    except ZeroDivisionError:
        return  # the odd number that *even* can't read: a plugin's own mistake
    assert parsed.keys() == {"email", "count", *DEFAULTS}


def test_parsing_prints_nothing_and_keeps_the_words(capfd):
    words = ["a@co.com", "5", "--dry-run"]
    try_all.parse(words)
    assert words == ["a@co.com", "5", "--dry-run"]
    with pytest.raises(UsageError):
        try_all.parse(["--help"])
    assert capfd.readouterr() == ("", "")


async def resume(ctx: Context, name: str) -> Reply | None:
    return None


def test_what_may_follow_a_crash_is_declared():
    @command("a", permission="anyone", resume=resume)
    async def looks(ctx: Context, name: str) -> Reply:
        """Look."""
        return Reply(name)

    @command("b", permission="anyone", repeat="safe", approval=True)
    async def safe(ctx: Context) -> KeyGrant:
        """Plan."""
        return KeyGrant("ci", ("usage:read",), timedelta(days=1))

    assert (looks.repeat, looks.resume) == ("look", resume)
    assert (safe.repeat, safe.resume, safe.approval) == ("safe", None, True)


@pytest.mark.parametrize("approval", ["deciders", "", 1, None])
def test_approval_is_yes_or_no_and_names_no_role(approval):
    with pytest.raises(ValueError, match="it is True or False, and the settings say who approves"):
        command("x", permission="anyone", approval=approval)


async def unannotated(ctx: Context):
    """Plan."""


@pytest.mark.parametrize("function", [try_all.run, unannotated], ids=["reply", "nothing"])
def test_any_command_may_wait_for_approval_and_only_one_that_plans_a_key_says_so(function):
    gated = command("x", permission="anyone", approval=True)(function)
    assert (gated.approval, gated.plans_key) == (True, False)
    assert not command("x", permission="anyone")(function).approval


async def undocumented(ctx: Context) -> Reply:
    return Reply("")


async def starred(ctx: Context, *words: str) -> Reply:
    """Star."""
    return Reply("")


async def odd(ctx: Context, when: float) -> Reply:
    """Odd."""
    return Reply("")


def blocking(ctx: Context) -> Reply:
    """Block."""
    return Reply("")


async def greedy(ctx: Context, words: tuple[str, ...], last: str) -> Reply:
    """Take all."""
    return Reply("")


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (undocumented, "give the function a docstring"),
        (starred, "words is a star parameter"),
        (odd, "when is <class 'float'>; use a type of dgbot"),
        (blocking, "is not an async function"),
        (greedy, "words takes every word, so it must be the last"),
    ],
)
def test_a_function_that_can_not_be_a_command_is_refused_at_once(function, sentence):
    with pytest.raises(TypeError, match=sentence):
        command("x", permission="anyone")(function)


@pytest.mark.parametrize("name", ["", "Invite", "a  b", "help", "help me", "x_y", "-x"])
def test_a_name_that_nobody_could_type_is_refused(name):
    with pytest.raises(ValueError, match="can't name a command"):
        command(name, permission="anyone")


def test_what_asks_first_names_a_switch():
    async def act(ctx: Context, name: str, *, now: bool = False) -> Reply:
        """Act."""
        return Reply("Done.")

    made = command("act", permission="x", asks_first="now")(act)
    assert [made.acts(made.parse(words)) for words in (["a"], ["a", "--now"])] == [False, True]
    with pytest.raises(ValueError, match="asks_first='name' does not fit"):
        command("act", permission="x", asks_first="name")(act)


def test_a_resume_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="repeat='safe' does not fit"):
        command("x", permission="anyone", repeat="safe", resume=resume)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="same parameters"):
        command("x", permission="anyone", resume=resume)(try_all.run)


@command("narrow", permission="anyone")
async def narrow(
    ctx: Context,
    budget: Money,
    *,
    channel: Channel | None = None,
    ttl: Duration = timedelta(days=1),
    lasts: Duration = timedelta(days=1),
    note: str = "",
) -> Reply:
    """Take one word alone."""
    return Reply(note)


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("50 <#C1|ops>", '"#ops" is one word too many; write --channel #ops.'),
        ("50 <#C1>", '"<#C1>" is one word too many; write --channel #x.'),
        ("50 4h", '"4h" is one word too many; write --ttl 4h or --lasts 4h.'),
        ("50 --ttl=2h 4h", '"4h" is one word too many; write --lasts 4h.'),
        ("50 --channel <#C1|ops> <#C2|all>", '"#all" is one word too many; put a value with spaces into quotes'),
        ("50 <!subteam^S1|@devs>", '"@devs" is one word too many; put a value with spaces into quotes'),
        ("50 batch", '"batch" is one word too many; put a value with spaces into quotes: "nightly batch".'),
        ("50 , 4h", '"," is one word too many; write a list without spaces, such as a,b.'),
    ],
)
def test_one_word_too_many_is_led_to_the_flag_that_takes_it(line, cure):
    with pytest.raises(UsageError) as refusal:
        narrow.parse(line.split())
    assert refusal.value.sentence.startswith(cure)
