"""``dgbot demo``: the bot in a company of its own, to look at, to play with and to script."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Literal

import click


@click.command()
@click.option(
    "--script",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Play this conversation, print its transcript, exit with 1 if a step fails.",
)
@click.option("--serve", is_flag=True, help="Read nothing from the terminal; run until Ctrl-C or SIGTERM.")
@click.option(
    "--mode",
    type=click.Choice(["socket", "http"]),
    default="socket",
    show_default=True,
    help="How the local Slack reaches the bot.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The page's port; 0 takes any free one.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another number makes another world.")
@click.option(
    "--keep", type=click.Path(file_okay=False, path_type=Path), help="Leave database, settings and log in this folder."
)
@click.option(
    "--plugins",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Try this plugin, or every one in this directory; may be given more than once.",
)
def demo(
    *,
    script: Path | None,
    serve: bool,
    mode: Literal["socket", "http"],
    port: int,
    seed: int,
    keep: Path | None,
    plugins: tuple[Path, ...],
) -> None:
    """Start a local Slack, a local Deepgram and the bot; show them as a page, and let a person type.

    Without a terminal and without --script, the built-in first day is played.
    """
    if serve and script is not None:
        raise click.UsageError("--serve plays no script; leave out --serve or --script.")
    from dgbot.sandbox import demo as sandbox
    from dgbot.sandbox.prompt import prompting
    from dgbot.sandbox.script import ScriptError, parse

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a narrow locale should not end a conversation
    act: sandbox.Act
    try:
        played = sandbox.first_day() if script is None else _text(script)
        prompts = script is None and not serve and sys.stdin is not None and sys.stdin.isatty()
        if serve:
            act = sandbox.serve
        elif prompts:
            act = prompting(sys.stdin.fileno(), ask=lambda: click.echo("> ", nl=False))
        else:
            act = sandbox.playing(parse(played))
        surroundings = sandbox.Surroundings(mode, port, seed, keep, plugins=plugins)
        code = sandbox.run(surroundings, act, show=click.echo, endless=serve or prompts)
    except ScriptError as error:
        raise click.UsageError(f"{script or 'The built-in script'} can't be played.\n{error}") from error
    except sandbox.DemoError as error:
        raise click.ClickException(str(error)) from error
    sys.exit(code)


def _text(script: Path) -> str:
    try:
        return script.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{script} can't be read as UTF-8 text: {error}") from error
