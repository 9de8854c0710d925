"""The API on one sheet: verb, path, the scopes it needs and who answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from dgbot.sandbox.deepgram.api import agents, keys, log, models, money, people, reports, selfhosted, tokens
from dgbot.sandbox.deepgram.api.call import Call, Json
from dgbot.sandbox.deepgram.refusals import Refused, modern


@dataclass(frozen=True)
class Operation:
    """One call that this server knows."""

    method: str
    path: str
    answer: Callable[[Call], Json]
    needs: tuple[str, ...] = ()

    def match(self, parts: Sequence[str]) -> dict[str, str] | None:
        """What stands in the braces if a path of these (decoded) *parts* is this operation's."""
        pattern = self.path.split("/")
        if len(pattern) != len(parts):
            return None
        found: dict[str, str] = {}
        for wanted, part in zip(pattern, parts, strict=True):
            if wanted.startswith("{") and part:
                found[wanted[1:-1]] = part
            elif wanted != part:
                return None
        return found


_P = "/v1/projects/{project}"
_SELF_HOSTED = f"{_P}/self-hosted/distribution/credentials"

SHEET = (
    Operation("GET", "/v1/auth/token", tokens.describe_token),
    Operation("POST", "/v1/auth/grant", tokens.grant, ("usage:write",)),
    Operation("GET", "/v1/models", models.list_public),
    Operation("GET", "/v1/models/{model}", models.get_public),
    Operation("GET", "/v1/projects", people.list_projects),
    Operation("GET", _P, people.get_project, ("project:read",)),
    Operation("PATCH", _P, people.update_project, ("project:write",)),
    Operation("DELETE", _P, people.delete_project, ("project:write:destroy",)),
    Operation("DELETE", f"{_P}/leave", people.leave, ("project:read",)),
    Operation("GET", f"{_P}/keys", keys.list_keys, ("keys:read",)),
    Operation("POST", f"{_P}/keys", keys.create_key, ("keys:write",)),
    Operation("GET", f"{_P}/keys/{{key}}", keys.get_key, ("keys:read",)),
    Operation("DELETE", f"{_P}/keys/{{key}}", keys.delete_key, ("keys:write",)),
    Operation("GET", f"{_P}/members", people.list_members, ("project:read", "members:read")),
    Operation("DELETE", f"{_P}/members/{{member}}", people.remove_member),
    Operation("GET", f"{_P}/members/{{member}}/scopes", people.get_scopes),
    Operation("PUT", f"{_P}/members/{{member}}/scopes", people.update_scope),
    Operation("GET", f"{_P}/invites", people.list_invites, ("members:read:invites",)),
    Operation("POST", f"{_P}/invites", people.send_invite),
    Operation("DELETE", f"{_P}/invites/{{email}}", people.delete_invite),
    Operation("GET", f"{_P}/requests", log.list_requests, ("usage:read",)),
    Operation("GET", f"{_P}/requests/{{request}}", log.get_request, ("usage:read",)),
    Operation("GET", f"{_P}/usage", reports.summary, ("usage:read",)),
    Operation("GET", f"{_P}/usage/fields", reports.usage_fields, ("usage:read",)),
    Operation("GET", f"{_P}/usage/breakdown", reports.usage_breakdown, ("usage:read",)),
    Operation("GET", f"{_P}/billing/fields", reports.billing_fields, ("billing:read",)),
    Operation("GET", f"{_P}/billing/breakdown", reports.billing_breakdown, ("billing:read",)),
    Operation("GET", f"{_P}/purchases", money.list_purchases, ("billing:read",)),
    Operation("GET", f"{_P}/balances", money.list_balances, ("billing:read",)),
    Operation("GET", f"{_P}/balances/{{balance}}", money.get_balance, ("billing:read",)),
    Operation("GET", f"{_P}/models", models.list_models, ("project:read",)),
    Operation("GET", f"{_P}/models/{{model}}", models.get_model, ("project:read",)),
    Operation("GET", _SELF_HOSTED, selfhosted.list_credentials, ("project:read",)),
    Operation("POST", _SELF_HOSTED, selfhosted.create_credential, ("project:write",)),
    Operation("GET", f"{_SELF_HOSTED}/{{credential}}", selfhosted.get_credential, ("project:read",)),
    Operation("DELETE", f"{_SELF_HOSTED}/{{credential}}", selfhosted.delete_credential, ("project:write",)),
    Operation("GET", f"{_P}/agents", agents.list_agents, ("project:read",)),
    Operation("POST", f"{_P}/agents", agents.create_agent, ("project:write",)),
    Operation("GET", f"{_P}/agents/{{agent}}", agents.get_agent, ("project:read",)),
    Operation("PUT", f"{_P}/agents/{{agent}}", agents.update_agent, ("project:write",)),
    Operation("DELETE", f"{_P}/agents/{{agent}}", agents.delete_agent, ("project:write",)),
    Operation("GET", f"{_P}/agent-variables", agents.list_variables, ("project:read",)),
    Operation("POST", f"{_P}/agent-variables", agents.create_variable, ("project:write",)),
    Operation("GET", f"{_P}/agent-variables/{{variable}}", agents.get_variable, ("project:read",)),
    Operation("PATCH", f"{_P}/agent-variables/{{variable}}", agents.update_variable, ("project:write",)),
    Operation("DELETE", f"{_P}/agent-variables/{{variable}}", agents.delete_variable, ("project:write",)),
)


def find(method: str, target: str) -> tuple[Operation, dict[str, str]]:
    """The operation and the path's parts; refuses with 404 what is not on the sheet, with 405 the wrong verb.

    *target* is the path as it was sent: ``%2F`` stays inside its part.
    """
    sent = [unquote(part) for part in target.split("/")]
    known = [(operation, parts) for operation in SHEET if (parts := operation.match(sent)) is not None]
    for operation, parts in known:
        if operation.method == method:
            return operation, parts
    if known:
        allowed = ", ".join(operation.method for operation, _ in known)
        raise Refused(405, f"The method {method} is not allowed on {unquote(target)}.", {"Allow": allowed})
    details = f"Check the path {unquote(target)}."
    raise modern(404, "NOT_FOUND", "The requested resource cannot be found.", details)


def published(target: str) -> str:
    """*target* under today's name, if the SDKs of 2025 called it otherwise: ``selfhosted``, with a slash at the end."""
    return re.sub(
        r"^(/v1/projects/[^/]+/)selfhosted(/distribution/credentials(?:/[^/]+)?)/?$", r"\1self-hosted\2", target
    )
