"""``dgbot sandbox``: a server of its own, for programs that talk to Deepgram or Slack and should meet no real one."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Literal

import click


class CannotServe(click.ClickException):
    """Something was asked for that can't be had; one sentence, exit code 2."""

    exit_code = 2


@click.group()
def sandbox() -> None:
    """Serve a part of the sandbox alone."""


@sandbox.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0, the default, takes any free one.")
@click.option(
    "--wire",
    type=click.Choice(["current", "legacy"]),
    default="current",
    show_default=True,
    help="The form of the answers: today's, or what the SDKs 2 to 4 were written for.",
)
@click.option("--seed", type=click.Path(path_type=Path), help="A JSON file that describes the world, as told above.")
@click.option("--lenient", is_flag=True, help="Let any scope be given to invites, members and keys.")
@click.option("--api-key", help="The key that callers use; without it, a fixed one.")
def deepgram(
    *, port: int, wire: Literal["current", "legacy"], seed: Path | None, lenient: bool, api_key: str | None
) -> None:
    """Serve a local Deepgram on 127.0.0.1 until SIGTERM or Ctrl-C.

    When it listens it prints one line, which a shell can run, and it stays in the foreground: start it in the
    background with its output in a file, and source that file. GET /sandbox tells how to make it fail.

    A seed file holds {"projects": [...], "models": {...}}; a project has project_id, name, members, keys, invites,
    balances, purchases, requests, usage, models, agents, variables and credentials, and everything may be left out.
    What it tells comes back as it stands. Without one, acme lives here: people, keys, and spending that goes on.
    """
    from dgbot.sandbox.deepgram import alone

    logging.basicConfig(level=logging.ERROR, stream=sys.stderr, format="%(message)s")
    try:
        alone.run(port=port, wire=wire, world=seed, lenient=lenient, api_key=api_key, show=click.echo)
    except alone.CannotServe as error:
        raise CannotServe(str(error)) from error


@sandbox.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0, the default, takes any free one.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another number gives other ids.")
@click.option(
    "--manifest", type=click.Path(path_type=Path), help="Your app's manifest, JSON or plain YAML; else dgbot's."
)
@click.option("--deliver-to", metavar="URL", help="POST to this address of your bot's; else Socket Mode.")
def slack(*, port: int, seed: int, manifest: Path | None, deliver_to: str | None) -> None:
    """Serve a local Slack on 127.0.0.1, with a page to talk to your bot in, until SIGTERM or Ctrl-C.

    When it listens it prints one line, which a shell can run: SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_APP_TOKEN and
    SLACK_SIGNING_SECRET. It stays in the foreground. The page is at the address of SLACK_API_URL, without /api/.

    The manifest says which commands there are, which scopes the bot has, and which events it gets.
    """
    from dgbot.sandbox.slack import alone

    logging.basicConfig(level=logging.ERROR, stream=sys.stderr, format="%(message)s")
    try:
        alone.run(port=port, seed=seed, manifest=manifest, deliver_to=deliver_to, show=click.echo)
    except alone.CannotServe as error:
        raise CannotServe(str(error)) from error
