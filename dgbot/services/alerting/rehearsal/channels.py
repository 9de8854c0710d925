"""The channels of a rehearsal: they keep what was said in them, and can be archived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dgbot.domain.alerting.labels import Labels
from dgbot.domain.alerting.telling import Act, Why
from dgbot.domain.deliveries import MessageRef, Notice, NoticeKind
from dgbot.domain.ports import Clock, NotDelivered
from dgbot.services.alerting.rehearsal.performance import SUMMARY, TROUBLE, Said
from dgbot.services.alerting.rehearsal.posting import posted


@dataclass(frozen=True, slots=True)
class Meant:
    """How, why and of what something is told, which its notice does not say."""

    act: Act
    why: Why
    rule: str
    labels: Labels


@dataclass
class Channels:
    """The Notifier of a rehearsal; it does with messages what the one for Slack does, and draws nothing.

    *meant* tells of notices by their keys.
    """

    clock: Clock
    meant: Mapping[str, Meant]
    said: list[Said] = field(default_factory=list[Said])
    archived: set[str] = field(default_factory=set[str])
    _posts: int = 0

    async def send(self, notice: Notice, standing: MessageRef | None) -> MessageRef | None:
        """Say *notice*, as a post, an edit of the *standing* message or in its thread; raises NotDelivered."""
        follows = notice.kind is NoticeKind.EVENT
        if follows and standing is None:
            raise NotDelivered("the message that it follows was never posted", again_in=None)
        there = None if notice.facts.get("afresh") else standing
        channel = there.channel_id if there is not None else notice.target
        if channel in self.archived:
            raise NotDelivered("is_archived", again_in=None)
        self._hear(notice, channel, follows=follows, edits=there is not None and not follows)
        if follows or there is not None:
            return None if follows else there
        self._posts += 1
        return MessageRef(channel, str(self._posts), str(notice.facts.get("thread_ts", "")))

    def _hear(self, notice: Notice, channel: str, *, follows: bool, edits: bool) -> None:
        kind, now = notice.key.partition(":")[0], self.clock.now()
        meant = self.meant.get(notice.key.removesuffix(":elsewhere"))
        if meant is None:
            act, why = (TROUBLE, "told") if kind == "trouble" else (SUMMARY, "")
            why = "over" if notice.key.endswith(":over") else "changed" if edits else why
            self.said.append(posted(now, act, why, notice, channel))
            return
        if meant.act is Act.ESCALATE:
            how = Act.ESCALATE
        elif follows:
            how = Act.BROADCAST if notice.facts.get("loud") else Act.REPLY
        else:  # an edit of what was never posted is a post, as in Slack
            how = Act.EDIT if edits else Act.REPLY if notice.facts.get("thread_ts") else Act.OPEN
        self.said.append(posted(now, how, meant.why, notice, channel, rule=meant.rule, labels=meant.labels))
