"""What must hold at every moment, whatever fails, and what must hold when all is quiet again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.request_states import FINAL, State
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.services.keys.doubt import QUIET
from dgbot.services.panes import NewKey, Pane
from tests.sim.journal import Log
from tests.sim.slack import Workspace
from tests.sim.storage import Database, Row

TOLERANCE = timedelta(minutes=5)
CLOCKS_DIFFER = timedelta(seconds=2)
FINALS = frozenset(state.value for state in FINAL)


@dataclass
class Promises:
    """Watches every commit, every key and every window; *broken* says what was not kept."""

    local: LocalDeepgram
    may_decide: frozenset[str]
    broken: list[str] = field(default_factory=list)
    requests: dict[str, Row] = field(default_factory=dict)
    asked_for_revocation: set[str] = field(default_factory=set)
    """Ids of keys that somebody wanted to be gone."""
    made: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By id: the secret, and the comment with the mark."""
    shown: dict[str, set[str]] = field(default_factory=dict)
    """By request the ids of the keys that its requester has seen."""
    decisions: dict[str, str] = field(default_factory=dict)

    def committed(self, row: Row) -> None:
        """Look at a request that was changed."""
        if previous := self.requests.get(row.id):
            self._fenced(previous, row)
        self.requests[row.id] = row
        if row.state in {"approved", "denied"} and row.before == "pending":
            self._decided(row)
        if row.before == "pending" and row.state not in {"approved", "denied", "expired", "cancelled", "pending"}:
            self._break(f"I0 {row.id[:6]} went from pending to {row.state}")
        if row.state == "delivered" and row.before != "delivered":
            self._delivered(row)

    def _fenced(self, previous: Row, row: Row) -> None:
        if row.attempt < previous.attempt and (previous.state, row.state) != ("creating", "approved"):
            self._break(f"R5 {row.id[:6]} went back from attempt {previous.attempt} to {row.attempt}")
        if previous.state == "revoking" and row.state in {"approved", "failed"}:
            waited = datetime.fromisoformat(row.touched_at or "") - datetime.fromisoformat(previous.touched_at or "")
            if waited < QUIET - CLOCKS_DIFFER:
                self._break(f"R4 {row.id[:6]} was settled {waited.total_seconds():.0f} s after its fence")

    def _decided(self, row: Row) -> None:
        if row.id in self.decisions:
            self._break(f"decided twice: {row.id[:6]} by {self.decisions[row.id]} and by {row.decided_by}")
        self.decisions[row.id] = row.decided_by or ""
        votes, terms, is_key = json.loads(row.votes), json.loads(row.terms), "scopes" in json.loads(row.plan)
        voters = {vote["by"] for vote in votes}
        glass = any(vote["glass"] for vote in votes)
        if row.requester_id in voters and (is_key or not glass):
            self._break(f"self-approved: {row.id[:6]} by {row.requester_id}")
        if not voters or not voters <= self.may_decide:
            self._break(f"decided by a stranger: {row.id[:6]} by {sorted(voters)}")
        agreed = {vote["by"] for vote in votes if vote["yes"] and not vote.get("lapsed")}
        if row.state == "approved" and not glass and len(agreed) < terms["yes"]:
            self._break(f"too few: {row.id[:6]} needs {terms['yes']} yes and has {len(votes)} votes")

    def _delivered(self, row: Row) -> None:
        if row.key_id not in self._live() and row.key_id not in self.asked_for_revocation:
            self._break(f"I2 {row.id[:6]} is delivered, but its key is dead")
        if row.key_id not in self.shown.get(row.id, ()):
            self._break(f"I3 {row.id[:6]} is delivered, but its key was not shown")

    def changed(self, came: set[str], went: set[str]) -> None:
        """Look at keys that Deepgram made or deleted."""
        for key_id in came:
            key = self.local.production.keys[key_id]
            if key.comment in {comment for _, comment in self.made.values()}:
                self._break(f"E1 two keys were made for one attempt: {key.comment}")
            self.made[key_id] = (key.secret, key.comment)
        for row in self.requests.values():
            if row.state == "delivered" and row.key_id in went and row.key_id not in self.asked_for_revocation:
                self._break(f"I2 the key of {row.id[:6]}, which is delivered, was deleted")

    def seen(self, owner: str, pane: Pane) -> None:
        """Look at a window that somebody sees."""
        if not isinstance(pane, NewKey):
            return
        request = pane.request
        if owner != request.requester_id:
            self._break(f"the key of {request.id[:6]} was shown to {owner}, not to {request.requester_id}")
        [key_id] = [key_id for key_id, (secret, _) in self.made.items() if secret == pane.secret.reveal()]
        key = self.local.production.keys.get(key_id)
        if key is not None and set(key.scopes) - set(request.key.scopes):
            self._break(f"A {request.id[:6]}: its key may do more than was approved")
        if key is not None and (key.expires is None or key.expires - key.created > request.key.lives + TOLERANCE):
            self._break(f"A {request.id[:6]}: its key lives longer than was approved")
        known = self.shown.setdefault(request.id, set())
        known.add(key_id)
        if len(known & self._live()) > 1:
            self._break(f"I1 {request.id[:6]}: two live keys are known to {request.requester_id}")

    def at_rest(self, database: Database, space: Workspace, log: Log) -> None:
        """Look at everything when nothing is under way any more."""
        live = self._live()
        for row in self.requests.values():
            marked = {key_id for key_id, (_, comment) in self.made.items() if f"[dgbot:{row.id}:" in comment}
            expected = {row.key_id} if row.state == "delivered" else set()
            if row.state not in FINALS:
                self._break(f"I4 {row.id[:6]} rests in {row.state}, attempt {row.attempt}")
            elif orphans := marked & live - expected:
                self._break(f"I5 {row.id[:6]} is {row.state}, and {len(orphans)} keys too many live")
            elif expected - live - self.asked_for_revocation:
                self._break(f"I5 {row.id[:6]} is delivered, and its key is gone")
        self._nothing_lost(database, space)
        self._told(database, space)
        self._once(space)
        self._alerts(database, space)
        self._secret(database, space, "\n".join(log.lines))
        self.broken += [f"a bug: {line}" for line in log.bugs]

    def _nothing_lost(self, database: Database, space: Workspace) -> None:
        for (delivery,) in database.rows("SELECT id FROM inbox WHERE finished_at IS NULL"):
            self._break(f"lost: delivery {delivery} is not finished")
        for (key,) in database.rows("SELECT key FROM outbox WHERE sent_at IS NULL AND given_up_at IS NULL"):
            self._break(f"lost: notice {key} was not sent")
        for (key,) in database.rows("SELECT key FROM outbox WHERE sent_at IS NOT NULL"):
            if key not in space.sends:
                self._break(f"lost: notice {key} counts as sent, and was not")

    def _told(self, database: Database, space: Workspace) -> None:
        told = {
            (sent.notice.about, sent.notice.facts["request"]["state"])
            for sends in space.sends.values()
            for sent in sends
            if sent.notice.about.startswith("asked:")
        }
        for row in self.requests.values():
            if row.state in FINALS and (f"asked:{row.id}", row.state) not in told:
                self._break(f"untold: {row.requester_id} never heard that {row.id[:6]} is {row.state}")

    def _once(self, space: Workspace) -> None:
        for key, sends in space.sends.items():
            for first, _ in pairwise(sorted(sends, key=lambda sent: sent.began)):
                if first.known and first.by.losses == first.losses:
                    self._break(f"doubled: notice {key} was sent again by a bot that knew of the first")

    def _alerts(self, database: Database, space: Workspace) -> None:
        shown: dict[str, str] = {}
        for sends in space.sends.values():
            for sent in sends:
                if sent.notice.kind is NoticeKind.ALERT:
                    shown[sent.notice.about] = max(shown.get(sent.notice.about, ""), _numbered(sent.notice))
        rows = database.rows("SELECT told FROM alert_instances WHERE severity != ''")
        firing = {
            f"incident:{told.get('anchor', '')}"
            for told in (msgspec.json.decode(row) for (row,) in rows)
            if told.get("anchor") or not told.get("hushed")
        }
        for about, latest in shown.items():
            if ("🟢" in latest or "⚪" in latest) is (about in firing):
                self._break(f"alert {about} was told wrongly")
        for about in firing - shown.keys():
            self._break(f"lost: nobody heard of {about}")

    def _secret(self, database: Database, space: Workspace, logged: str) -> None:
        facts = repr([sent.notice.facts for sends in space.sends.values() for sent in sends])
        places = {"the database": database.driver.serialize(), "Slack": facts.encode(), "the log": logged.encode()}
        for secret, _ in self.made.values():
            for name, place in places.items():
                if any(secret[at : at + 12].encode() in place for at in (0, 14, 28)):
                    self._break(f"leaked: a secret stands in {name}")

    def _live(self) -> set[str]:
        return set(self.local.production.keys)

    def _break(self, sentence: str) -> None:
        self.broken.append(sentence)


def counted(requests: Mapping[str, Row]) -> dict[str, int]:
    """Return how many requests came to which end."""
    ends: dict[str, int] = {}
    for state in State:
        if number := sum(row.state == state.value for row in requests.values()):
            ends[state.value] = number
    return ends


def _numbered(notice: Notice) -> str:
    """Return the headline of an incident's message behind its number, so that the latest sorts last."""
    return f"{int(notice.key.rpartition(':')[2]):06} {notice.facts['reply']['headline']}"
