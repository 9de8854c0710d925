"""``dgbot alerts fire-test``: a message as a rule would post it."""

from __future__ import annotations

from pathlib import Path

import click

from dgbot.cli.alerts.given import Refused, checks_of, settings_of


@click.command("fire-test")
@click.argument("rule")
@click.option("--rules", type=click.Path(path_type=Path), help="The rules file; else the rules of the bot's database.")
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="The settings file; else dgbot.toml.")
def fire_test(*, rule: str, rules: Path | None, config: Path | None) -> None:
    """Post what RULE would post, marked as a test, through the Slack of the settings; no state is touched."""
    import asyncio

    from dgbot.adapters.storage.errors import StorageError
    from dgbot.app.fire_test import CannotFire, fire, named
    from dgbot.app.outside import database_url
    from dgbot.cli.alert_rules import RulesError, load_rules

    settings = settings_of(config)
    try:
        known = load_rules(rules, checks_of()) if rules is not None else None
        found = named(rule, known, database_url(settings.database))
        posted = asyncio.run(fire(found, settings))
    except (CannotFire, RulesError, StorageError) as error:
        raise Refused(str(error)) from error
    click.echo(f"Posted to {', '.join(posted)}, marked as a test.")
