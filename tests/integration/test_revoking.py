"""From a leaked key to a dead one in three actions: ask for it, click, say yes to the dialog."""

from __future__ import annotations

import dataclasses

import pytest

from tests.office import CAROL, Office


def living(office: Office, name: str) -> list[str]:
    return [key.api_key_id for key in office.deepgram.keys if key.comment == name]


async def test_a_key_is_shown_then_revoked_by_a_click(office):
    asked = await office.asks("carol", "/deepgram revoke-key call-center")
    assert "alice@acme.test" in asked
    assert "Nothing has changed yet" in asked
    assert len(living(office, "call-center")) == 1
    assert "Revoked call-center" in await office.clicks("carol", "Revoke it")
    assert living(office, "call-center") == []
    assert [line for line in await office.audit_log() if line[1] == "command.run"] == [(CAROL, "command.run", "ok")] * 2


async def test_the_same_click_again_finds_nothing_and_says_so(office):
    await office.asks("carol", "/deepgram revoke-key call-center")
    await office.clicks("carol", "Revoke it")
    assert "or is revoked already" in await office.clicks("carol", "Revoke it")
    assert len([seen for seen in office.deepgram.requests if seen.method == "DELETE"]) == 1


async def test_one_of_two_keys_of_a_name_is_chosen_by_its_button(office):
    first, second = (f"{number:032x}" for number in (0xA91F, 0xB00F))
    [key] = [key for key in office.deepgram.production.keys.values() if key.comment == "call-center"]
    for key_id in (first, second):
        office.deepgram.production.keys[key_id] = dataclasses.replace(
            key, api_key_id=key_id, secret=key_id * 2, comment="ci"
        )
    assert "means 2 keys" in await office.asks("carol", "/deepgram revoke-key ci")
    assert "Revoked ci (…b00f)" in await office.clicks("carol", "Revoke …b00f")
    assert living(office, "ci") == [first]


@pytest.mark.parametrize("status", [503, 0])
async def test_after_a_failure_the_button_can_be_clicked_again(office, status):
    await office.asks("carol", "/deepgram revoke-key call-center")
    office.deepgram.fail("DELETE", "*/keys/*", status)
    assert "Revoked" not in await office.clicks("carol", "Revoke it")
    office.deepgram.heal()
    assert "Revoked call-center" in await office.clicks("carol", "Revoke it")
