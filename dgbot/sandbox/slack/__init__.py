"""A local Slack: a real server on loopback for the bot, with people whose hands and eyes are functions."""

from dgbot.sandbox.slack.edge.delivery import Delivered
from dgbot.sandbox.slack.people.interactions import NotAccepted
from dgbot.sandbox.slack.people.person import Person
from dgbot.sandbox.slack.server import LocalSlack
from dgbot.sandbox.slack.world.elements import NoSuchThing

__all__ = ["Delivered", "LocalSlack", "NoSuchThing", "NotAccepted", "Person"]
