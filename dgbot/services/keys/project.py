"""The keys of one project as a command may see them."""

from __future__ import annotations

from dgbot.domain.plans import OldKey
from dgbot.domain.reconciliation import KeyReview
from dgbot.services.keys.reviews import KeyReviews


class ProjectKeys:
    """What stands behind ``ctx.keys``."""

    def __init__(self, reviews: KeyReviews, project_id: str) -> None:
        self._reviews = reviews
        self._project_id = project_id

    async def review(self) -> KeyReview:
        """Return every key, whose it is and what deserves a look, as of now; raises DeepgramError."""
        return await self._reviews.review(self._project_id)

    async def old(self, key_id: str) -> OldKey:
        """Return what those see of a key who decide on its successor; raises DeepgramError."""
        return await self._reviews.old(self._project_id, key_id)
