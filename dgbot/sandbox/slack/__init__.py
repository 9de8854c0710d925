"""A local Slack: a real server on loopback for the bot, with people whose hands and eyes are functions."""

from dgbot.sandbox.slack.delivery import Delivered
from dgbot.sandbox.slack.elements import NoSuchThing
from dgbot.sandbox.slack.interactions import NotAccepted
from dgbot.sandbox.slack.people import Person
from dgbot.sandbox.slack.server import LocalSlack

__all__ = ["Delivered", "LocalSlack", "NoSuchThing", "NotAccepted", "Person"]
