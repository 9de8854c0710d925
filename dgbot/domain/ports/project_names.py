"""Where the names of projects are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class ProjectNameStore(Protocol):
    """How people call the projects: whoever reads the database later may have no Deepgram to ask."""

    async def keep_project_names(self, names: Mapping[str, str]) -> None:
        """Keep *names* by id, in the place of older ones."""
