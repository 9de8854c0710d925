"""For every operation: arguments that fit, and the answer that Deepgram's documentation shows for it."""

import json
from datetime import UTC, datetime
from typing import Any

from dgbot.deepgram.operation import Answer
from tests.unit.deepgram.described import operations

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def read(operation, body, status=200):
    """What *operation* makes of *body*, which is JSON or bytes; an error is raised."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    outcome = operation.read(Answer(status=status, body=raw, received=NOW))
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def described(name):
    """The operation *name* with arguments that fit."""
    return getattr(operations, name)(*ARGUMENTS[name])


def answer(name):
    """What the operation *name* makes of its documented answer."""
    return read(described(name), BODIES[name])


NEW_KEY = {"comment": "ci", "scopes": ["usage:read"]}

ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "get_projects": (),
    "get_project": ("p",),
    "update_project": ("p", "acme"),
    "delete_project": ("p",),
    "leave_project": ("p",),
    "get_keys": ("p",),
    "get_key": ("p", "k"),
    "create_key": ("p", NEW_KEY),
    "delete_key": ("p", "k"),
    "get_members": ("p",),
    "remove_member": ("p", "m"),
    "get_member_scopes": ("p", "m"),
    "update_member_scope": ("p", "m", "admin"),
    "get_invites": ("p",),
    "send_invite": ("p", {"email": "a@x.io", "scope": "member"}),
    "delete_invite": ("p", "a@x.io"),
    "get_usage": ("p",),
    "get_usage_request": ("p", "r"),
    "get_usage_requests": ("p",),
    "iter_usage_requests": ("p",),
    "get_usage_summary": ("p",),
    "get_usage_breakdown": ("p",),
    "get_usage_fields": ("p",),
    "get_balances": ("p",),
    "get_balance": ("p", "b"),
    "get_purchases": ("p",),
    "get_billing_breakdown": ("p",),
    "get_billing_fields": ("p",),
    "get_models": ("p",),
    "get_model": ("p", "u"),
    "get_global_models": (),
    "get_global_model": ("u",),
    "get_token_details": (),
    "grant_token": (),
    "get_distribution_credentials": ("p",),
    "get_distribution_credential": ("p", "c"),
    "create_distribution_credential": ("p",),
    "delete_distribution_credential": ("p", "c"),
    "get_agents": ("p",),
    "get_agent": ("p", "a"),
    "create_agent": ("p", {"agent": {}}),
    "update_agent": ("p", "a", {"team": "sales"}),
    "delete_agent": ("p", "a"),
    "get_agent_variables": ("p",),
    "get_agent_variable": ("p", "v"),
    "create_agent_variable": ("p", "DG_GREETING", "Hello"),
    "update_agent_variable": ("p", "v", "Goodbye"),
    "delete_agent_variable": ("p", "v"),
}

OWNER = {"member_id": "m1", "email": "john@test.com"}
NAMED_OWNER = {**OWNER, "first_name": "John", "last_name": "Doe"}
KEY = {"api_key_id": "k1", "comment": "A comment", "scopes": ["admin"], "created": "2021-01-01T00:00:00Z"}
DATED_KEY = {**KEY, "tags": ["tag-1"], "expiration_date": "2031-01-01T00:00:00Z"}
CREATED_KEY = {**DATED_KEY, "key": "the-new-key"}

DETAILS = {
    "usd": 0.00007, "duration": 12.5, "total_audio": 25.0, "channels": 1, "streams": 1, "method": "sync",
    "tier": "nova-3", "models": ["model-1"], "tags": ["dev"], "features": ["punctuate", "diarize"],
    "config": {"language": "en", "model": "nova-3", "version": "latest", "punctuate": True, "alternatives": 2,
               "redact": ["pci"], "topics": "true", "sentiment": False},
}  # fmt: skip
REQUEST = {
    "request_id": "r1", "project_uuid": "p", "created": "2024-01-15T09:30:00.123Z", "path": "/v1/listen?model=nova-3",
    "api_key_id": "k1", "accessor": "k1", "deployment": "hosted", "code": 200, "callback": "https://example.com/done",
    "response": {
        "details": DETAILS, "code": 200, "completed": "2024-01-15T09:30:01Z", "message": None,
        "tts_details": None, "token_details": [{"feature": "summarize", "input": 1, "output": 2, "model": "m"}],
    },
}  # fmt: skip
SPOKEN = {
    **REQUEST,
    "path": "/v1/speak?model=aura-2-zeus-en",
    "response": {
        "details": {"usd": 0.1, "method": "sync", "config": {}},
        "tts_details": {"duration": 1.5, "speech_segments": [{"characters": 9, "model": "zeus", "tier": "aura-2"}]},
    },
}
PAGE = {"page": 0, "limit": 10, "requests": [REQUEST, SPOKEN]}

SPAN = {
    "start": "2024-10-16", "end": "2024-10-17", "hours": 1097.4274322222223, "total_hours": 1099.3888366666667,
    "requests": 425109, "tokens": {"in": 24770, "out": 7521}, "tts": {"characters": 9004185, "requests": 23126},
}  # fmt: skip
SUMMARY = {"start": "2024-10-16", "end": "2024-10-23", "resolution": {"units": "day", "amount": 1}, "results": [SPAN]}
USED_BY = {
    "start": "2025-01-16", "end": "2025-01-16", "accessor": None, "endpoint": "listen", "feature_set": None,
    "models": ["Nova-2"], "method": "async", "tags": ["tag1"], "deployment": "hosted",
}  # fmt: skip
USED = {
    "hours": 1619.72, "total_hours": 1621.74, "agent_hours": 41.3, "tokens_in": 3, "tokens_out": 4,
    "tts_characters": 9158866, "requests": 373381, "grouping": USED_BY,
}  # fmt: skip
FIELDS = {
    "tags": ["tag=dev"], "processing_methods": ["sync", "streaming"], "features": ["alternatives"], "languages": ["en"],
    "models": [{"name": "2-medical-nova", "language": "en-MY", "version": "2024-05-31.13574", "model_id": "model-1"}],
}  # fmt: skip

BALANCE = {"balance_id": "b", "amount": 104.56822227, "units": "usd", "purchase_order_id": "o"}
ORDER = {
    "order_id": "o", "expiration": "2026-03-04T00:00:00Z", "created": "2023-02-21T21:13:40.014373Z", "amount": 150.0,
    "units": "usd", "order_type": "promotional",
}  # fmt: skip
SPENT_BY = {
    "start": "2025-01-16", "end": "2025-01-17", "accessor": None, "deployment": "hosted",
    "line_item": "streaming::nova-3", "tags": None,
}  # fmt: skip

HEARING = {
    "name": "nova-3", "canonical_name": "nova-3", "architecture": "base", "languages": ["en", "en-us"],
    "version": "2021-11-10.1", "uuid": "u1", "batch": True, "streaming": True, "formatted_output": True,
}  # fmt: skip
VOICE = {
    "name": "zeus", "canonical_name": "aura-2-zeus-en", "architecture": "aura-2", "languages": ["en", "en-US"],
    "version": "2025-04-07.0", "uuid": "u2",
    "metadata": {"accent": "American", "age": "Adult", "color": "#C58DFF", "image": "https://example.com/i",
                 "sample": "https://example.com/s", "tags": ["deep"], "use_cases": ["IVR"]},
}  # fmt: skip
MODELS = {"stt": [HEARING], "tts": [VOICE]}

CREDENTIAL = {
    "member": OWNER,
    "distribution_credentials": {
        "distribution_credentials_id": "c", "provider": "quay", "comment": "cluster",
        "scopes": ["self-hosted:product:api"], "created": "2023-06-28T15:36:59Z",
    },
}  # fmt: skip
AGENT = {
    "agent_id": "a", "config": {"agent": {"language": "en"}}, "metadata": {"team": "sales"},
    "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z",
}  # fmt: skip
VARIABLE = {
    "variable_id": "v", "key": "DG_GREETING", "value": {"text": "Hello"},
    "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z",
}  # fmt: skip
MESSAGE = {"message": "Done."}
LENGTH = {"start": "2025-01-16", "end": "2025-01-23", "resolution": {"units": "day", "amount": 1}}

BODIES: dict[str, object] = {
    "get_projects": {"projects": [{"project_id": "p", "name": "acme"}]},
    "get_project": {"project_id": "p", "mip_opt_out": True, "name": "acme"},
    "get_keys": {"api_keys": [{"member": NAMED_OWNER, "api_key": DATED_KEY}]},
    "get_key": {"item": {"member": {**NAMED_OWNER, "api_key": DATED_KEY}}},
    "create_key": CREATED_KEY,
    "get_members": {"members": [{**NAMED_OWNER, "scopes": ["owner"]}]},
    "get_member_scopes": {"scopes": ["admin"]},
    "get_invites": {"invites": [{"email": "a@x.io", "scope": "member"}]},
    "get_usage_request": {"request": REQUEST},
    "get_usage_requests": PAGE,
    "get_usage_summary": SUMMARY,
    "get_usage_breakdown": {**LENGTH, "results": [USED]},
    "get_balances": {"balances": [BALANCE]},
    "get_balance": BALANCE,
    "get_purchases": {"orders": [ORDER]},
    "get_billing_breakdown": {**LENGTH, "results": [{"dollars": 0.25, "grouping": SPENT_BY}]},
    "get_billing_fields": {
        "accessors": ["k1"], "deployments": ["hosted", "self-hosted"], "tags": ["dev"],
        "line_items": {"streaming::nova-3": "Nova - 3 (Stream)"},
    },
    "get_models": MODELS,
    "get_model": HEARING,
    "get_global_models": MODELS,
    "get_global_model": VOICE,
    "get_token_details": {"api_key_id": "k1", "comment": "dgbot", "scopes": ["owner"], "created": "2026-01-01"},
    "grant_token": {"access_token": "the-new-token", "expires_in": 30},
    "get_distribution_credentials": {"distribution_credentials": [CREDENTIAL]},
    "get_distribution_credential": CREDENTIAL,
    "create_distribution_credential": CREDENTIAL,
    "delete_distribution_credential": CREDENTIAL,
    "get_agents": {"agents": [AGENT]},
    "get_agent": AGENT,
    "create_agent": {name: AGENT[name] for name in ("agent_id", "config", "metadata")},
    "update_agent": AGENT,
    "delete_agent": {},
    "get_agent_variables": {"variables": [VARIABLE]},
    "get_agent_variable": VARIABLE,
    "create_agent_variable": VARIABLE,
    "update_agent_variable": VARIABLE,
    "delete_agent_variable": {},
    **dict.fromkeys(
        ("update_project", "delete_project", "leave_project", "delete_key", "remove_member", "update_member_scope",
         "send_invite", "delete_invite"),
        MESSAGE,
    ),
}  # fmt: skip

SEVERAL_CALLS = {"get_usage", "get_usage_fields", "iter_usage_requests"}
