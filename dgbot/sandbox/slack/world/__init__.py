"""What a Slack workspace consists of, as values in memory."""
