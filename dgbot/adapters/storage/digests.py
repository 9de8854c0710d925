"""Digests, and for which local dates each was posted; those dates outlive the digest, so that none comes twice."""

from __future__ import annotations

from datetime import date

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy import Connection

from dgbot.adapters.storage import audit, outbox
from dgbot.adapters.storage.statements import insert
from dgbot.adapters.storage.tables import digest_posts, digests
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice
from dgbot.domain.digests import Digest

log = structlog.get_logger(__name__)

_DIGEST = msgspec.json.Decoder(Digest)
_ROW, _POST = digests.c, digest_posts.c


def all_of(connection: Connection, project_id: str | None) -> list[Digest]:
    """Return the digests of a project, or of all, by name; one that can't be read is left out."""
    query = sa.select(digests).order_by(_ROW.name, _ROW.id)
    if project_id is not None:
        query = query.where(_ROW.project_id == project_id)
    found = []
    for row in connection.execute(query):
        try:
            found.append(_DIGEST.decode(row.body))
        except ValueError as error:  # msgspec's errors are ValueErrors
            log.warning("digest can't be read", digest=row.id, reason=str(error))
    return found


def put(connection: Connection, digest: Digest, event: AuditEvent) -> None:
    """Add *digest*, or change the one with its id."""
    columns = {"name": digest.name, "project_id": digest.project_id, "body": _body(digest)}
    row = insert(connection.dialect.name, digests).values(id=digest.id, **columns)
    connection.execute(row.on_conflict_do_update(index_elements=[_ROW.id], set_=columns))
    audit.record(connection, [event])


def remove(connection: Connection, digest_id: str, event: AuditEvent) -> bool:
    """Remove a digest; False if there is none."""
    if connection.execute(sa.delete(digests).where(_ROW.id == digest_id)).rowcount == 0:
        return False
    audit.record(connection, [event])
    return True


def is_posted(connection: Connection, digest_id: str, day: date) -> bool:
    """Whether the digest of that local date was posted."""
    query = sa.select(_POST.day).where(_POST.digest_id == digest_id, _POST.day == day.isoformat())
    return connection.execute(query).first() is not None


def post(connection: Connection, digest: Digest, day: date, notice: Notice, event: AuditEvent) -> bool:
    """Queue *notice* as the digest of *day*; False, and nothing kept, if there is one, or *digest* was changed."""
    standing = sa.select(_ROW.body).where(_ROW.id == digest.id)
    if connection.scalars(standing.with_for_update(read=True)).first() != _body(digest):
        return False
    row = insert(connection.dialect.name, digest_posts).values(
        digest_id=digest.id, day=day.isoformat(), posted_at=event.at
    )
    if connection.execute(row.on_conflict_do_nothing().returning(_POST.day)).first() is None:
        return False
    outbox.queue(connection, [notice], event.at)
    audit.record(connection, [event])
    return True


def _body(digest: Digest) -> str:
    return msgspec.json.encode(digest).decode()
