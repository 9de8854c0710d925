"""How an incident looks: one message that is edited, so that it always shows where things stand."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from dgbot.adapters.slack.blocks import context, header, section
from dgbot.adapters.slack.mrkdwn import date, mrkdwn
from dgbot.adapters.slack.replies import Message
from dgbot.domain.alerts import AlertRule, Change, Transition


def alert(rule: AlertRule, transition: Transition, project_name: str, at: datetime) -> Message:
    """Draw an incident that opened or closed; amounts carry their unit, rounded to what they mean."""
    draw = _opened if transition.change is Change.OPENED else _closed
    return draw(rule, transition, project_name, at)


def blind(rule: AlertRule, project_name: str, *, since: datetime | None, at: datetime, reason: str) -> Message:
    """Draw that a check can't measure, and why; without a *reason*, that it can again."""
    began = date(since) if since else "the start"
    if not reason:
        headline = f"🟢 {project_name}: the check {rule.check} measures again"
        return Message(headline, [header(headline), context(f"It could not from {began} to {date(at)}")])
    headline = f"🟡 {project_name}: the check {rule.check} can't measure"
    small = f"Since {began} · alerts keep their last state · tried {date(at)}"
    return Message(headline, [header(headline), section(mrkdwn(reason)), context(small)])


def money(amount: Decimal, unit: str) -> str:
    """Return *amount* as people say it: $42, $1,240, $8.50 below ten, 12.5 hours."""
    if unit != "usd":
        return f"{amount.normalize():,f} {unit}s"
    sign = "-" if amount < 0 else ""
    size = abs(amount)
    return f"{sign}${size:,.2f}" if size < 10 and size != size.to_integral() else f"{sign}${size:,.0f}"


def _opened(rule: AlertRule, transition: Transition, project_name: str, at: datetime) -> Message:
    unit = transition.sample.unit
    left, line = _told_apart(transition.sample.value, rule.threshold, unit)
    mark = "🔴" if transition.sample.value <= rule.threshold / 2 else "🟡"
    headline = f"{mark} {project_name}: {left} left, below {line}"
    small = f"Rule {mrkdwn(rule.name)} · recovers at {mrkdwn(money(rule.clear_at, unit))} · checked {date(at)}"
    body = "Top it up before it is empty: requests fail at zero. This message turns green when it recovers."
    return Message(headline, [header(headline), section(body), context(small)])


def _closed(rule: AlertRule, transition: Transition, project_name: str, at: datetime) -> Message:
    unit = transition.sample.unit
    incident = transition.incident
    now, lowest = money(transition.sample.value, unit), money(incident.lowest, unit)
    headline = f"🟢 {project_name}: recovered, {now} (was {lowest})"
    lasted = _lasted(at - incident.since)
    small = f"Rule {mrkdwn(rule.name)} · lasted {lasted} · lowest {mrkdwn(lowest)} · closed {date(at)}"
    return Message(headline, [header(headline), context(small)])


def _told_apart(value: Decimal, line: Decimal, unit: str) -> tuple[str, str]:
    """Return both amounts rounded, or to the cent where rounding would make "$50 left, below $50" of them."""
    rounded = money(value, unit), money(line, unit)
    return rounded if rounded[0] != rounded[1] else (f"${value:,.2f}", f"${line:,.2f}")


def _lasted(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} days"
