"""What requests, keys and an alert ought to do, in the plainest words: what the real ones are compared with."""

from __future__ import annotations

from dataclasses import dataclass, field

LIMIT = 3
"""The attempt at which a request fails."""


@dataclass
class Wanted:
    """One request as it ought to be; *live* counts its keys that exist."""

    asker: str
    yes: int
    state: str = "pending"
    voted: list[str] = field(default_factory=list)
    attempt: int = 0
    live: int = 0
    too_old: bool = False
    """Whether the time to reveal it ended, perhaps while it was in doubt."""

    def vote(self, who: str, *, may: bool, yes: bool) -> bool:
        """Count a vote; False if it does not count."""
        if self.state != "pending" or who == self.asker or not may or who in self.voted:
            return False
        self.voted.append(who)
        if not yes:
            self.state = "denied"
        elif len(self.voted) == self.yes:
            self.state = "approved"
        return True

    def cancel(self, who: str) -> bool:
        """Take it back; False if that comes too late or from somebody else."""
        if who != self.asker or self.state not in {"pending", "approved"}:
            return False
        self.state = "cancelled"
        return True

    def reveal(self, who: str, made: str, shown: str) -> None:
        """Make the key and show it, as far as Deepgram and Slack do as they are told."""
        if who != self.asker or self.state != "approved" or self.too_old:
            return
        if self.attempt >= LIMIT:
            self.state = "failed"
            return
        self.attempt += made != "unsent"
        if made in {"lost", "done, lost"}:
            self.state, self.attempt, self.live = "revoking", self.attempt + 1, int(made == "done, lost")
        elif made in {"refused", "wider"}:
            self.state = "failed"
        elif made == "made" and shown == "shown":
            self.state, self.live = "delivered", 1
        elif made == "made":
            self.state, self.attempt = "revoking", self.attempt + 1

    def settle(self) -> None:
        """Let the rounds find it in doubt."""
        if self.state == "revoking":
            self.state, self.live = "failed" if self.attempt >= LIMIT else "approved", 0

    def revoke(self, who: str) -> None:
        """End the key that was delivered."""
        if who == self.asker and self.state == "delivered":
            self.state, self.live = "revoked", 0

    def expire(self) -> None:
        """Let all waiting be over."""
        self.too_old = True
        if self.state in {"pending", "approved"}:
            self.state = "expired"


@dataclass
class WantedAlert:
    """An alert below 50 that recovers at 55; *closed* counts closings."""

    is_open: bool = False
    closed: int = 0

    def measured(self, dollars: int | None) -> None:
        """Take a sample; None is a failure, which changes nothing."""
        if dollars is not None and (dollars < 50 if not self.is_open else dollars >= 55):
            self.closed += self.is_open
            self.is_open = not self.is_open
