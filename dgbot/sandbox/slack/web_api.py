"""The door of the Web API: who calls, whether they may, and the ledger of every call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dgbot.sandbox.slack.arguments import Arguments, Method, Refused, read_arguments
from dgbot.sandbox.slack.chat_methods import ChatMethods
from dgbot.sandbox.slack.directory_methods import DirectoryMethods
from dgbot.sandbox.slack.tickets import Triggers
from dgbot.sandbox.slack.view_methods import ViewMethods
from dgbot.sandbox.slack.workspace import BOT, BOT_ID, DOMAIN, TEAM, Workspace

SCOPES = (
    "commands,chat:write,chat:write.public,im:write,users:read,users:read.email,usergroups:read,"
    "channels:read,groups:read,files:write,app_mentions:read"
)
NEEDS: Mapping[str, str] = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "conversations.open": "im:write",
    "conversations.info": "channels:read",
    "conversations.members": "channels:read",
    "users.info": "users:read",
    "users.lookupByEmail": "users:read.email",
    "usergroups.list": "usergroups:read",
    "usergroups.users.list": "usergroups:read",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One Web API call as it ended; *arguments* never holds the token."""

    method: str
    arguments: Mapping[str, Any]
    ok: bool
    error: str = ""


class WebApi:
    """``/api/<method>``: answers 200 with ``ok`` true or false, as Slack does."""

    def __init__(
        self,
        workspace: Workspace,
        triggers: Triggers,
        *,
        bot_token: str,
        app_token: str,
        new_socket: Callable[[], str],
    ) -> None:
        self.calls: list[Call] = []
        self.scopes = frozenset(SCOPES.split(","))
        self._bot_token, self._app_token, self._new_socket = bot_token, app_token, new_socket
        chat = ChatMethods(workspace, lambda: self.scopes)
        self._methods: dict[str, Method] = {
            "auth.test": self._who_am_i,
            "apps.connections.open": self._open_socket,
            **chat.all(),
            **ViewMethods(workspace, triggers).all(),
            **DirectoryMethods(workspace).all(),
        }

    async def answer(self, request: Request) -> Response:
        """Answer one call and write it into the ledger."""
        method = request.path_params["method"]
        given = Arguments({})
        try:
            given = await read_arguments(request)
            token = request.headers.get("authorization", "").removeprefix("Bearer ") or given.text("token")
            self._check(method, token)
            answer: dict[str, Any] = {"ok": True} | self._methods[method](given)
        except Refused as refusal:
            answer = {"ok": False, "error": refusal.error} | refusal.more
        arguments = {name: value for name, value in given.items() if name != "token"}
        self.calls.append(Call(method, arguments, bool(answer["ok"]), str(answer.get("error", ""))))
        return JSONResponse(answer, headers={"x-oauth-scopes": ",".join(sorted(self.scopes))})

    def _check(self, method: str, token: str) -> None:
        if not token:
            raise Refused("not_authed")
        if token not in (self._bot_token, self._app_token):
            raise Refused("invalid_auth")
        if method not in self._methods:
            raise Refused("unknown_method", req_method=method)
        if (token == self._app_token) != (method == "apps.connections.open"):
            raise Refused("not_allowed_token_type")
        needed = NEEDS.get(method)
        if needed is not None and needed not in self.scopes:
            raise Refused("missing_scope", needed=needed, provided=",".join(sorted(self.scopes)))

    def _who_am_i(self, _: Arguments) -> dict[str, Any]:
        return {
            "url": f"https://{DOMAIN}.slack.com/",
            "team": "Acme",
            "user": "dgbot",
            "team_id": TEAM,
            "user_id": BOT,
            "bot_id": BOT_ID,
            "is_enterprise_install": False,
        }

    def _open_socket(self, _: Arguments) -> dict[str, Any]:
        return {"url": self._new_socket()}
