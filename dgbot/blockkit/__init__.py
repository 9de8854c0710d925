"""What Slack takes in messages and views: slack_sdk checks little of it, and Slack refuses the rest at run time."""

from __future__ import annotations

from dgbot.blockkit.checking import check_blocks, check_view
from dgbot.blockkit.problems import Problem

__all__ = ["Problem", "check_blocks", "check_view"]
