"""The terminal: click commands, one file each, imported when they are called and not before."""

from __future__ import annotations

import importlib

import click

_COMMANDS = {
    "alerts": "What alerts say: tests of rules, why one spoke, how long a balance lasts.",
    "demo": "A local Slack, a local Deepgram and the bot, to look at and to play with.",
    "run": "The bot, with the settings of dgbot.toml and the environment.",
    "sandbox": "A local Deepgram alone, for a program that should not meet the real one.",
}


class _Lazy(click.Group):
    """Knows its commands' names and summaries; what they need is imported when one is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module = importlib.import_module(f"dgbot.cli.{name}")
        found = getattr(module, name)
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dgbot", message="%(package)s %(version)s")
def main() -> None:
    """Run a company's Deepgram account from Slack."""
