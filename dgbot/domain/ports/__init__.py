"""What the bot needs of the world, a port a room; adapters provide it."""

from dgbot.domain.ports.alerts import AlertStore
from dgbot.domain.ports.approvals import ApprovalStore
from dgbot.domain.ports.clock import Clock
from dgbot.domain.ports.digests import DigestStore
from dgbot.domain.ports.directory import Directory, DirectoryUnavailable, Person
from dgbot.domain.ports.inbox import InboxStore
from dgbot.domain.ports.instances import InstanceStore
from dgbot.domain.ports.key_reports import KeyReportStore
from dgbot.domain.ports.notifier import PATIENCE, NotDelivered, Notifier
from dgbot.domain.ports.outbox import OutboxStore
from dgbot.domain.ports.project_names import ProjectNameStore
from dgbot.domain.ports.silences import SilenceStore
from dgbot.domain.ports.store import Backlog, Store

__all__ = [
    "PATIENCE",
    "AlertStore",
    "ApprovalStore",
    "Backlog",
    "Clock",
    "DigestStore",
    "Directory",
    "DirectoryUnavailable",
    "InboxStore",
    "InstanceStore",
    "KeyReportStore",
    "NotDelivered",
    "Notifier",
    "OutboxStore",
    "Person",
    "ProjectNameStore",
    "SilenceStore",
    "Store",
]
