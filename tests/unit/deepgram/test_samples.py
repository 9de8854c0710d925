"""The samples cover every operation, so that tests which go through them leave none out."""

import pytest

from tests.unit.deepgram.described import operations
from tests.unit.deepgram.samples import ARGUMENTS, BODIES, SEVERAL_CALLS, answer


def test_every_operation_has_arguments_and_a_documented_answer():
    assert set(ARGUMENTS) == set(vars(operations))
    assert set(BODIES) == set(ARGUMENTS) - SEVERAL_CALLS


@pytest.mark.parametrize("name", BODIES)
def test_every_documented_answer_is_read(name):
    assert answer(name) is not None
