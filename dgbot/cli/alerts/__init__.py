"""``dgbot alerts``: what an alert would say, or why it said it, asked from a terminal.

A subcommand a room; what one needs is imported when it is called and not before.
"""

from __future__ import annotations

import click

from dgbot.cli.alerts.backtest import backtest
from dgbot.cli.alerts.check import check
from dgbot.cli.alerts.fire_test import fire_test
from dgbot.cli.alerts.forecast import forecast
from dgbot.cli.alerts.route import route
from dgbot.cli.alerts.test import test
from dgbot.cli.alerts.why import why


@click.group(commands=[backtest, check, fire_test, forecast, route, test, why])
def alerts() -> None:
    """Try alerts and forecasts without Slack and without Deepgram."""
