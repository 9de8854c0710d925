"""Each form of a refusal, with each status, to each call: the class, the words, and what is kept."""

from typing import Any

import pytest

from dgbot.deepgram import AsyncManageClient, DeepgramApiError, DeepgramScopeError, ManageClient
from dgbot.deepgram.operation import Answer, Operation
from tests.unit.deepgram.described import operations
from tests.unit.deepgram.refusing import (
    FORMS,
    GUARDED,
    KINDS,
    LEAVES_OPEN,
    OF_EACH_CLASS,
    SCOPE_MISSING,
    SCOPE_STATUS,
)
from tests.unit.deepgram.samples import ARGUMENTS, NOW, described


def sent_by(name) -> list[Operation[Any]]:
    """What the call *name* would send first."""
    call = described(name)
    return [call if isinstance(call, Operation) else next(call)]


def test_the_calls_whose_answers_carry_secrets_are_guarded():
    assert {name for name in ARGUMENTS for operation in sent_by(name) if operation.guarded} == GUARDED


@pytest.mark.parametrize("name", ARGUMENTS)
def test_every_form_with_every_status(name):
    (operation,) = sent_by(name)
    for form in FORMS.values():
        for status, kind in KINDS.items():
            error = operation.read(Answer(status=status, body=form.body, received=NOW, request_id="header"))
            assert type(error) is kind
            assert error.message == form.message_of(guarded=operation.guarded)
            assert (error.status, error.code, error.details) == (status, form.code, form.details)
            assert error.request_id == (form.request_id or "header")
            assert error.body == (None if operation.guarded else form.parsed)
            assert error.may_have_happened is (status in LEAVES_OPEN)
            assert str(error).startswith(f"Deepgram answered {status}: ")
            assert str(error).endswith((".", form.code or "."))


@pytest.mark.parametrize("name", OF_EACH_CLASS)
def test_a_missing_scope_is_told_from_a_bad_key_by_its_words(name):
    (operation,) = sent_by(name)
    for body, scope in SCOPE_MISSING.items():
        for status in KINDS:
            error = operation.read(Answer(status=status, body=body, received=NOW))
            assert type(error) is SCOPE_STATUS.get(status, KINDS[status])
            if isinstance(error, DeepgramScopeError):
                assert error.missing_scope == (None if operation.guarded and not body.startswith(b"{") else scope)


def asked_in_turn(client: ManageClient, name: str) -> None:
    """Call *name* and go through what it lists."""
    found = getattr(client, name)(*ARGUMENTS[name])
    if name.startswith("iter_"):
        list(found)


async def awaited_in_turn(client: AsyncManageClient, name: str) -> None:
    """Call *name* and go through what it lists."""
    found = getattr(client, name)(*ARGUMENTS[name])
    if name.startswith("iter_"):
        async for _ in found:
            pass
    else:
        await found


@pytest.mark.parametrize("name", OF_EACH_CLASS)
@pytest.mark.parametrize("form", FORMS)
async def test_each_form_comes_through_both_clients(loopback, name, form):
    statuses = [400, 403, 404, 409, 429, 503]
    for status in [status for status in statuses for _ in range(2)]:
        loopback.answers(FORMS[form].body, status, dg_request_id="header")
    async with AsyncManageClient("the-bots-own-key", base_url=loopback.url, retries=0) as twin:
        with ManageClient("the-bots-own-key", base_url=loopback.url, retries=0) as client:
            for status in statuses:
                with pytest.raises(DeepgramApiError) as blocking:
                    asked_in_turn(client, name)
                with pytest.raises(DeepgramApiError) as awaited:
                    await awaited_in_turn(twin, name)
                for caught in (blocking, awaited):
                    assert type(caught.value) is KINDS[status]
                    assert caught.value.message == FORMS[form].message_of(guarded=name in GUARDED)
                    assert caught.value.request_id == (FORMS[form].request_id or "header")
                    assert caught.value.method == loopback.seen[0].method
                    assert caught.value.__cause__ is caught.value.__context__ is None
    assert len(loopback.seen) == 2 * len(statuses)


@pytest.mark.parametrize("name", ["get_usage", "get_usage_fields"])
async def test_a_refusal_of_the_second_of_two_calls_is_the_outcome(call, loopback, name):
    loopback.answers({}).answers(FORMS["modern"].body, 403)
    with pytest.raises(DeepgramApiError, match="It went wrong"):
        await call(loopback.url, name, "p")
    assert len(loopback.seen) == 2
    assert loopback.seen[1].target == operations.get_usage_summary("p").path
