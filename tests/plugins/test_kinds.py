"""What can be watched, measured at a local Deepgram whose world is known."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from dgbot import CannotMeasure, Reading, Sample, SampleContext
from dgbot.deepgram import AsyncManageClient
from dgbot.serving import serving

DAY = timedelta(days=1)


@pytest.fixture
def measure(ctx, plugins):
    """Measure a kind; *past* is what was kept of the balance."""

    async def measure(kind, past=(), deepgram=None, **params):
        async def recall(project_id, series, fingerprint, since):
            return [one for one in past if one.at >= since]

        check = plugins.checks[kind]
        check.fits(params)
        found = await check.sample(SampleContext(ctx.project, deepgram or ctx.deepgram, ctx.clock, recall), params)
        assert all(one.unit == check.unit for one in ([found] if isinstance(found, Sample) else found))
        return found

    return measure


@pytest.fixture
async def answering(ctx):
    """Yield a function that returns a client of a Deepgram with these answers, by the end of their path."""
    answers: dict[str, object] = {}

    async def answer(request):
        return JSONResponse(next(body for path, body in answers.items() if request.url.path.endswith(path)))

    app = Starlette(routes=[Route("/{path:path}", answer)])
    async with serving(app) as origin, AsyncManageClient("key", base_url=origin) as client:

        def answering(**given):
            answers.update({f"/{path.replace('_', '/')}": body for path, body in given.items()})
            return client

        yield answering


def falling(now: datetime, rate: str, days: int, *, balance: str, top_up: str = "0") -> list[Reading]:
    """Return readings every six hours of a balance that falls by *rate* a day, with a top-up in their midst."""
    count = days * 4
    found = []
    for at in range(count + 1):
        rest = Decimal(balance) + Decimal(rate) * (count - at) / 4 - (Decimal(top_up) if at < count // 2 else 0)
        found.append(Reading(now - timedelta(hours=6) * (count - at + 1), rest, "usd"))
    return found


async def test_a_balance_tells_how_it_is_spent_and_when_it_is_empty_once_that_is_known(measure, ctx, deepgram):
    deepgram.set_balance(Decimal(40))
    assert await (await measure("balance")).explain() == ()
    found = await measure("balance", falling(ctx.now, "10", 5, balance="42.5", top_up="500"))
    assert found.value == 40
    *lines, chart = await found.explain()
    assert lines == [
        "Spending $10 a day. Empty about Thu 26 Nov (80 %: Thu).",
        "Last top-up: $500 on Thu 19 Nov.",
    ]
    assert (chart.points[0], chart.points[-1]) == ("17 Nov", "28 Nov")
    assert chart.in_letters().startswith("balance ▁▁▁████▇▇▇▇▇ 17 Nov -$410 to 28 Nov $0, ")


async def test_balances_of_one_unit_are_named_and_those_of_others_are_never_added(measure, answering):
    balances = [("30", "usd"), ("12.50", "USD"), ("900", "hour"), ("1", "token"), ("0.5", "hour")]
    client = answering(balances={"balances": [{"amount": amount, "units": unit} for amount, unit in balances]})
    found = await measure("balance", deepgram=client)
    assert found.value == Decimal("42.50")
    assert await found.explain() == (
        "On 2 balances: $30 and $12.50.",
        "Not counted, for it is no money: 900.5 hours and 1 token.",
    )


@pytest.mark.parametrize("amounts", [["3"], ["3", "0"], ["0"], ["0", "0"]])
async def test_a_single_balance_with_something_in_it_needs_no_more_words(measure, answering, amounts):
    client = answering(balances={"balances": [{"amount": amount, "units": "usd"} for amount in amounts]})
    assert await (await measure("balance", deepgram=client)).explain() == ()


async def test_a_project_without_dollars_says_what_it_has(measure, answering):
    client = answering(balances={"balances": [{"amount": "900", "units": "hour"}]})
    with pytest.raises(CannotMeasure, match="no balance of acme-prod in US dollars; it has 900 hours"):
        await measure("balance", deepgram=client)


async def test_days_left_are_the_middle_of_the_forecast(measure, ctx, deepgram):
    deepgram.set_balance(Decimal(40))
    found = await measure("days-left", falling(ctx.now, "10", 5, balance="42.5"))
    assert found.value == 4
    assert "Confidence: medium." in found.detail


async def test_days_left_are_the_early_edge_where_that_is_too_soon(measure, ctx, deepgram):
    deepgram.set_balance(Decimal(40))
    past = falling(ctx.now, "10", 5, balance="42.5")
    assert (await measure("days-left", past, early="5")).value == 4
    deepgram.set_balance(Decimal(19))
    found = await measure("days-left", falling(ctx.now, "10", 5, balance="21.5"))
    assert found.value < 2
    assert any("The middle of the forecast" in line for line in found.detail)


async def test_days_left_go_from_the_early_edge_to_the_middle_where_an_alert_recovers(measure, ctx, deepgram):
    deepgram.set_balance(Decimal(40))
    past = falling(ctx.now, "10", 5, balance="42.5")
    early = (await measure("days-left", past, early="999")).value
    edges = [(str(early * part), early * part) for part in (Decimal("0.81"), Decimal("0.79"))]
    near, far = [(await measure("days-left", past, early=edge), days) for edge, days in edges]
    assert near[0].value == early > near[1]
    assert far[0].value >= far[1] * Decimal("1.25")


async def test_too_few_readings_make_no_forecast(measure):
    with pytest.raises(CannotMeasure, match="a forecast takes 8 readings and 3 whole days"):
        await measure("days-left")


async def test_what_lasts_longer_than_a_year_is_no_alert(measure, ctx, deepgram):
    deepgram.set_balance(Decimal(40))
    assert (await measure("days-left", falling(ctx.now, "0", 5, balance="40"))).value == 366


async def test_credit_with_something_left_lapses(measure):
    [found] = await measure("credit-expiry")
    assert (found.value, found.detail) == (Decimal("101.0"), ("42.00 usd of it are left.",))


async def test_a_budget_is_spent_by_percent_and_named_by_its_period(measure):
    [month] = await measure("budget", amount="1000")
    [day] = await measure("budget", amount="10", period="day")
    assert (month.labels, day.labels["period"]) == ({"period": "2026-11", "budget_id": "1000"}, "2026-11-22")
    assert "of $1,000 are spent in November." in month.detail[0]
    [again] = await measure("budget", amount="2000")
    assert again.value == pytest.approx(month.value / 2, abs=Decimal("0.01"))
    assert 10 < month.value < 60


async def test_a_month_ends_where_its_weekdays_lead(measure):
    [found] = await measure("budget-forecast", amount="400")
    assert 80 < found.value < 130
    assert "November ends at about $" in found.detail[0]


async def test_a_young_project_has_no_month_end(measure, answering):
    told = {
        "results": [
            {"dollars": 5, "grouping": {"start": f"2026-11-{day}", "end": f"2026-11-{day}"}} for day in (20, 21)
        ]
    }
    with pytest.raises(CannotMeasure, match="too few days of spending"):
        await measure("budget-forecast", deepgram=answering(billing_breakdown=told), amount="400")


async def test_an_ordinary_day_is_no_spike(measure):
    [found] = await measure("usage-spike")
    assert (found.value, found.labels) == (0, {"day": "2026-11-21"})


async def test_a_day_out_of_the_ordinary_is_a_spike_of_what_it_cost_more(measure, ctx, answering):
    days = [ctx.now.date() - DAY * back for back in range(35, 0, -1)]
    costs = [90 if day == days[-1] else 10 + day.day % 2 for day in days]
    results = [
        {"dollars": cost, "grouping": {"start": f"{day}", "end": f"{day}"}}
        for day, cost in zip(days, costs, strict=True)
    ]
    [found] = await measure("usage-spike", deepgram=answering(billing_breakdown={"results": results}))
    assert found.value == Decimal("79.5")
    assert found.detail == ("Saturday cost $90; $10.50 is usual, by 4 Saturdays before.",)


async def test_the_share_of_requests_that_fail(measure, answering):
    def requests(*codes):
        return {"requests": [{"request_id": "r", "code": code, "response": {"a": 1}} for code in codes]}

    few = answering(requests=requests(*[500] * 19))
    assert (await measure("error-rate", deepgram=few)).value == 0
    assert (await measure("error-rate", deepgram=few, least="10")).value == 100
    many = answering(requests=requests(*[200] * 34, 429, 429, 500, *[200] * 3))
    found = await measure("error-rate", deepgram=many)
    assert found.value == Decimal("7.5")
    assert "3 of 40 requests since 13:00 UTC failed: 2 of 429, 1 of 500." in found.detail


async def test_keys_end_one_by_one(measure, ctx, deepgram):
    made = await ctx.deepgram.create_key(
        ctx.project.id, comment="nightly", scopes=["usage:write"], time_to_live_in_seconds=10 * 86400
    )
    key_id = made.api_key.api_key_id
    found = {one.labels["key_id"]: one for one in await measure("key-expiry")}
    assert found[key_id].value == pytest.approx(10, abs=Decimal("0.1"))
    assert found[key_id].labels["key"] == f"nightly …{key_id[-4:]}"
    assert found[key_id].detail == ("It ends on Wed 2 Dec at 14:00 UTC.",)


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ("2026-11-22T13:59:00Z", "It ended on Sun 22 Nov at 13:59 UTC."),
        ("2027-01-04T01:30:00+02:00", "It ends on Sun 3 Jan 2027 at 23:30 UTC."),
    ],
)
async def test_a_key_is_told_of_with_its_last_day(measure, answering, ends, said):
    key = {"api_key_id": "k-0001", "comment": "k", "scopes": ["usage:write"], "created": "2026-01-01T00:00:00Z"}
    listed = {"api_keys": [{"api_key": {**key, "expiration_date": ends}}]}
    [found] = await measure("key-expiry", deepgram=answering(keys=listed))
    assert found.detail == (said,)


async def test_keys_that_never_end_are_counted_and_named(measure, deepgram):
    found = await measure("keys-without-expiry")
    assert found.value > 0
    assert "and" in found.detail[0] or found.value <= 5


async def test_keys_that_nobody_uses_are_counted(measure, answering, ctx):
    keys = [
        {"api_key": {"api_key_id": f"{name}-0001", "comment": name, "scopes": scopes, "created": created}}
        for name, scopes, created in [
            ("used", ["usage:write"], "2026-01-01T00:00:00Z"),
            ("idle", ["usage:write"], "2026-01-01T00:00:00Z"),
            ("young", ["usage:write"], "2026-11-20T00:00:00Z"),
            ("reader", ["usage:read"], "2026-01-01T00:00:00Z"),
        ]
    ]
    used = {"results": [{"requests": 3, "grouping": {"accessor": "used-0001"}}]}
    found = await measure("keys-unused", deepgram=answering(keys={"api_keys": keys}, usage_breakdown=used))
    assert (found.value, found.detail) == (1, ("idle …0001.",))


@pytest.mark.parametrize(
    ("kind", "params", "sentence"),
    [
        ("budget", {}, 'params.amount is missing; write amount = "500"'),
        ("budget", {"amount": "0"}, "params.amount: '0' does not fit; write a number above zero, such as 500"),
        ("budget", {"amount": "NaN"}, "params.amount: 'NaN' does not fit"),
        ("budget", {"amount": "5", "period": "week"}, "params.period: 'week' does not fit; there are month and day."),
        ("days-left", {"early": "-1"}, "params.early: '-1' does not fit"),
        ("keys-unused", {"past": "200d"}, "params.past: '200d' is longer than 90d, as far as Deepgram looks back."),
        ("error-rate", {"window": "x"}, "params.window: 'x' is not a duration such as 30m"),
    ],
)
def test_a_parameter_that_does_not_fit_is_told(plugins, kind, params, sentence):
    with pytest.raises(ValueError, match="params") as refusal:
        plugins.checks[kind].fits(params)
    assert sentence in str(refusal.value)
