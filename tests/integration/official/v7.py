"""Every management method of deepgram-sdk 7, run against the Deepgram that DEEPGRAM_HOST and DEEPGRAM_API_KEY name.

One line a method: its name and ``ok``, or what went wrong. Exit code 1 if anything did. The key must open two
projects; the second is left, the first is deleted.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from deepgram import DeepgramClient
from deepgram.environment import DeepgramClientEnvironment

HOST = os.environ["DEEPGRAM_HOST"]
SPAN = {"start": "2026-11-01", "end": "2026-11-30"}

environment = DeepgramClientEnvironment(base=HOST, production=HOST, agent=HOST, agent_rest=HOST)
client = DeepgramClient(api_key=os.environ["DEEPGRAM_API_KEY"], environment=environment)
manage = client.manage.v1
projects = manage.projects
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


def is_model(uuid: str) -> Callable[[Any], bool]:
    return lambda answer: bool(answer.uuid_ == uuid)


listed = check("projects.list", projects.list, lambda a: len(a.projects) == 2)
P, OTHER = (project.project_id for project in listed.projects)
check("projects.get", lambda: projects.get(P), lambda a: (a.name, a.mip_opt_out) == ("first", True))
check("projects.update", lambda: projects.update(P, name="renamed"), lambda a: "updated" in a.message)

keys = projects.keys
check("keys.list", lambda: keys.list(P, status="active"), lambda a: a.api_keys[0].member.email == "a@x.io")
made = check(
    "keys.create",
    lambda: keys.create(P, request={"comment": "ci", "scopes": ["usage:read"], "time_to_live_in_seconds": 600}),
    lambda a: len(a.key) == 40,
)
check("keys.get", lambda: keys.get(P, made.api_key_id), lambda a: a.item.member.api_key.comment == "ci")
check("keys.delete", lambda: keys.delete(P, made.api_key_id), lambda a: bool(a.message))

members = projects.members
found = check("members.list", lambda: members.list(P), lambda a: a.members[1].scopes == ["member"])
M = found.members[1].member_id
check("members.scopes.list", lambda: members.scopes.list(P, M), lambda a: a.scopes == ["member"])
check("members.scopes.update", lambda: members.scopes.update(P, M, scope="admin"), lambda a: bool(a.message))
check("members.delete", lambda: members.delete(P, M), lambda a: "removed" in a.message)
check(
    "members.invites.create",
    lambda: members.invites.create(P, email="new+one@x.io", scope="member"),
    lambda a: "new+one@x.io" in a.message,
)
check("members.invites.list", lambda: members.invites.list(P), lambda a: a.invites[0].email == "new+one@x.io")
check("members.invites.delete", lambda: members.invites.delete(P, "new+one@x.io"), lambda a: bool(a.message))

logged = check(
    "requests.list",
    lambda: projects.requests.list(P, start=datetime(2026, 1, 1, tzinfo=UTC), limit=5, status="succeeded"),
    lambda a: (a.limit, a.requests[0].callback) == (5, "https://x.io/done"),
)
R = logged.requests[0].request_id
check("requests.get", lambda: projects.requests.get(P, R), lambda a: a.request.path == "/v1/listen?model=nova-3")

usage = projects.usage
check("usage.get", lambda: usage.get(P, punctuate=True, **SPAN), lambda a: a.resolution.units == "day")
check(
    "usage.breakdown.get",
    lambda: usage.breakdown.get(P, grouping="models", **SPAN),
    lambda a: (a.results[0].hours, a.results[0].grouping.models) == (1.25, ["nova-3"]),
)
check("usage.fields.list", lambda: usage.fields.list(P, **SPAN), lambda a: a.tags == ["calls"])

billing = projects.billing
credit = check(
    "billing.balances.list", lambda: billing.balances.list(P), lambda a: a.balances[0].amount == 104.56822227
)
B = credit.balances[0].balance_id
check("billing.balances.get", lambda: billing.balances.get(P, B), lambda a: a.units == "usd")
check(
    "billing.breakdown.list",
    lambda: billing.breakdown.list(P, grouping=["line_item", "accessor"], **SPAN),
    lambda a: (a.results[0].dollars, a.results[0].grouping.line_item) == (0.35, "streaming::nova-3"),
)
check("billing.fields.list", lambda: billing.fields.list(P, **SPAN), lambda a: "streaming::nova-3" in a.line_items)
check("billing.purchases.list", lambda: billing.purchases.list(P, limit=2), lambda a: a.orders[0].amount == 150)

for name, models, context in (("manage.models", manage.models, ()), ("projects.models", projects.models, (P,))):
    offered = check(f"{name}.list", partial(models.list, *context, include_outdated=True), lambda a: bool(a.stt))
    for model in (offered.stt[0], offered.tts[0]):
        check(
            f"{name}.get ({model.name})",
            partial(models.get, *context, model.uuid_),
            is_model(model.uuid_),
        )

hosted = client.self_hosted.v1.distribution_credentials
one = check(
    "self_hosted.create",
    lambda: hosted.create(P, comment="k8s", scopes=["self-hosted:product:api"], provider="quay"),
    lambda a: a.distribution_credentials.scopes == ["self-hosted:product:api"],
)
C = one.distribution_credentials.distribution_credentials_id
check("self_hosted.list", lambda: hosted.list(P), lambda a: len(a.distribution_credentials) == 1)
check("self_hosted.get", lambda: hosted.get(P, C), lambda a: a.distribution_credentials.comment == "k8s")
check("self_hosted.delete", lambda: hosted.delete(P, C), lambda a: a.member.email == "a@x.io")

check("auth.tokens.grant", lambda: client.auth.v1.tokens.grant(ttl_seconds=60), lambda a: a.expires_in == 60)

agents = client.voice_agent.configurations
agent = check(
    "configurations.create",
    lambda: agents.create(P, config=json.dumps({"listen": {}}), metadata={"team": "a"}),
    lambda a: a.config == {"listen": {}},
)
check("configurations.list", lambda: agents.list(P), lambda a: a.agents[0].agent_id == agent.agent_id)
check("configurations.get", lambda: agents.get(P, agent.agent_id), lambda a: a.metadata == {"team": "a"})
check(
    "configurations.update",
    lambda: agents.update(P, agent.agent_id, metadata={"team": "b"}),
    lambda a: a.metadata == {"team": "b"},
)
check("configurations.delete", lambda: agents.delete(P, agent.agent_id), lambda _: True)

variables = client.voice_agent.variables
variable = check("variables.create", lambda: variables.create(P, key="DG_X", value={"a": 1}), lambda a: a.key == "DG_X")
V = variable.variable_id
check("variables.list", lambda: variables.list(P), lambda a: a.variables[0].value == {"a": 1})
check("variables.get", lambda: variables.get(P, V), lambda a: a.value == {"a": 1})
check("variables.update", lambda: variables.update(P, V, value=2), lambda a: a.value == 2)
check("variables.delete", lambda: variables.delete(P, V), lambda _: True)

check("projects.leave", lambda: projects.leave(OTHER), lambda a: "removed" in a.message)
check("projects.delete", lambda: projects.delete(P), lambda a: "deleted" in a.message)
sys.exit(bool(failed))
