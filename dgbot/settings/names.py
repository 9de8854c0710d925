"""The names that a setting has in the environment."""

from __future__ import annotations

WELL_KNOWN = {
    "SLACK_BOT_TOKEN": ("slack", "bot_token"),
    "SLACK_APP_TOKEN": ("slack", "app_token"),
    "SLACK_SIGNING_SECRET": ("slack", "signing_secret"),
    "SLACK_PREVIOUS_SIGNING_SECRET": ("slack", "previous_signing_secret"),
    "DEEPGRAM_API_KEY": ("deepgram", "api_key"),
    "DEEPGRAM_HOST": ("deepgram", "base_url"),
    "DGBOT_CLOCK_URL": ("clock_url",),
}
"""Names from the environment that are not ``DGBOT_SECTION__KEY``; each may end in ``_FILE`` and name a file."""

READ_BY_BOLT = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
"""Bolt would switch to OAuth by itself if it found these."""
