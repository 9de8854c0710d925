"""The door of the Web API: who calls, whether they may, and the ledger of every call."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dgbot.sandbox.slack.api.scopes import granted_scopes, lacking
from dgbot.sandbox.slack.edge.arguments import Arguments, Method, RateLimited, Refused, read_arguments
from dgbot.sandbox.slack.edge.doors import spoiled_answer
from dgbot.sandbox.slack.edge.faults import Faults, Spoiled
from dgbot.sandbox.slack.edge.ledger import Ledger
from dgbot.sandbox.slack.edge.rates import Rates
from dgbot.sandbox.slack.edge.reading import TOO_LARGE, TooLarge, body_of, kept
from dgbot.sandbox.slack.world.workspace import BOT, BOT_ID, DOMAIN, TEAM

KEPT_CALLS = 10_000
SOCKET_METHOD = "apps.connections.open"


@dataclass(frozen=True, slots=True)
class Call:
    """One Web API call as it ended; *arguments* never holds the token, and of large ones only how many ``bytes``."""

    method: str
    arguments: Mapping[str, Any]
    ok: bool
    error: str = ""


class WebApi:
    """``/api/<method>``: answers 200 with ``ok`` true or false, as Slack does; other statuses on request alone."""

    def __init__(
        self,
        *,
        bot_token: str,
        app_token: str,
        new_socket: Callable[[], str],
        faults: Faults,
        rates: Rates,
        ledger: Ledger,
    ) -> None:
        self.calls: deque[Call] = deque(maxlen=KEPT_CALLS)
        self.scopes, self.bot_name = granted_scopes(), "dgbot"
        self._bot_token, self._app_token, self._new_socket = bot_token, app_token, new_socket
        self._faults, self._rates, self._ledger = faults, rates, ledger
        self._methods: dict[str, Method] = {"auth.test": self._who_am_i, SOCKET_METHOD: self._open_socket}

    def take_up(self, methods: Mapping[str, Method]) -> None:
        """Answer these *methods* too, by their Slack name."""
        self._methods |= methods

    @property
    def methods(self) -> frozenset[str]:
        """The names of all that is answered."""
        return frozenset(self._methods)

    async def answer(self, request: Request) -> Response:
        """Answer one call and write it into the ledger."""
        start = time.perf_counter()
        method = request.path_params["method"]
        spoilt: int | None = None
        size = 0
        given, status, headers = Arguments({}), 200, {"x-oauth-scopes": ",".join(sorted(self.scopes))}
        try:
            body = await body_of(request)
            size = len(body) + len(request.url.query)
            given = read_arguments(request, body)
            self._admit(method, request.headers.get("authorization", ""), given)
            answer = {"ok": True} | await self._faults.around(method, lambda: self._perform(method, given))
        except TooLarge as too_large:
            size, status = too_large.size, 413
            answer = {"ok": False, "error": TOO_LARGE}
        except RateLimited as limit:
            answer, status = {"ok": False, "error": limit.error}, 429
            headers["retry-after"] = str(limit.retry_after)
        except Refused as refusal:
            answer = {"ok": False, "error": refusal.error} | refusal.more
        except Spoiled as spoiled:
            spoilt = spoiled.status
            answer = {"ok": False, "error": f"http_{spoilt}" if spoilt else "dropped"}
        arguments = kept({name: value for name, value in given.items() if name != "token"}, size)
        self.calls.append(Call(method, arguments, bool(answer["ok"]), str(answer.get("error", ""))))
        self._ledger.note(
            "to Slack",
            method,
            status=status if spoilt is None else spoilt or "dropped",
            seconds=time.perf_counter() - start,
            payload=arguments,
            answer=kept(answer, size) if answer["ok"] else answer,
            headers=dict(request.headers),
            answer_headers=headers,
        )
        return JSONResponse(answer, status, headers) if spoilt is None else spoiled_answer(spoilt)

    async def _perform(self, method: str, given: Arguments) -> dict[str, Any]:
        return self._methods[method](given)

    def _admit(self, method: str, authorization: str, given: Arguments) -> None:
        token = authorization.removeprefix("Bearer ") or given.text("token")
        if not token:
            raise Refused("not_authed")
        if token not in (self._bot_token, self._app_token):
            raise Refused("invalid_auth")
        if self._faults.revoked:
            raise Refused(self._faults.revoked)
        if method not in self._methods:
            raise Refused("unknown_method", req_method=method)
        if (token == self._app_token) != (method == SOCKET_METHOD):
            raise Refused("not_allowed_token_type")
        needed = lacking(method, self.scopes)
        if needed:
            raise Refused("missing_scope", needed=needed, provided=",".join(sorted(self.scopes)))
        wait = self._rates.wait(method, given.text("channel"))
        if wait:
            raise RateLimited(wait)

    def _who_am_i(self, _: Arguments) -> dict[str, Any]:
        return {
            "url": f"https://{DOMAIN}.slack.com/",
            "team": "Acme",
            "user": self.bot_name,
            "team_id": TEAM,
            "user_id": BOT,
            "bot_id": BOT_ID,
            "is_enterprise_install": False,
        }

    def _open_socket(self, _: Arguments) -> dict[str, Any]:
        return {"url": self._new_socket()}
