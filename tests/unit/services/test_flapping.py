"""What goes back and forth says so once, and is quiet until it is calmer."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

QUARTER = timedelta(minutes=15)
FLAPS = "t went back and forth: 5 changes in a day."


@pytest.mark.parametrize("first", ["bad", "good"])
async def test_the_fifth_change_says_that_it_flaps_and_the_next_ones_say_nothing(office, first):
    amounts = [Decimal(42), Decimal(540)] * 4
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    if first == "good":  # it has been bad for so long that the recovery is the first change of the day
        office.deepgram.set_balance(amounts.pop(0))
        await office.tick(QUARTER)
        await office.tick(timedelta(hours=25))
    for amount in amounts[:5]:
        assert not [call for call in office.calls("chat.postMessage") if FLAPS in call["text"]]
        office.deepgram.set_balance(amount)
        await office.tick(QUARTER)
    *_, said = office.calls("chat.postMessage")
    assert FLAPS in said["text"]
    assert ("recovered after" in said["text"]) is (first == "good")
    before = len(office.calls("chat.postMessage"))
    for amount in amounts[5:]:
        office.deepgram.set_balance(amount)
        await office.tick(QUARTER)
        stands = "🟢 acme-prod: recovered, $540" if amount > 50 else "🟡 acme-prod: $42 left, below $50"
        assert office.calls("chat.update")[-1]["text"].startswith(stands)
    assert len(office.calls("chat.postMessage")) == before
