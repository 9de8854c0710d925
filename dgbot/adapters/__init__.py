"""The outside world: Slack, the web server, the database, the clock."""
