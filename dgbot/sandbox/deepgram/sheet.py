"""The API on one sheet: verb, path, the scopes it needs and who answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from dgbot.sandbox.deepgram import catalog, keys, log, money, people, reports
from dgbot.sandbox.deepgram.call import Call, Json
from dgbot.sandbox.deepgram.wire import Refused, modern


@dataclass(frozen=True)
class Operation:
    """One call that this server knows."""

    method: str
    path: str
    answer: Callable[[Call], Json]
    needs: tuple[str, ...] = ()

    def match(self, path: str) -> dict[str, str] | None:
        """What stands in the braces if *path* (decoded) is this operation's; an e-mail may contain a slash."""
        pattern = self.path.replace("{email}", "(?P<email>.+)")
        found = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", pattern), path)
        return found.groupdict() if found else None


def _list_models(call: Call) -> Json:
    return catalog.models(outdated=call.choice("include_outdated", "true", "false") == "true")


def _get_model(call: Call) -> Json:
    return catalog.model(call.parts["model"])


_P = "/v1/projects/{project}"

SHEET = (
    Operation("GET", "/v1/auth/token", people.describe_token),
    Operation("GET", "/v1/models", _list_models),
    Operation("GET", "/v1/models/{model}", _get_model),
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
    Operation("GET", f"{_P}/models", _list_models, ("project:read",)),
    Operation("GET", f"{_P}/models/{{model}}", _get_model, ("project:read",)),
)


def find(method: str, path: str) -> tuple[Operation, dict[str, str]]:
    """The operation and the path's parts; refuses with 404 what is not on the sheet, with 405 the wrong verb."""
    known = [(operation, parts) for operation in SHEET if (parts := operation.match(path)) is not None]
    for operation, parts in known:
        if operation.method == method:
            return operation, parts
    if known:
        raise Refused(405, f"The method {method} is not allowed on {path}.")
    raise modern(404, "NOT_FOUND", "The requested resource cannot be found.", f"Check the path {path}.")
