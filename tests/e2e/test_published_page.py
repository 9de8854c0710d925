"""Scripts as people write them after the published page run unchanged, in both wire generations."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandboxed import local_deepgram

SAMPLES = Path(__file__).parents[1] / "samples"
WORLD = str(Path(__file__).parents[2] / "docs" / "samples" / "world.json")

PRINTED = {
    "projects": r"""
        Project acme \(4d1c7e2a.*\)
          Company: None
          Created: None
        Details: acme, created None
    """,
    "keys": r"""
        New key .+: \*\*\*
        Key k-bot: bot, created 2026-01-05T09:00:00Z, may owner
        Key k-calls: call center, created 2026-05-21T17:19:49.373761Z, may usage:write
        Key k-import: import, created 2026-03-01T00:00:00Z, may usage:read, usage:write
        Key .+: Production API key, created 20.+Z, may usage:read, usage:write
        Scopes: \['usage:read', 'usage:write'\], tags: \['production', 'web'\]
        Successfully deleted the API key!
    """,
    "members": r"""
        Member carol@acme.test: Carol Diaz, scopes \['owner'\]
        Member alice@acme.test: Alice Njoku, scopes \['member'\]
        Member erin@acme.test: None None, scopes \['admin'\]
        Scopes: \['admin'\]
        Successfully updated the account scopes.
        Successfully removed account from project.
        Invited: Invite successfully generated and sent to new.colleague@company.com
        Invite dana\+dg@acme.test: admin, sent None
        Invite new.colleague@company.com: usage:read, sent None
        Successfully deleted the invite.
    """,
    "usage": r"""
        Usage from 2026-10-31 to 2026-11-30: 4 requests
        Page 0, limit 100
        Request r-3: /v1/speak\?model=aura-2-zeus-en at 2026-11-03T10:00:00.123Z
        Request r-2: /v1/listen\?model=nova-3 at 2026-11-02T09:30:00Z
        Request r-1: /v1/listen\?model=nova-3 at 2026-11-01T08:00:00Z
        One: /v1/listen\?model=nova-3, None
        2026-11-01 to 2026-11-01: 12.25 h, 310, 1500 tokens
        2026-11-02 to 2026-11-02: 10.50 h, 287, 1350 tokens
        Speech to text: 597 requests, 22.75 h, 2850 tokens
        Text to speech: 42 requests, 9180 characters
    """,
    "balances": r"""
        Balance b-gift: 4.56822227 usd
          Purchase: o-gift
        Balance b-bought: 100.1 usd
          Purchase: o-bought
    """,
    "models": r"""
        nova-3 \(nova-3-general\), en, batch True, live True
        zeus \(aura-2-zeus-en\), en, 2025-04-07.0
        One: nova-3 nova-3 \['en', 'en-us', 'de'\] s-nova-3
    """,
    "together": r"""
        3 keys, 3 members, 2 balances
    """,
}


def run(sample: str, environ: dict[str, str]) -> str:
    command = [sys.executable, str(SAMPLES / f"{sample}.py")]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("wire", ["current", "legacy"])
def test_the_published_examples_print_sensible_lines(wire):
    assert {path.stem for path in SAMPLES.glob("*.py")} == set(PRINTED)
    for sample, expected in PRINTED.items():
        with local_deepgram("--wire", wire, "--lenient", "--seed", WORLD) as environ:
            printed = run(sample, environ)
        patterns = re.sub(r"^        ", "", expected, flags=re.MULTILINE).strip().splitlines()
        lines = printed.splitlines()
        assert len(lines) == len(patterns), printed
        for line, pattern in zip(lines, patterns, strict=True):
            assert re.fullmatch(pattern, line), f"{sample}: {line!r} is not {pattern!r}"


@pytest.mark.slow
@pytest.mark.parametrize("wire", ["current", "legacy"])
def test_the_published_invitation_is_refused_with_the_scopes_that_fit(wire):
    with local_deepgram("--wire", wire, "--seed", WORLD) as environ:
        printed = run("members", environ).splitlines()
    assert printed[-1] == (
        "Failed: Deepgram answered 400: Invalid request: scope must be either 'member', 'admin' or 'owner'."
    )
