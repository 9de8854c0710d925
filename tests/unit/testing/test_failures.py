"""What an author reads when a test fails."""

from __future__ import annotations


def test_who_waits_in_vain_is_shown_the_screen_and_the_log(author):
    author.makepyfile("""
        async def test_it(alice):
            await alice.says("/deepgram hello")
            await alice.says("/deepgram boom")
            await alice.sees("Invited", within=0.01)
    """)
    result = author.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            ">*await alice.sees(*",
            "E *alice does not see 'Invited' (0.01 s after the bot was idle).",
            "E *The screen of alice, newest last:",
            "E *- Good morning",
            "E *- Something broke (id *).",
            "E *The bot's log since the last act:",
            "E *error command broke error_id='*' command='boom'",
            "E *RuntimeError: the fuse is blown",
        ]
    )
    assert "TimeoutError" not in result.stdout.str()


def test_a_plain_assertion_that_fails_comes_with_the_conversation(author):
    author.makepyfile("""
        async def test_it(alice):
            assert "Good evening" in await alice.says("/deepgram boom")
    """)
    result = author.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*Captured dgbot call*",
            "alice says /deepgram boom",
            "  log error command broke *",
            "*RuntimeError: the fuse is blown",
            "  alice sees:",
            "    Something broke (id *).",
        ]
    )


def test_what_should_not_be_seen_is_shown(author):
    author.makepyfile("""
        async def test_it(alice):
            await alice.says("/deepgram hello")
            await alice.sees_nothing_of("good  morning")
    """)
    author.runpytest_inprocess().stdout.fnmatch_lines(["E *alice sees 'good  morning'.", "E *- Good morning"])


def test_a_button_that_is_not_there_is_told_with_those_that_are(author):
    author.makepyfile("""
        async def test_it(alice, bob):
            card = await alice.says("/deepgram create-key ci --scopes usage:read")
            await bob.clicks(card, "Reveal key")
    """)
    author.runpytest_inprocess().stdout.fnmatch_lines(
        ["E *bob sees no button 'Reveal key' on that card; on it: Approve, Deny…, Details, Cancel."]
    )


def test_a_passing_test_prints_nothing_of_the_bot(author):
    author.makepyfile("""
        async def test_it(alice):
            await alice.says("/deepgram boom")
    """)
    result = author.runpytest_inprocess()
    result.assert_outcomes(passed=1)
    assert "fuse" not in result.stdout.str() + result.stderr.str()


def test_a_loop_that_is_not_the_fixtures_is_told(author):
    author.makepyfile("""
        import pytest

        @pytest.mark.asyncio(loop_scope="module")
        async def test_it(alice):
            await alice.says("/deepgram hello")
    """)
    author.runpytest_inprocess().stdout.fnmatch_lines(["*This test and the fixture bot run in two event loops*"])
