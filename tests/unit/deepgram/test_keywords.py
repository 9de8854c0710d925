"""The keyword forms that type checkers read are those of the options, name for name and type for type."""

import inspect
from typing import get_type_hints, is_typeddict

import pytest

from dgbot.deepgram import options
from dgbot.deepgram.options import keywords
from tests.unit.deepgram.described import operations

FORMS = {name: form for name, form in vars(keywords).items() if is_typeddict(form)}
TAKING = [name for name, build in vars(operations).items() if "fields" in inspect.signature(build).parameters]


def test_every_kind_of_options_has_a_keyword_form():
    assert {name.removesuffix("Options") for name in options.__all__} == {name.removesuffix("Fields") for name in FORMS}


@pytest.mark.parametrize("name", options.__all__)
def test_a_keyword_form_has_the_fields_of_its_options_with_their_types(name):
    form = FORMS[f"{name.removesuffix('Options')}Fields"]
    assert get_type_hints(form) == get_type_hints(getattr(options, name))
    assert not form.__total__


@pytest.mark.parametrize("name", TAKING)
def test_an_operation_takes_the_keyword_form_of_the_options_that_it_takes(name):
    parameters = inspect.signature(getattr(operations, name)).parameters
    kind = parameters["options"].annotation.partition(" ")[0]
    assert kind in options.__all__
    assert parameters["fields"].annotation == f"Unpack[{kind.removesuffix('Options')}Fields]"


def test_every_kind_of_options_is_taken_by_keyword_somewhere():
    kinds = {
        inspect.signature(getattr(operations, name)).parameters["options"].annotation.partition(" ")[0]
        for name in TAKING
    }
    assert kinds == set(options.__all__)
