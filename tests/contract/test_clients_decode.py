"""The clients understand every example of the contracts, and refuse every one that was tampered with."""

import json

import msgspec
import pytest

from storefront.core import UpstreamInvalid
from tests.contract.client_calls import BETWEEN_SERVICES, CALLS, Backend
from tests.contract.contract_files import Example, Mutant, answers, mutants, operations, validator

LEAST_MUTANTS = 10_000

# Members whose names are data: a new one is a new entry, and has the type of the others.
MAPS = ("options", "labels", "colour_labels")


def test_every_operation_has_a_client() -> None:
    known = {(o.service, o.operation_id) for o in operations()}
    assert known == CALLS.keys() | BETWEEN_SERVICES


def test_every_good_answer_has_an_example() -> None:
    with_body = {(o.service, o.operation_id) for o in operations() if not {200, 201}.isdisjoint(o.statuses)}
    assert {(e.service, e.operation_id) for e in answers()} == with_body


@pytest.mark.parametrize("example", answers(), ids=lambda e: e.label)
def test_it_decodes(example: Example) -> None:
    assert validator(example.schema).is_valid(example.value)
    backend = Backend(example.service, example.operation_id)

    value = backend.ask(json.dumps(example.value).encode(), example.status)

    # Nothing is lost or changed on the way: written out again it is what came in.
    assert json.loads(msgspec.json.encode(value)) == example.value


@pytest.mark.parametrize("example", answers(), ids=lambda e: e.label)
def test_members_it_does_not_know_change_nothing(example: Example) -> None:
    backend = Backend(example.service, example.operation_id)
    value = backend.ask(json.dumps(example.value).encode(), example.status)

    assert backend.ask(json.dumps(_with_news(example.value)).encode(), example.status) == value
    assert not hasattr(value, "brand_new")


@pytest.mark.parametrize("example", answers(), ids=lambda e: e.label)
def test_it_refuses_every_mutant_and_names_upstream_and_field(example: Example) -> None:
    backend = Backend(example.service, example.operation_id)
    for mutant in mutants(example):
        error = backend.refusal(json.dumps(mutant.value).encode(), example.status)
        what = f"{mutant.path} ({mutant.kind}) was told as {error}"
        assert isinstance(error, UpstreamInvalid), what
        assert error.upstream == example.service
        assert str(error).startswith(f"{example.service}: ")
        assert _names(error, mutant), what


def test_there_are_many_mutants_of_every_kind() -> None:
    kinds: dict[str, int] = {}
    for example in answers():
        for mutant in mutants(example):
            kind = mutant.kind.partition(" ")[0]
            kinds[kind] = kinds.get(kind, 0) + 1
    assert sum(kinds.values()) >= LEAST_MUTANTS
    assert kinds.keys() >= {
        "missing",
        "type",
        "enum",
        "date-time",
        "date",
        "pattern",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "maxProperties",
    }


def _names(error: UpstreamInvalid, mutant: Mutant) -> bool:
    """Whether the error says where: the very path, of what is missing too."""
    return mutant.is_named_by(error.field) and str(error).endswith(f" at {error.field}")


def _with_news(value: object) -> object:
    """The same with a member more in every object; maps of free names stay as they are."""
    if isinstance(value, list):
        return [_with_news(item) for item in value]
    if not isinstance(value, dict):
        return value
    grown = {
        name: inner if name in MAPS and isinstance(inner, dict) else _with_news(inner)
        for name, inner in value.items()
    }
    return grown | {"brand_new": {"nested": [1]}}
