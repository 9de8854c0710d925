"""Everything that a mouse can do, done with Tab, Enter and Esc alone."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.browser.desk import Desk

FAR = 80
"""More presses of Tab than any screen of these tests has stops."""


async def test_a_key_is_asked_for_approved_and_revealed_without_a_mouse(sits):
    alice, bob = await sits("alice"), await sits("bob")
    await _tabs_to(alice, "Message")
    await alice.page.keyboard.type("/deepgram cr")
    await expect(alice.hints).to_have_count(1)
    await alice.page.keyboard.press("Tab")
    await alice.page.keyboard.type("nightly --scopes usage:read --ttl 30d --reason batch")
    await alice.page.keyboard.press("Enter")
    await alice.sees("Asked key-approvers for the key nightly.")

    await _tabs_to(bob, "key-approvals")
    await bob.page.keyboard.press("Enter")
    await bob.sees("alice asks for an API key")
    await _tabs_to(bob, "Approve")
    await bob.page.keyboard.press("Enter")
    await bob.sees("approved by bob")
    await expect(bob.page.locator("main :focus")).to_have_count(1)  # the button is gone; its place is not lost

    await _tabs_to(alice, "dgbot", backwards=True)
    await alice.page.keyboard.press("Enter")
    await alice.sees("Your key nightly is created when you reveal it")
    await _tabs_to(alice, "Reveal key")
    await alice.page.keyboard.press("Enter")
    await expect(alice.modal).to_contain_text("Copy it now")
    await alice.page.keyboard.press("Escape")
    await expect(alice.modal).to_have_count(0)
    await expect(alice.page.locator("main :focus")).to_have_count(1)  # the button is gone; its place is not lost


async def test_esc_closes_a_form_and_gives_the_focus_back_to_what_opened_it(sits):
    carol, bob = await sits("carol", "key-approvals"), await sits("bob", "key-approvals")
    await carol.says("/deepgram create-key brief --scopes usage:read --ttl 30d --reason once")
    await bob.sees("carol asks for an API key")
    await _tabs_to(bob, "Deny…")
    await bob.page.keyboard.press("Enter")
    await expect(bob.modal.get_by_label("Reason")).to_be_focused()
    await bob.page.keyboard.press("Escape")
    await expect(bob.modal).to_have_count(0)
    await expect(bob.log.get_by_role("button", name="Deny…")).to_be_focused()


async def test_esc_leaves_the_completion_before_anything_else(sits):
    alice = await sits("alice")
    await _tabs_to(alice, "Message")
    await alice.page.keyboard.type("/")
    await expect(alice.hints.first).to_be_visible()
    await alice.page.keyboard.press("Escape")
    await expect(alice.hints.first).to_be_hidden()
    await expect(alice.line).to_have_value("/")


async def _tabs_to(desk: Desk, name: str, *, backwards: bool = False) -> None:
    """Press Tab until what has the focus is called *name*."""
    passed = []
    for _ in range(FAR):
        await desk.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        passed.append(await desk.page.evaluate(_CALLED))
        if re.fullmatch(rf"\W*{re.escape(name)}\d*", passed[-1]):  # a room may carry a sign and the number of its news
            return
    raise AssertionError(f"Tab does not lead to {name!r}; it leads to {passed}.")


_CALLED = "(({ ariaLabel, textContent, id }) => ariaLabel ?? (textContent || id))(document.activeElement)"
