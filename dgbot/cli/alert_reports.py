"""How a run of alert tests reads: lines for people, JUnit's XML for machines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import click

from dgbot.cli.alert_tests import RuleTest
from dgbot.plugin.params import write_duration
from dgbot.services.alerting.rehearsal.expecting import Mistake

_COLOURS = {"-": "red", "+": "yellow", "!": "magenta"}
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one test of a file; without mistakes it passed."""

    path: Path
    test: RuleTest
    mistakes: tuple[Mistake, ...]
    seconds: float = 0.0


def lines_of(verdict: Verdict) -> Iterator[str]:
    """Yield the lines that tell of *verdict*: what is missing (-), too much (+) or different (!), by time."""
    test = verdict.test
    if not verdict.mistakes:
        yield f"{click.style('pass', fg='green')}  {test.name}"
        return
    yield f"{click.style('FAIL', fg='red', bold=True)}  {test.name} ({verdict.path}:{test.line})"
    for mistake in verdict.mistakes:
        yield f"      {_time(mistake, test)}"
        for line in mistake.lines:
            yield "        " + click.style(line, fg=_COLOURS.get(line[:1]))


def summary(verdicts: Sequence[Verdict]) -> str:
    """Return how many passed and how many failed."""
    failed = sum(bool(one.mistakes) for one in verdicts)
    tests = "1 test" if len(verdicts) == 1 else f"{len(verdicts)} tests"
    return f"{tests}, {failed} failed." if failed else f"{tests} passed."


def junit(verdicts: Sequence[Verdict]) -> bytes:
    """Return *verdicts* as JUnit's XML, a suite for each file."""
    root = ET.Element("testsuites", _counts(verdicts))
    for path in dict.fromkeys(one.path for one in verdicts):
        mine = [one for one in verdicts if one.path == path]
        suite = ET.SubElement(root, "testsuite", {"name": str(path), **_counts(mine)})
        for one in mine:
            named = {"classname": str(path), "name": one.test.name, "file": str(path), "line": str(one.test.line)}
            named["time"] = f"{one.seconds:.3f}"
            case = ET.SubElement(suite, "testcase", {key: _clean(value) for key, value in named.items()})
            if one.mistakes:
                told = [line for m in one.mistakes for line in (_time(m, one.test), *(f"  {line}" for line in m.lines))]
                failure = ET.SubElement(case, "failure", {"type": "posts", "message": _clean(one.mistakes[0].lines[0])})
                failure.text = _clean("\n".join(told))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _counts(verdicts: Sequence[Verdict]) -> dict[str, str]:
    failed, taken = sum(bool(one.mistakes) for one in verdicts), sum(one.seconds for one in verdicts)
    return {"tests": str(len(verdicts)), "failures": str(failed), "errors": "0", "skipped": "0", "time": f"{taken:.3f}"}


def _time(mistake: Mistake, test: RuleTest) -> str:
    local = mistake.at.astimezone(test.script.zone)
    return f"{write_duration(mistake.at - test.script.start)}, {local:%Y-%m-%d %H:%M %Z}"


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("�", text)
