"""A local Slack and a local Deepgram: real servers on loopback, to try the bot with and to test it against."""
