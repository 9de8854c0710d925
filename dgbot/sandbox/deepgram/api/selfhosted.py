"""The operations on distribution credentials, with which a self-hosted Deepgram fetches its images."""

from __future__ import annotations

from dgbot.sandbox.deepgram.api.call import Call, Json
from dgbot.sandbox.deepgram.refusals import bad_query, unknown
from dgbot.sandbox.deepgram.wire import rfc3339
from dgbot.sandbox.deepgram.world.holdings import Credential
from dgbot.sandbox.deepgram.world.scopes import EVERYTHING

PRODUCTS = (
    EVERYTHING,
    *(
        f"self-hosted:product:{name}"
        for name in ("api", "engine", "license-proxy", "dgtools", "billing", "hotpepper", "metrics-server")
    ),
)


def list_credentials(call: Call) -> Json:
    """Every credential of the project with its maker."""
    return {"distribution_credentials": [_described(one) for one in call.project.credentials.values()]}


def get_credential(call: Call) -> Json:
    """One of them."""
    return _described(_named(call))


def create_credential(call: Call) -> Json:
    """A new credential; its scopes and its provider are in the query, its comment is in the body."""
    scopes = call.query.get("scopes") or (EVERYTHING,)
    for scope in scopes:
        if scope not in PRODUCTS:
            raise bad_query(f"scopes: {scope} is not one of {', '.join(PRODUCTS)}.")
    provider = call.choice("provider", "quay") or "quay"
    comment = call.text_field("comment") if call.raw and call.fields().get("comment") is not None else None
    made = Credential(
        credential_id=call.world.new_id(),
        member_id=call.maker.member_id,
        email=call.maker.email,
        provider=provider,
        comment=comment,
        scopes=tuple(dict.fromkeys(scopes)),
        created=call.now,
    )
    call.project.credentials[made.credential_id] = made
    return _described(made)


def delete_credential(call: Call) -> Json:
    """Forget a credential; the answer shows it for the last time."""
    gone = _named(call)
    del call.project.credentials[gone.credential_id]
    return _described(gone)


def _named(call: Call) -> Credential:
    found = call.project.credentials.get(call.parts["credential"])
    if found is None:
        raise unknown("distribution credential")
    return found


def _described(one: Credential) -> Json:
    inner: Json = {"distribution_credentials_id": one.credential_id, "provider": one.provider}
    if one.comment is not None:
        inner["comment"] = one.comment
    inner |= {"scopes": list(one.scopes), "created": rfc3339(one.created)}
    return {"member": {"member_id": one.member_id, "email": one.email}, "distribution_credentials": inner}
