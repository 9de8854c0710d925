"""Every management method of deepgram-sdk 4, run against the Deepgram that DEEPGRAM_HOST and DEEPGRAM_API_KEY name.

One line a method: its name and ``ok``, or what went wrong. Exit code 1 if anything did. The key must open two
projects; the second is left, the first is deleted.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from deepgram import (
    DeepgramClient,
    DeepgramClientOptions,
    InviteOptions,
    KeyOptions,
    ProjectOptions,
    ScopeOptions,
    UsageFieldsOptions,
    UsageRequestOptions,
    UsageSummaryOptions,
)

options = DeepgramClientOptions(api_key=os.environ["DEEPGRAM_API_KEY"], url=os.environ["DEEPGRAM_HOST"])
client = DeepgramClient(config=options)
manage = client.manage.v("1")
hosted = client.selfhosted.v("1")
failed = 0


def check(name: str, call: Callable[[], Any], holds: Callable[[Any], bool]) -> Any:
    """Run one method and say whether its answer is what the seed tells."""
    global failed
    try:
        answer = call()
        verdict = "ok" if holds(answer) else f"unexpected: {answer!r:.200}"
    except Exception as error:
        answer, verdict = None, f"{type(error).__name__}: {error}"
    failed += verdict != "ok"
    sys.stdout.write(f"{name}: {verdict}\n")
    return answer


def said(word: str) -> Callable[[Any], bool]:
    return lambda answer: word in answer.message


def is_model(uuid: str) -> Callable[[Any], bool]:
    return lambda answer: bool(answer.uuid == uuid)


check("list_projects", manage.list_projects, lambda a: len(a.projects) == 2)
listed = check("get_projects", manage.get_projects, lambda a: a.projects[0].name == "first")
P, OTHER = (project.project_id for project in listed.projects)
check("get_project", lambda: manage.get_project(P), lambda a: a.name == "first")
check("update_project", lambda: manage.update_project(P, "renamed"), said("updated"))
check("update_project_option", lambda: manage.update_project_option(P, ProjectOptions(name="again")), said("updated"))

for name, models, context in (
    ("list_models", manage.list_models, ()),
    ("get_models", manage.get_models, ()),
    ("list_project_models", manage.list_project_models, (P,)),
):
    check(name, partial(models, *context), lambda a: bool(a.stt and a.tts))
offered = check("get_project_models", lambda: manage.get_project_models(P), lambda a: bool(a.stt and a.tts))
STT, TTS = offered.stt[0].uuid, offered.tts[0].uuid
for name, uuid in (("stt", STT), ("tts", TTS)):
    check(f"get_model ({name})", partial(manage.get_model, uuid), is_model(uuid))
    check(f"get_project_model ({name})", partial(manage.get_project_model, P, uuid), is_model(uuid))

check("list_keys", lambda: manage.list_keys(P), lambda a: a.api_keys[0].member.first_name == "Ada")
check("get_keys", lambda: manage.get_keys(P), lambda a: a.api_keys[0].api_key.comment == "bot")
asked = KeyOptions(comment="ci", scopes=["usage:read"], tags=["t"], time_to_live_in_seconds=600)
made = check("create_key", lambda: manage.create_key(P, asked), lambda a: len(a.key) == 40 and bool(a.created))
check("get_key", lambda: manage.get_key(P, made.api_key_id), lambda a: a.api_key.comment == "ci")
check("delete_key", lambda: manage.delete_key(P, made.api_key_id), said("deleted"))

check("list_members", lambda: manage.list_members(P), lambda a: len(a.members) == 2)
found = check("get_members", lambda: manage.get_members(P), lambda a: a.members[1].email == "b@x.io")
M = found.members[1].member_id
check("get_member_scopes", lambda: manage.get_member_scopes(P, M), lambda a: a.scopes == ["member"])
check("update_member_scope", lambda: manage.update_member_scope(P, M, ScopeOptions(scope="admin")), said("updated"))
check("remove_member", lambda: manage.remove_member(P, M), said("removed"))

check("send_invite", lambda: manage.send_invite(P, "new+one@x.io"), said("new+one@x.io"))
again = InviteOptions(email="two@x.io", scope="admin")
check("send_invite_options", lambda: manage.send_invite_options(P, again), said("two@x.io"))
check("list_invites", lambda: manage.list_invites(P), lambda a: len(a.invites) == 2)
check("get_invites", lambda: manage.get_invites(P), lambda a: a.invites[0].email == "new+one@x.io")
check("delete_invite", lambda: manage.delete_invite(P, "new+one@x.io"), said("deleted"))

logged = check(
    "get_usage_requests",
    lambda: manage.get_usage_requests(P, UsageRequestOptions(start="2026-01-01", limit=5, status="succeeded")),
    lambda a: (a.limit, a.requests[0].callback.code, a.requests[0].response.details.usd) == (5, 200, 0.00007),
)
R = logged.requests[0].request_id
check("get_usage_request", lambda: manage.get_usage_request(P, R), lambda a: a.path == "/v1/listen?model=nova-3")
span = {"start": "2026-11-01", "end": "2026-11-30"}
check(
    "get_usage_summary",
    lambda: manage.get_usage_summary(P, UsageSummaryOptions(punctuate=True, **span)),
    lambda a: (a.results[0].requests, a.resolution.units) == (7, "day"),
)
check(
    "get_usage_fields",
    lambda: manage.get_usage_fields(P, UsageFieldsOptions(**span)),
    lambda a: (a.tags, a.languages) == (["calls"], ["en"]),
)
check("get_usage_fields (no dates)", lambda: manage.get_usage_fields(P, UsageFieldsOptions()), lambda a: bool(a.models))

check("list_balances", lambda: manage.list_balances(P), lambda a: len(a.balances) == 1)
credit = check("get_balances", lambda: manage.get_balances(P), lambda a: float(a.balances[0].amount) == 104.56822227)
B = credit.balances[0].balance_id
check("get_balance", lambda: manage.get_balance(P, B), lambda a: a.units == "usd")

check("grant_token", lambda: client.auth.v("1").grant_token(60), lambda a: a.expires_in == 60)


def _id(answer: Any) -> str:
    read = json.loads(answer) if isinstance(answer, str) else answer
    return str(read["distribution_credentials"]["distribution_credentials_id"])


for style in ("selfhosted", "onprem"):
    create = getattr(hosted, f"create_{style}_credentials")
    one = check(f"create_{style}_credentials", partial(create, P, {"comment": style}), lambda a: "quay" in str(a))
    every = check(
        f"list_{style}_credentials",
        partial(getattr(hosted, f"list_{style}_credentials"), P),
        lambda a: "quay" in str(a),
    )
    for verb in ("get", "delete"):
        call = getattr(hosted, f"{verb}_{style}_credentials")
        check(f"{verb}_{style}_credentials", partial(call, P, _id(one)), lambda a: "quay" in str(a))

check("leave_project", lambda: manage.leave_project(OTHER), said("removed"))
check("delete_project", lambda: manage.delete_project(P), said("deleted"))
sys.exit(bool(failed))
