"""``dgbot alerts test``: rules against what a test says that they post."""

from __future__ import annotations

from pathlib import Path

import click

from dgbot.cli.alerts.given import PLUGINS, Refused, checks_of


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--junit", "report", type=click.Path(path_type=Path), help="Write the results as JUnit's XML, too.")
@PLUGINS
def test(*, files: tuple[Path, ...], report: Path | None, plugins: Path | None) -> None:
    """Play alert rules through, and compare what they would post with what FILE says.

    A post that FILE does not name fails its test, as one that is missing does. The notation is in
    docs/alerting-tests.md. Exit code 1: a test failed; 2: a file can't be read, which keeps no other from being played.
    """
    import time

    from dgbot.cli.alert_reports import Unread, Verdict, junit, lines_of, summary
    from dgbot.cli.alert_tests import UnreadableTests, read_tests
    from dgbot.cli.playing import played
    from dgbot.services.alerting.rehearsal.expecting import mistakes

    checks = checks_of(plugins)
    verdicts, unread = list[Verdict](), list[Unread]()
    for path in files:
        try:
            tests = read_tests(path, checks)
        except UnreadableTests as error:
            unread.append(Unread(path, str(error)))
            continue
        for one in tests:
            began = time.perf_counter()
            found = tuple(mistakes(played(one.script), one.moments, any_edits=one.any_edits))
            verdicts.append(Verdict(path, one, found, time.perf_counter() - began))
            for line in lines_of(verdicts[-1]):
                click.echo(line)
    if verdicts:
        click.echo(summary(verdicts))
    if report is not None:
        try:
            report.write_bytes(junit(verdicts, unread))
        except OSError as error:
            raise Refused(f"{report} can't be written: {error.strerror}.") from error
    if unread:
        raise Refused("\n".join(one.reason for one in unread))
    if any(one.mistakes for one in verdicts):
        raise SystemExit(1)
