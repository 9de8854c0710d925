"""Whether the promises held: what the ledgers of Slack and Deepgram and the database say when all is at rest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.e2e.leaks import leaks
from tests.faults.crashes.databases import dumped
from tests.faults.crashes.town import Town


@dataclass(frozen=True)
class Verdict:
    """A sentence for each broken promise, and what there was to count."""

    lost: Sequence[str] = ()
    doubled: Sequence[str] = ()
    orphaned: Sequence[str] = ()
    leaked: Sequence[str] = ()
    died: Sequence[str] = ()
    names: Sequence[Sequence[str]] = field(default=(), repr=False)
    screens: str = field(default="", repr=False)

    @property
    def broken(self) -> list[str]:
        promises: Mapping[str, Sequence[str]] = {
            "lost": self.lost, "doubled": self.doubled, "orphaned": self.orphaned, "leaked": self.leaked
        }  # fmt: skip
        return [f"{promise}: {sentence}" for promise, told in promises.items() for sentence in told]


def judged(town: Town) -> Verdict:
    """Look at everything once, at rest."""
    return Verdict(
        lost=[*town.lost, *_left(town)],
        doubled=[*town.doubled, *_told_twice(town)],
        orphaned=_orphans(town),
        leaked=_leaks(town),
        died=town.died,
        names=town.names,
        screens="\n\n".join(f"{who} sees:\n{town.screen(who)}" for who in ("alice", "bob", "carol")),
    )


def _left(town: Town) -> list[str]:
    """What was begun and not finished."""
    waiting = town.ground.database.rows("SELECT id FROM inbox WHERE finished_at IS NULL")
    unsent = town.ground.database.rows("SELECT key FROM outbox WHERE sent_at IS NULL")
    return [f"delivery {row[0]} is not finished" for row in waiting] + [f"{row[0]} is not sent" for row in unsent]


def _told_twice(town: Town) -> list[str]:
    """A message may be there once more for each crash, since nobody knows what the last call before it did."""
    posted: dict[tuple[str, str, str], int] = {}
    for call in town.slack.calls:
        if call.ok and call.method == "chat.postMessage":
            thread = str(call.arguments.get("thread_ts", ""))  # two alerts may end in the same words
            said = str(call.arguments["channel"]), thread, str(call.arguments["text"])
            posted[said] = posted.get(said, 0) + 1
    most = 1 + len(town.died)
    return [f"{times} times in {where}: {text}" for (where, _, text), times in posted.items() if times > most]


def _orphans(town: Town) -> list[str]:
    """Live keys that the bot made and does not know of, and keys on record that are dead."""
    live = {key.api_key_id for key in town.deepgram.keys if "[dgbot:" in key.comment}
    recorded = {one.key_id for one in town.requests() if one.state == "delivered"}
    return [f"key {key_id} lives, and nobody knows of it" for key_id in sorted(live - recorded)] + [
        f"key {key_id} is on record and dead" for key_id in sorted(str(one) for one in recorded - live)
    ]


def _leaks(town: Town) -> list[str]:
    secrets = {f"the secret of key {n}": secret for n, secret in enumerate(town.deepgram.issued_secrets, start=1)}
    secrets |= {
        "the bot token": town.slack.bot_token,
        "the signing secret": town.slack.signing_secret,
        "the Deepgram API key": town.deepgram.api_key,
    }
    calls = [(call.method, dict(call.arguments)) for call in town.slack.calls if call.method != "views.update"]
    shown = [str(dict(call.arguments)) for call in town.slack.calls if call.method == "views.update"]
    often = [name for name, secret in secrets.items() if sum(secret in call for call in shown) > 1]
    places = {
        **town.ground.database.files(),
        "the rows": dumped(town.ground.database),
        "the log": town.ground.log.read_bytes(),
        "a call to Slack": json.dumps(calls, default=str).encode(),
    }
    return [*leaks(places, secrets), *(f"{name} was shown more than once." for name in often)]
