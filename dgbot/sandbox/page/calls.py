"""A call of Deepgram in the words in which an exchange with Slack is kept, so that one wire shows both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dgbot.sandbox.deepgram.edge.answers import Answer
from dgbot.sandbox.deepgram.edge.arrival import Arrival
from dgbot.sandbox.deepgram.edge.faults import Drop, Reset, Strike, Truncate
from dgbot.sandbox.slack.edge.ledger import Exchange


def call(
    arrival: Arrival,
    answer: Answer,
    strike: Strike | None,
    seconds: float,
    at: datetime,
    *,
    sent: object,
    said: object,
) -> Exchange:
    """Return the exchange; *sent* and *said* are the bodies as far as they are kept."""
    asked = {"query": {name: list(values) for name, values in arrival.query.items()}, "body": sent}
    return Exchange(
        "to Deepgram",
        f"{arrival.method} {arrival.path}",
        at,
        _lost(strike) or answer.status,
        seconds,
        {name: value for name, value in asked.items() if value},
        said if isinstance(said, Mapping) else {} if said is None else {"body": said},
        arrival.headers,
        {"content-type": answer.media_type, **answer.headers},
    )


def _lost(strike: Strike | None) -> str:
    """What became of an answer that did not arrive whole."""
    match strike:
        case Drop():
            return "dropped"
        case Reset():
            return "answer lost"
        case Truncate():
            return "cut short"
        case _:
            return ""
