"""`ProjectNameStore` on SQL."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import islice

from dgbot.adapters.storage import project_names
from dgbot.adapters.storage.stores.unit_store import UnitStore

KEPT_AT_ONCE = 1000
"""Names that one transaction keeps."""


class SqlProjectNames(UnitStore):
    """How people call the projects."""

    async def keep_project_names(self, names: Mapping[str, str]) -> None:
        """Keep *names* by id, at most 1,000 in one transaction."""
        left = iter(names.items())
        while part := dict(islice(left, KEPT_AT_ONCE)):
            await self._run(partial(project_names.keep, names=part))
