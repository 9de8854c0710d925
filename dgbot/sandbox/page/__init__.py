"""The sandbox in a browser: whoever opens the page is one of its people, and sees what that person would see."""

from dgbot.sandbox.page.app import Page

__all__ = ["Page"]
