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


@dataclass(frozen=True, slots=True)
class Unread:
    """A file of which nothing could be played, and a sentence that says why."""

    path: Path
    reason: str


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


def junit(verdicts: Sequence[Verdict], unread: Sequence[Unread] = ()) -> bytes:
    """Return *verdicts* as JUnit's XML, a suite for each file; one that is *unread* has an error for its only case."""
    root = ET.Element("testsuites", _counts(verdicts, unread))
    for path in dict.fromkeys([*(one.path for one in verdicts), *(one.path for one in unread)]):
        mine = [one for one in verdicts if one.path == path]
        unheard = [one for one in unread if one.path == path]
        suite = ET.SubElement(root, "testsuite", {"name": _clean(str(path)), **_counts(mine, unheard)})
        for verdict in mine:
            _add(suite, verdict)
        for one in unheard:
            named = {"classname": str(path), "name": str(path), "file": str(path), "line": "1", "time": "0.000"}
            case = ET.SubElement(suite, "testcase", {key: _clean(value) for key, value in named.items()})
            ET.SubElement(case, "error", {"type": "unreadable", "message": _clean(one.reason)})
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _add(suite: ET.Element, one: Verdict) -> None:
    named = {"classname": str(one.path), "name": one.test.name, "file": str(one.path), "line": str(one.test.line)}
    named["time"] = f"{one.seconds:.3f}"
    case = ET.SubElement(suite, "testcase", {key: _clean(value) for key, value in named.items()})
    if one.mistakes:
        told = [line for m in one.mistakes for line in (_time(m, one.test), *(f"  {line}" for line in m.lines))]
        failure = ET.SubElement(case, "failure", {"type": "posts", "message": _clean(one.mistakes[0].lines[0])})
        failure.text = _clean("\n".join(told))


def _counts(verdicts: Sequence[Verdict], unread: Sequence[Unread]) -> dict[str, str]:
    failed, taken = sum(bool(one.mistakes) for one in verdicts), sum(one.seconds for one in verdicts)
    counts = {"tests": len(verdicts) + len(unread), "failures": failed, "errors": len(unread), "skipped": 0}
    return {**{name: str(count) for name, count in counts.items()}, "time": f"{taken:.3f}"}


def _time(mistake: Mistake, test: RuleTest) -> str:
    local = mistake.at.astimezone(test.script.zone)
    return f"{write_duration(mistake.at - test.script.start)}, {local:%Y-%m-%d %H:%M %Z}"


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("�", text)
