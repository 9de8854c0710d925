"""Slack's Web API, a room for each family of methods."""
