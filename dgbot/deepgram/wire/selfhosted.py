"""Distribution credentials: in answers, a credential and its member side by side."""

from __future__ import annotations

import msgspec

from dgbot.deepgram.responses.people import Member
from dgbot.deepgram.responses.selfhosted import DistributionCredential, DistributionCredentialsResponse
from dgbot.deepgram.wire.reading import decoder, missing, read


class _Item(msgspec.Struct, gc=False):
    distribution_credentials: DistributionCredential
    member: Member | None = None

    def value(self) -> DistributionCredential:
        """What callers get."""
        return msgspec.structs.replace(self.distribution_credentials, member=self.member)


class _List(msgspec.Struct, gc=False):
    distribution_credentials: list[_Item] = []


_ITEM = decoder(_Item)
_LIST = decoder(_List)


def distribution_credentials(body: bytes) -> DistributionCredentialsResponse:
    """A list of credentials."""
    items = read(_LIST, body).distribution_credentials
    return DistributionCredentialsResponse(distribution_credentials=[item.value() for item in items])


def distribution_credential(body: bytes) -> DistributionCredential:
    """One credential, which must have an id."""
    answer = read(_ITEM, body).value()
    if not answer.distribution_credentials_id:
        raise missing("distribution_credentials_id")
    return answer
