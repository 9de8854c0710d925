"""The answers that every peer reads: of the shapes and sizes that the management API sends."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

PROJECT = str(UUID(int=0x4D7))

LENGTHS = {"balances": 1, "keys": 100, "requests": 10_000}
"""How many items each answer lists; its name is also the last segment of its path."""


def body(name: str) -> bytes:
    """Return the whole answer: a balance of about 130 bytes, keys of 410 bytes each, usage requests of 650."""
    item = {"balances": _balance, "keys": _key, "requests": _request}[name]
    listed = [item(number) for number in range(LENGTHS[name])]
    outside = {"page": 0, "limit": len(listed)} if name == "requests" else {}
    return json.dumps(outside | {"api_keys" if name == "keys" else name: listed}, separators=(",", ":")).encode()


def _balance(number: int) -> dict[str, Any]:
    return {"balance_id": _id(number), "amount": 198.42417, "units": "usd", "purchase_order_id": _id(number + 7)}


def _key(number: int) -> dict[str, Any]:
    return {
        "member": {
            "member_id": _id(number % 9),
            "email": f"member{number % 9}@example.com",
            "first_name": "Ada",
            "last_name": "Lovelace",
        },
        "api_key": {
            "api_key_id": _id(number),
            "comment": f"key {number} of the nightly import",
            "scopes": ["member", "usage:read", "usage:write"],
            "tags": ["nightly"],
            "created": "2024-01-15T09:30:00.123456Z",
            "expiration_date": "2027-01-15T09:30:00.123456Z",
        },
    }


def _request(number: int) -> dict[str, Any]:
    return {
        "request_id": _id(number),
        "project_uuid": PROJECT,
        "created": "2024-01-15T09:30:00.123Z",
        "path": "/v1/listen?model=nova-3&punctuate=true",
        "api_key_id": _id(number % 100),
        "deployment": "hosted",
        "code": 200,
        "response": {
            "details": {
                "usd": 0.00007 * number,
                "duration": 12.5,
                "total_audio": 25.0,
                "channels": 1,
                "streams": 1,
                "method": "sync",
                "tier": "nova-3",
                "models": [_id(3)],
                "tags": ["nightly"],
                "features": ["punctuate"],
                "config": {"language": "en", "model": "nova-3", "punctuate": True},
            },
            "code": 200,
            "completed": "2024-01-15T09:30:01.456Z",
        },
        "callback": None,
    }


def _id(number: int) -> str:
    return str(UUID(int=0x4F2A_9C31_77B0_4D5E_8A16 << 48 | number))
