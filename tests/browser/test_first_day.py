"""The first day of a small company, lived in a browser with the bot's real process behind it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

ASK = "/deepgram create-key {name} --scopes usage:read --ttl 30d --reason {reason}"
both_doors = pytest.mark.parametrize("acme", ["socket", "http"], indirect=True)


@both_doors
async def test_an_invitation_and_a_report_are_answered_to_their_askers_alone(sits):
    carol, alice = await sits("carol"), await sits("alice")
    await carol.says("/deepgram invite bob@co.com")
    answer = await carol.sees("Invited bob@co.com to acme-prod as member")
    await expect(answer).to_contain_text("Only visible to you")
    await alice.says("/deepgram usage --last 7d")
    await alice.sees(re.compile(r"acme-prod, .* requests"))
    await expect(alice.message("Invited")).to_have_count(0)


@both_doors
async def test_an_alert_turns_green_in_place(sits):
    alice = await sits("alice", "alerts")
    await alice.pulls("Drain to $20")
    await alice.pulls("+30m")
    alert = await alice.sees(re.compile(r"🟡 acme-prod: \$\d+ left, below \$50"))
    await alice.pulls("Top up by $500")
    await alice.pulls("+30m")
    await alice.sees(re.compile(r"🟢 acme-prod: recovered, \$5\d\d.*\(edited\)", re.DOTALL))
    await alice.sees(re.compile(r"replied to a thread:.*recovered after 30 min", re.DOTALL))
    await expect(alert).to_have_count(0)


@both_doors
async def test_a_key_is_asked_for_approved_by_another_and_shown_once(acme, sits):
    alice, bob = await sits("alice", "key-approvals"), await sits("bob", "key-approvals")
    await alice.line.press_sequentially("/deepgram cr")
    await expect(alice.hints).to_have_count(1)
    await alice.line.press("Tab")
    await expect(alice.line).to_have_value("/deepgram create-key ")
    await alice.line.press_sequentially('ci --scopes usage:read --ttl 30d --reason "nightly batch"')
    await alice.line.press("Enter")
    await alice.sees("Asked key-approvers for the key ci.")

    mine = await alice.sees("⏳ alice asks for an API key · ci")
    await alice.presses(mine, "Approve")
    await expect(await alice.sees("Ask someone else")).to_contain_text("Only visible to you")

    await bob.presses(await bob.sees("alice asks for an API key"), "Approve")
    decided = await bob.sees("🟢 alice's key for ci was approved by bob")
    await expect(decided.get_by_role("button")).to_have_count(0)

    await alice.enters("dgbot")
    await alice.presses(await alice.sees("Your key ci is created when you reveal it"), "Reveal key")
    await expect(alice.modal).to_contain_text("Copy it now")
    [secret] = acme.deepgram.issued_secrets
    await expect(alice.modal.get_by_text(secret, exact=True)).to_be_visible()
    await alice.modal.get_by_role("button", name="I saved it").click()
    await expect(alice.modal).to_have_count(0)
    assert secret not in await _everything(alice)
    for desk in (alice, bob):
        await desk.page.reload()
        await desk.enters("key-approvals")
        await desk.sees("🟢 alice's key for ci was approved by bob")
        assert secret not in await _everything(desk)


async def test_a_no_carries_its_reason(sits):
    carol, bob = await sits("carol", "key-approvals"), await sits("bob", "key-approvals")
    await carol.says(ASK.format(name="load-test", reason="once"))
    await bob.presses(await bob.sees("carol asks for an API key"), "Deny…")
    await bob.modal.get_by_label("Reason").fill("Use the staging project")
    await bob.modal.get_by_role("button", name="Deny").click()
    await expect(bob.modal).to_have_count(0)
    await carol.sees("Use the staging project")


async def test_a_key_that_leaked_is_shown_and_revoked_by_a_click(acme, sits):
    carol = await sits("carol")
    await carol.says("/deepgram revoke-key call-center")
    asked = await carol.sees("Revoke call-center")
    await expect(asked).to_contain_text("alice@acme.test")
    await carol.presses(asked, "Revoke it")
    await carol.question.get_by_role("button").first.click()  # no, not yet
    await expect(carol.question).to_have_count(0)
    assert not [method for method, _ in acme.changes() if method == "DELETE"]
    await carol.presses(asked, "Revoke it")
    await carol.question.get_by_role("button").last.click()
    await expect(await carol.sees("Revoked call-center")).to_contain_text("Only visible to you")
    assert [method for method, _ in acme.changes()] == ["DELETE"]


async def test_a_key_is_revoked_by_its_owner(acme, sits):
    carol, bob = await sits("carol", "key-approvals"), await sits("bob", "key-approvals")
    await carol.says(ASK.format(name="brief", reason="once"))
    await bob.presses(await bob.sees("carol asks for an API key"), "Approve")
    await carol.enters("dgbot")
    await carol.presses(await carol.sees("Your key brief is created"), "Reveal key")
    await carol.presses(carol.modal, "Revoke it")
    await expect(carol.question).to_be_visible()
    await carol.question.get_by_role("button").first.click()  # no, not yet
    await expect(carol.question).to_have_count(0)
    assert len(acme.deepgram.issued_secrets) == 1
    await carol.presses(carol.modal, "Revoke it")
    await carol.question.get_by_role("button").last.click()
    await expect(carol.modal).to_contain_text("Revoked brief. Whatever uses it fails from now on")
    await expect(carol.modal.get_by_role("button", name="Revoke it")).to_have_count(0)
    assert ("DELETE", 1) in {(method, path.count("/keys/")) for method, path in acme.changes()}


async def test_a_guest_is_refused(sits):
    gina = await sits("gina")
    await gina.says("/deepgram usage")
    await gina.sees("Only full members of this workspace can use the bot.")
    await expect(gina.page.get_by_role("navigation")).not_to_contain_text("key-approvals")


async def test_a_request_that_nobody_decides_expires(sits):
    alice = await sits("alice", "key-approvals")
    await alice.says(ASK.format(name="late", reason="someday"))
    await alice.sees("⏳ alice asks for an API key · late")
    await alice.pulls("+7d")
    expired = await alice.sees(re.compile("expired|nobody decided"))
    await expect(expired.get_by_role("button", name="Approve")).to_have_count(0)


async def _everything(desk):
    """The whole page as it stands, and what the browser keeps for it."""
    return await desk.page.evaluate(
        "document.documentElement.outerHTML + JSON.stringify([{...localStorage}, {...sessionStorage}, location.href])"
    )
