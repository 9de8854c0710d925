"""Slack at the door: payloads in, messages and modals out."""
