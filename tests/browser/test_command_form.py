"""A key is asked for without typing a flag: the form of create-key, in a browser, with the bot's real process."""

from __future__ import annotations

import re

from playwright.async_api import expect


async def test_a_key_is_asked_for_in_a_form(sits):
    alice, bob = await sits("alice", "general"), await sits("bob", "key-approvals")
    await alice.says("/deepgram create-key")
    form = alice.modal
    name = form.get_by_label("Name")
    await expect(form.get_by_role("heading", level=2)).to_have_text("Create key")
    await expect(name).to_be_focused()
    await expect(form.get_by_role("combobox", name="Time to live")).to_have_value("30d")

    await name.fill("nightly [dgbot:x]")
    await form.get_by_role("combobox", name="Scopes").click()
    await form.get_by_role("option", name="usage:read").click()
    await form.get_by_role("option", name="billing:read").click()
    await alice.page.keyboard.press("Escape")
    await form.get_by_role("combobox", name="Time to live").click()
    await form.get_by_role("option", name="7d").click()
    await form.get_by_label("Reason").fill('"every night"\n-- for bob')
    await form.get_by_role("button", name="Ask for approval").click()
    await expect(form.get_by_text("looks like the bot's own mark on a key")).to_be_visible()
    await expect(name).to_be_focused()
    await expect(form.get_by_role("button", name="Remove billing:read")).to_be_visible()

    await name.fill("nightly")
    await name.press("Enter")
    await expect(form).to_have_count(0)
    answer = await alice.sees("Asked key-approvers for the key nightly.")
    await expect(answer).to_contain_text("Only visible to you")
    card = await bob.sees(re.compile(r"alice asks for an API key . nightly"))
    for shown in ("usage:read, billing:read", "7 days", '"every night"', "-- for bob"):
        await expect(card).to_contain_text(shown)


async def test_a_form_goes_by_keyboard_alone(sits):
    carol = await sits("carol", "ops")
    await carol.says("/deepgram balance-alert set")
    await expect(carol.modal.get_by_label("Amount")).to_be_focused()
    keys = carol.page.keyboard
    await keys.type("75")
    await keys.press("Tab")
    await keys.press("ArrowDown")
    await keys.type("alerts")
    await expect(carol.modal.get_by_role("option")).to_have_text(["#alerts"])
    await keys.press("Enter")
    await expect(carol.modal.get_by_role("combobox", name="Channel")).to_have_value("#alerts")
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(carol.modal).to_have_count(0)
    await carol.sees("hears when less than $75 is left")
