"""Answers as dicts and as JSON."""

import json
from decimal import Decimal

from dgbot.deepgram import Balance, BalancesResponse, Key, KeyResponse, Member, ModelInfo, Secret, UsageSummaryResults

BALANCE = Balance(balance_id="b", amount_exact=Decimal("0.10"), units="usd")


def test_a_dict_has_the_published_names_and_the_exact_twin():
    assert BalancesResponse(balances=[BALANCE]).to_dict() == {
        "balances": [
            {"balance_id": "b", "amount_exact": Decimal("0.10"), "units": "usd", "purchase": None, "amount": 0.1}
        ]
    }


def test_json_keeps_every_digit_as_a_number():
    text = BALANCE.to_json()
    assert '"amount_exact":0.10,' in text
    assert json.loads(text)["amount"] == 0.1


def test_what_is_reckoned_stands_in_it():
    assert UsageSummaryResults(tokens_in=3, tokens_out=4).to_dict()["tokens"] == 7
    assert ModelInfo(languages=["en", "de"]).to_dict()["language"] == "en"


def test_a_secret_is_never_written():
    answer = KeyResponse(api_key=Key(api_key_id="k", key=Secret("the-new-key"), member=Member(email="a@x.io")))
    assert answer.to_dict()["api_key"]["key"] == Secret("the-new-key")
    assert json.loads(answer.to_json(indent=2))["api_key"]["key"] == "***"
    assert "\n  " in answer.to_json(indent=2)
