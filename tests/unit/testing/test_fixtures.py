"""What an author's tests are given, and how little of it is there before they ask."""

from __future__ import annotations

import pytest

HEAVY = ("slack_bolt", "sqlalchemy", "pydantic", "uvicorn", "httpx", "dgbot.app", "dgbot.sandbox")


def test_nothing_heavy_is_imported_for_a_suite_that_asks_for_nothing(author):
    author.makeconftest("")
    author.makepyfile(f"""
        import sys

        def test_it(pytestconfig):
            assert pytestconfig.pluginmanager.has_plugin("dgbot")
            assert {HEAVY!r} and not [name for name in {HEAVY!r} if name in sys.modules]
    """)
    author.runpytest_subprocess().assert_outcomes(passed=1)


@pytest.mark.slow
def test_without_pytest_asyncio_it_is_told_what_is_missing(author):
    author.makepyfile(pytest_asyncio="raise ImportError('no such thing')")
    author.makepyfile("async def test_it(alice): ...")
    author.makeini("[pytest]")
    result = author.runpytest_subprocess("-p", "no:asyncio", "-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*of dgbot.testing needs pytest-asyncio, which is not there; install it."])


def test_a_plugin_is_given_as_a_file_or_a_directory_too(author):
    author.makeconftest("")
    author.makepyfile(f"""
        import pytest
        from pathlib import Path

        @pytest.fixture(params=["greeter.py", "all"])
        def dgbot_plugins(request, tmp_path):
            if request.param == "all":
                (tmp_path / "greeter_too.py").write_text(Path("greeter.py").read_text())
                return [tmp_path]
            return [Path({str(author.path)!r}, request.param)]

        async def test_it(gina, alice):
            assert await alice.says("/deepgram hello") == "Good morning"
    """)
    author.runpytest_inprocess().assert_outcomes(passed=2)


def test_one_that_is_installed_already_is_loaded_once(author):
    author.makeconftest("")
    author.makepyfile("""
        import pytest
        from dgbot_plugins import invite

        @pytest.fixture
        def dgbot_plugins():
            return [invite]

        async def test_it(carol, deepgram):
            assert "Invited dave@company.com" in await carol.says("/deepgram invite dave@company.com")
            assert [one.email for one in deepgram.invites] == ["dave@company.com"]
    """)
    author.runpytest_inprocess().assert_outcomes(passed=1)


def test_the_test_and_the_bot_speak_of_the_same_module(author):
    author.makepyfile("""
        import greeter

        async def test_it(alice, monkeypatch):
            monkeypatch.setattr(greeter, "Reply", lambda said: __import__("dgbot").Reply(said.upper()))
            assert await alice.says("/deepgram hello") == "GOOD MORNING"
    """)
    author.runpytest_inprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("fixture", "told"),
    [
        (
            "dgbot_plugins(): return ['nowhere.py']",
            "dgbot_plugins: there is no file */nowhere.py; return modules, or *",
        ),
        ("dgbot_plugins(): return [pytest]", "*__init__.py offers nothing; a plugin has an @hookimpl named *"),
        ("dgbot_settings(): return {'rolls': {}}", "dgbot_settings: rolls is not a setting; did you mean roles[?]"),
        (
            "dgbot_settings(): return {'roles': {'developers': {'may': ['usage.reed']}}}",
            "dgbot_settings: *no command asks for 'usage.reed'; did you mean usage.read[?]",
        ),
    ],
)
def test_what_does_not_fit_is_told_in_a_sentence(author, fixture, told):
    author.makepyfile(f"import pytest\n@pytest.fixture\ndef {fixture}\nasync def test_it(alice): ...")
    result = author.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([told])
    assert "During handling" not in result.stdout.str()


def test_no_setting_comes_from_the_environment(author, monkeypatch):
    monkeypatch.setenv("DGBOT_APPROVALS__CHANNEL", "C0OTHERS1")
    monkeypatch.setenv("DEEPGRAM_HOST", "https://api.deepgram.com")
    (author.path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-of-a-real-workspace\n")
    author.makepyfile("""
        async def test_it(alice, bob):
            await alice.says("/deepgram create-key ci --scopes usage:read")
            await bob.sees("asks for an API key")
    """)
    author.runpytest_inprocess().assert_outcomes(passed=1)


def test_a_name_of_the_author_goes_before_one_of_ours(author):
    author.makepyfile("""
        import pytest
        from dgbot.testing import MovableClock, people
        from datetime import datetime, timezone

        @pytest.fixture
        def clock():
            return MovableClock(datetime(2030, 1, 1, tzinfo=timezone.utc))

        async def test_it(alice, bot):
            assert (await bot.context()).now.year == 2030
    """)
    author.makeconftest("from dgbot.testing import Bot, Colleague, MovableClock, Seen")
    author.runpytest_inprocess().assert_outcomes(passed=1)


def test_nothing_is_left_behind(author):
    author.makepyfile("""
        import asyncio, gc, logging
        import pytest, structlog

        left = []

        @pytest.fixture
        async def alone():
            before, frozen = (structlog.get_config()["processors"][:], gc.get_threshold()), gc.get_freeze_count()
            yield
            assert (structlog.get_config()["processors"][:], gc.get_threshold()) == before
            assert gc.get_freeze_count() <= frozen
            left.append([task for task in asyncio.all_tasks() if task is not asyncio.current_task()])

        async def test_one(alone, alice, bob, clock):
            card = await alice.says("/deepgram create-key ci --scopes usage:read")
            await bob.clicks(card, "Deny")
            await bob.submits({"Reason": "not now"})
            await alice.sees("not now")
            await clock.advance(days=2)

        async def test_another(alone, alice):
            assert left == [[]]
            assert alice.screen == []
    """)
    author.runpytest_inprocess().assert_outcomes(passed=2)
