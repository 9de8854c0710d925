from datetime import time

import pytest

from dgbot import Button, Buttons, Every, Note, Rhythm, Text, UsageError
from dgbot.domain.replies import plain

DAILY = Rhythm(Every.DAY, 0, time(9), "UTC")


def told(reply):
    return "\n".join([plain(reply.headline), *(plain(p.line) for p in reply.parts if isinstance(p, Text | Note))])


async def one(ctx):
    [digest] = await ctx.digests.all()
    return digest


async def test_a_digest_is_usually_at_nine_where_one_types(run, ctx):
    reply = await run("digest set day")
    assert plain(reply.headline) == "acme-prod: this channel hears its spending every day at 9:00 (UTC)"
    assert "Slack does not tell your time zone" in told(reply)
    digest = await one(ctx)
    assert (digest.name, digest.channel_id, digest.rhythm, digest.created_by) == (
        "daily", "C_GENERAL", DAILY, "U_ALICE",
    )  # fmt: skip


async def test_its_zone_is_that_of_whoever_sets_it(run, ctx, monkeypatch):
    async def zone() -> str:
        return "Asia/Kathmandu"

    monkeypatch.setattr(ctx.digests, "zone", zone)
    assert "Slack does not tell" not in told(await run("digest set week"))
    assert str((await one(ctx)).rhythm) == "every Monday at 9:00 (Asia/Kathmandu)"


@pytest.mark.parametrize(
    ("line", "rhythm"),
    [
        ("digest set week --on fri --at 16:30 --zone Europe/Berlin", "every Friday at 16:30 (Europe/Berlin)"),
        ("digest set week --on SUNDAY --at 7", "every Sunday at 7:00 (UTC)"),
        ("digest set day --at 00:05", "every day at 0:05 (UTC)"),
    ],
)
async def test_its_day_and_time_can_be_said(run, ctx, line, rhythm):
    await run(line)
    assert str((await one(ctx)).rhythm) == rhythm


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("digest set", "<every> is missing: one of day, week."),
        ("digest set month", 'every: "month" is not one of day, week.'),
        ("digest set day --on friday", "write digest set week --on friday."),
        ("digest set week --on f", 'on: "f" is not a day of the week such as friday.'),
        ("digest set day --at 24:00", 'at: "24:00" is not a time of day such as 9:00 or 17:30.'),
        ("digest set day --at 9:5", 'at: "9:5" is not a time of day such as 9:00 or 17:30.'),
        ("digest set day --zone Berlin", 'zone: "Berlin" is not a time zone such as Europe/Berlin.'),
        ("digest set day --zone ../../etc/passwd", "is not a time zone such as Europe/Berlin."),
        ("digest set day --name a.b", "can't name a digest"),
        ("digest remove weekly", 'name: "weekly" is not a digest of acme-prod; its digests: daily.'),
    ],
)
async def test_what_does_not_fit_is_refused(run, ctx, line, sentence):
    await run("digest set day")
    before = await ctx.digests.all()
    with pytest.raises(UsageError) as refused:
        await run(line)
    assert sentence in refused.value.sentence
    assert await ctx.digests.all() == before


async def test_set_again_changes_what_is_said_and_keeps_the_rest(run, ctx):
    await run("digest set week --on friday --at 16:30 --zone Europe/Berlin")
    reply = await run("digest set week --at 8:15")
    assert "was every Friday at 16:30 (Europe/Berlin)" in told(reply)
    assert str((await one(ctx)).rhythm) == "every Friday at 8:15 (Europe/Berlin)"


async def test_another_channel_and_another_rhythm_are_digests_of_their_own(run, ctx):
    for line in ("day", "week", "day --channel <#C0000000OPS|ops>", "day --name extra"):
        await run(f"digest set {line}")
    assert [(digest.name, digest.channel_id) for digest in await ctx.digests.all()] == [
        ("daily", "C_GENERAL"), ("daily-2", "C0000000OPS"), ("extra", "C_GENERAL"), ("weekly", "C_GENERAL"),
    ]  # fmt: skip


async def test_a_name_leads_to_its_channel(run, ctx):
    await run("digest set day --channel <#C0000000OPS|ops>")
    reply = await run("digest set day --name daily --at 10:00")
    assert plain(reply.headline).startswith("acme-prod: #C0000000OPS hears")
    assert (await one(ctx)).channel_id == "C0000000OPS"


async def test_the_list_shows_each_with_what_one_may_do(run):
    assert "has no digest" in told(await run("digest list"))
    await run("digest set week")
    reply = await run("digest list")
    assert "weekly: tells this channel every Monday at 9:00 (UTC) · by @U_ALICE" in told(reply)
    [buttons] = [part for part in reply.parts if isinstance(part, Buttons)]
    assert [(button.label, button.value) for button in buttons.buttons if isinstance(button, Button)] == [
        ("Show now", "digest now week"), ("Remove", "digest remove weekly"),
    ]  # fmt: skip


async def test_the_list_names_another_channel_as_slack_does(run):
    await run("digest set day --channel <#C0000000OPS|ops>")
    assert "daily: tells #C0000000OPS every day at 9:00 (UTC) · by @U_ALICE" in told(await run("digest list"))


async def test_a_digest_is_removed_and_that_is_known_after_a_restart(run, resume, ctx):
    await run("digest set day")
    assert await resume("digest remove daily") is None
    assert "its digest daily is removed" in told(await run("digest remove daily"))
    assert await ctx.digests.all() == []
    assert "has no digest daily now" in told(await resume("digest remove daily"))


async def test_one_is_shown_now_without_being_set(run, ctx):
    assert plain((await run("digest now")).headline).startswith("acme-prod, Sat 21 Nov: $4.07 spent, 4 % less")
    assert plain((await run("digest now week")).headline).startswith("acme-prod, 15–21 Nov: $107 spent")
    assert await ctx.digests.all() == []
