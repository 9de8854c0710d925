"""Credentials for the registry of Deepgram's self-hosted products."""

from __future__ import annotations

from dgbot.deepgram.operation import Operation
from dgbot.deepgram.operations.building import body, path, query
from dgbot.deepgram.options.checks import check_choice, check_text, check_texts
from dgbot.deepgram.responses.selfhosted import DistributionCredential, DistributionCredentialsResponse
from dgbot.deepgram.wire import selfhosted as wire

PRODUCTS = (
    "self-hosted:products",
    "self-hosted:product:api",
    "self-hosted:product:engine",
    "self-hosted:product:license-proxy",
    "self-hosted:product:dgtools",
    "self-hosted:product:billing",
    "self-hosted:product:hotpepper",
    "self-hosted:product:metrics-server",
)
PROVIDERS = ("quay",)

_ALL = "projects/{project_id}/self-hosted/distribution/credentials"
_ONE = f"{_ALL}/{{credential_id}}"


def get_distribution_credentials(project_id: str) -> Operation[DistributionCredentialsResponse]:
    """List a project's distribution credentials."""
    return Operation("GET", path(_ALL, project_id), wire.distribution_credentials)


def get_distribution_credential(project_id: str, credential_id: str) -> Operation[DistributionCredential]:
    """Fetch one distribution credential."""
    return Operation("GET", path(_ONE, project_id, credential_id), wire.distribution_credential)


def create_distribution_credential(
    project_id: str,
    *,
    comment: str | None = None,
    scopes: list[str] | None = None,
    provider: str | None = None,
) -> Operation[DistributionCredential]:
    """Create a distribution credential; without *scopes* it opens all products, without *provider* it is for quay.

    It is sent again only if no byte of it can have left.
    """
    check_text("comment", comment)
    check_texts("scopes", scopes)
    for scope in scopes or ():
        check_choice("scopes", scope, PRODUCTS)
    if provider is not None:
        check_choice("provider", provider, PROVIDERS)
    return Operation(
        "POST",
        path(_ALL, project_id),
        wire.distribution_credential,
        query=query({"scopes": scopes, "provider": provider}),
        body=body({"comment": comment}),
        guarded=True,
    )


def delete_distribution_credential(project_id: str, credential_id: str) -> Operation[DistributionCredential]:
    """Delete a distribution credential and return what it was; only its id, if it was gone already."""
    return Operation(
        "DELETE",
        path(_ONE, project_id, credential_id),
        wire.distribution_credential,
        when_gone=DistributionCredential(distribution_credentials_id=credential_id),
    )
