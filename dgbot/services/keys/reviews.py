"""Looks at the keys of a project with everything that Deepgram, Slack and the requests tell about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta

from dgbot.deepgram import AsyncManageClient, Key
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.marks import shown_name
from dgbot.domain.plans import KeyPlan, OldKey
from dgbot.domain.ports import ApprovalStore, Clock
from dgbot.domain.reconciliation import Concern, Grant, KeyReview, LivingKey, Mark, mark_in, reconcile
from dgbot.domain.request_states import FINAL, State
from dgbot.services.keys.ends import KeyEnds
from dgbot.services.keys.marks import made_for
from dgbot.services.keys.own import own_key_id
from dgbot.services.keys.owners import NOBODY, KeyOwners, Owner

_HOLES = "Deepgram's list lacks the key that the bot itself works with, so it may lack others."


class KeyReviews:
    """Compares what lives with what was granted; what is found is told, and nothing is ever deleted here."""

    def __init__(
        self,
        store: ApprovalStore,
        deepgram: AsyncManageClient,
        owners: KeyOwners,
        clock: Clock,
        *,
        old_after: timedelta,
    ) -> None:
        self._store = store
        self._deepgram = deepgram
        self._owners = owners
        self._clock = clock
        self._old_after = old_after
        self._ends = KeyEnds(deepgram)

    async def review(self, project_id: str) -> KeyReview:
        """Return the keys and what deserves a look; raises DeepgramError."""
        own = await own_key_id(self._deepgram)
        listed = (await self._deepgram.get_keys(project_id)).api_keys
        holes = _HOLES if own and own not in {key.api_key_id for key in listed} else ""
        granted = {r.key_id: r for r in await self._store.granted_requests() if r.key_id is not None}
        named = {mark_in(key.comment) for key in listed if key.api_key_id not in granted}
        marked = {r.id: r for r in await self._store.requests_among({name for name in named if name})}
        gone = await self._ends.look(project_id, listed)
        self._owners.begin()
        keys = [
            await self._living(key, granted.get(key.api_key_id), marked, project_id, own)
            for key in listed
            if key.api_key_id not in gone
        ]
        seen = {key.id for key in keys}
        ended = {r.key.replaces for r in granted.values() if r.retired_at is not None}
        missed = [r for r in granted.values() if _lasts(r, project_id) and r.key_id not in seen | ended]
        grants = [await self._grant(r) for r in missed]
        absent = await self._absent(project_id, {g.key_id for g in grants}) if not holes else frozenset()
        found = reconcile(keys, grants, self._clock.now(), old_after=self._old_after, absent=absent)
        gone = frozenset(one.key_id for one in found.findings if one.concern is Concern.GONE)
        waiting = {r.key.replaces for r in granted.values() if _lasts(r, project_id) and r.retired_at is None}
        if not holes:
            gone |= await self._absent(project_id, waiting - seen - absent - {""})
        return replace(found, notes=tuple(self._notes(keys)), holes=holes, gone=gone)

    async def _absent(self, project_id: str, key_ids: Collection[str]) -> frozenset[str]:
        """Return which of these ids Deepgram says that it does not have."""
        return frozenset([one for one in sorted(key_ids) if await self._ends.is_gone(project_id, one)])

    async def old(self, project_id: str, key_id: str) -> OldKey:
        """Return the name and the owner of one key, for whoever decides on its successor; raises DeepgramError."""
        key = (await self._deepgram.get_key(project_id, key_id)).api_key
        granted = {r.key_id: r for r in await self._store.granted_requests()}
        owner = await self._owner(key, granted.get(key_id))
        name = _short(shown_name(key.comment)) or "a key without a name"
        return OldKey(name, "" if owner == NOBODY else _short(owner.name), owner.user_id)

    async def _owner(self, key: Key, grant: ApprovalRequest | None) -> Owner:
        return await (self._owners.of_request(grant) if grant else self._owners.of_member(key.member))

    async def _living(
        self, key: Key, grant: ApprovalRequest | None, marked: Mapping[str, ApprovalRequest], project_id: str, own: str
    ) -> LivingKey:
        owner = await self._owner(key, grant)
        ends_at, end_told = self._ends.of(key)
        return LivingKey(
            id=key.api_key_id,
            name=_short(shown_name(key.comment)),
            scopes=tuple(key.scopes),
            owner=_short(owner.name),
            created_at=key.created_at,
            ends_at=ends_at,
            end_told=end_told,
            owner_id=owner.user_id,
            standing=owner.standing,
            mark=_of_grant(grant, project_id) if grant else _of_mark(key, marked, project_id),
            approved=grant.key.scopes if grant else (),
            own=key.api_key_id == own,
        )

    async def _grant(self, request: ApprovalRequest) -> Grant:
        since = request.touched_at or request.asked_at
        owner = await self._owners.of_request(request)
        return Grant(request.key_id or "", request.key.name, owner.name, since, since + request.key.lives)

    def _notes(self, keys: list[LivingKey]) -> list[str]:
        notes = []
        if "missing_scope" in self._owners.untold:
            notes.append("Slack does not tell the bot who has left: its app lacks the scope users:read.email.")
        elif self._owners.untold:
            notes.append("Slack could not tell just now whose owner has left.")
        if unknown := sum(not key.end_told for key in keys):
            notes.append(f"Deepgram did not tell when {unknown} of the keys end.")
        return notes


def _short(text: str) -> str:
    """Return *text* as far as a line has room for it; our own names fit whole."""
    return text if len(text) <= 60 else f"{text[:59]}…"


def _lasts(request: ApprovalRequest, project_id: str) -> bool:
    return request.state is State.DELIVERED and request.plan.project_id == project_id


def _of_grant(request: ApprovalRequest, project_id: str) -> Mark:
    if request.plan.project_id != project_id:
        return Mark.FORGED
    if request.state is State.REVOKED:
        return Mark.REVOKED
    return Mark.GRANTED if request.state is State.DELIVERED else Mark.OPEN


def _of_mark(key: Key, marked: Mapping[str, ApprovalRequest], project_id: str) -> Mark:
    """Judge the mark of a key that no request has on record; nobody without the database can write one that counts."""
    named = mark_in(key.comment)
    if named is None:
        return Mark.NONE
    request = marked.get(named)
    if request is None:
        return Mark.UNKNOWN if named else Mark.FORGED
    if not isinstance(request.plan, KeyPlan) or request.plan.project_id != project_id:
        return Mark.FORGED
    if not made_for(key, request, upto=request.attempt):
        return Mark.FORGED
    return Mark.ENDED if request.state in FINAL else Mark.OPEN
