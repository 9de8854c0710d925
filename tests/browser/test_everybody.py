"""The page for everybody: on a phone, in the dark, with a screen reader, and for those whom motion makes ill."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.audit import cramped, faint, nameless
from tests.browser.desk import Desk

PHONE: dict[str, Any] = {"viewport": {"width": 375, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_control_has_a_name_and_every_text_stands_out(sits, scheme):
    alice = await sits("alice", "alerts", color_scheme=scheme)
    bob = await sits("bob", "key-approvals", color_scheme=scheme)
    await _is_fine(alice)
    await alice.pulls("Drain to $20")
    await alice.pulls("+30m")
    await alice.sees("left, below $50")
    await alice.says("/deepgram usage --last 7d")
    await alice.sees("requests")
    await alice.line.fill("/")
    await expect(alice.hints.first).to_be_visible()
    await _is_fine(alice)
    await alice.says("/deepgram create-key ci --scopes usage:read --ttl 30d --reason once")
    await bob.presses(await bob.sees("alice asks for an API key"), "Deny…")
    await expect(bob.modal).to_be_visible()
    await _is_fine(bob)
    await bob.modal.get_by_role("button", name="Close").click()
    for tab in ("Deepgram", "Wire"):
        await alice.page.get_by_role("tab", name=tab).click()
        await _is_fine(alice)


async def test_a_phone_holds_a_whole_conversation(sits):
    bob = await sits("bob", **PHONE)
    alice = await sits("alice", **PHONE)
    await alice.says("/deepgram create-key ci --scopes usage:read --ttl 30d --reason once")
    await alice.sees("Asked key-approvers")
    assert await cramped(alice.page) == []
    await _opens(bob, "People and channels")
    assert await cramped(bob.page) == []
    await bob.enters("key-approvals")
    await expect(bob.page.get_by_role("navigation")).to_be_hidden()
    card = await bob.sees("alice asks for an API key")
    assert await cramped(bob.page) == []
    await bob.presses(card, "Approve")
    await bob.sees("approved by bob")
    await _opens(bob, "World")
    await expect(bob.world).to_be_visible()
    assert await cramped(bob.page) == []
    await bob.page.keyboard.press("Escape")
    await expect(bob.world).to_be_hidden()
    await _opens(bob, "World")
    await bob.world.get_by_role("button", name="Close").click()
    await expect(bob.world).to_be_hidden()


async def test_nothing_moves_for_those_who_asked_for_stillness(sits):
    alice, bob = await sits("alice", "key-approvals", reduced_motion="reduce"), await sits("bob", "key-approvals")
    await alice.says("/deepgram create-key ci --scopes usage:read --ttl 30d --reason once")
    await bob.presses(await bob.sees("alice asks for an API key"), "Approve")
    await alice.sees("approved by bob")
    await alice.line.fill("/")
    await expect(alice.hints.first).to_be_visible()
    assert await alice.page.evaluate("document.getAnimations().length") == 0


async def test_two_pages_show_two_people(sits):
    alice, bob = await sits("alice"), await sits("bob")
    await alice.says("good morning")
    await bob.sees("good morning")
    await bob.says("good morning, @alice")
    await alice.sees("good morning, @alice")
    await alice.says("/deepgram help")
    await alice.sees("Only visible to you")
    await expect(bob.message("Only visible to you")).to_have_count(0)


async def test_a_reload_keeps_the_person_the_room_and_the_open_form(sits):
    carol, bob = await sits("carol", "key-approvals"), await sits("bob", "key-approvals")
    await carol.says("/deepgram create-key ci --scopes usage:read --ttl 30d --reason once")
    await bob.presses(await bob.sees("carol asks for an API key"), "Deny…")
    await expect(bob.modal).to_be_visible()
    await bob.page.reload()
    await expect(bob.page.get_by_role("heading", level=1)).to_have_text("key-approvals")
    await expect(bob.page.get_by_label("You are")).to_have_value("bob")
    await bob.modal.get_by_label("Reason").fill("Not today")
    await bob.modal.get_by_role("button", name="Deny").click()
    await expect(bob.modal).to_have_count(0)
    await bob.sees("Not today")


async def _opens(desk: Desk, panel: str) -> None:
    await desk.page.get_by_role("button", name=panel, exact=True).click()


async def _is_fine(desk: Desk) -> None:
    assert await nameless(desk.page) == []
    assert await faint(desk.page) == []
