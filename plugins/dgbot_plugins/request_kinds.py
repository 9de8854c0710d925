"""What can be watched of a project's requests: how many of them fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from dgbot import Check, Hold, Sample, SampleContext, Severity, Side, hookimpl
from dgbot_plugins._figures import number, rounded, span

PAGE = 1000
PAGES = 5
"""The newest so many requests of the window are looked at; a share of 5,000 is off by a point at most."""

BAD = 400
WINDOW, FEWEST = "1h", "20"
FAILS = ((Severity.WARNING, Decimal(5)), (Severity.CRITICAL, Decimal(20)))


async def error_rate(ctx: SampleContext, params: Mapping[str, str]) -> Sample:
    """Measure which share of the latest requests Deepgram refused or failed; 0 where there are too few to say."""
    window = span(params, "window", WINDOW, most=timedelta(days=90))
    codes: Counter[int] = Counter()
    for page in range(PAGES):
        found = await ctx.deepgram.get_usage_requests(
            ctx.project.id, start=ctx.now - window, end=ctx.now, limit=PAGE, page=page
        )
        codes.update(one.code for one in found.requests if one.code is not None)
        if len(found.requests) < PAGE:
            break
    seen, failed = codes.total(), sum(count for code, count in codes.items() if code >= BAD)
    if seen < number(params, "least", FEWEST, fits=FEWEST):
        return Sample(Decimal(0), "percent")
    often = ", ".join(f"{count:,} of {code}" for code, count in codes.most_common() if code >= BAD)
    line = f"{failed:,} of {seen:,} requests since {ctx.now - window:%H:%M} UTC failed: {often}." if failed else ""
    return Sample(rounded(Decimal(failed * 100) / seen), "percent", detail=(line,) if line else ())


def fits(params: Mapping[str, str]) -> None:
    """Refuse a window that Deepgram does not look back, and no requests at all; raises ValueError."""
    span(params, "window", WINDOW, most=timedelta(days=90))
    number(params, "least", FEWEST, fits=FEWEST)


@hookimpl
def dgbot_checks() -> list[Check]:
    return [
        Check(
            "error-rate",
            "which share of the requests fails",
            error_rate,
            says="{value} of the requests fail",
            advice="429 means too many at once, 401 and 402 a key or an empty balance, 5xx is Deepgram's.",
            unit="percent",
            params={
                "window": "how far back, such as 1h; 1h",
                "least": "with fewer requests it is 0; 20",
            },
            fits=fits,
            side=Side.ABOVE,
            levels=FAILS,
            hold=Hold(evaluations=2),
            keep_firing=timedelta(hours=1),
            most=Decimal(100),
        ),
    ]
