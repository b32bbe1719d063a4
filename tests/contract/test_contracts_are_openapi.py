"""The contracts themselves: valid OpenAPI 3.1, with an example for every answer that has a body."""

from pathlib import Path

import pytest
import yaml
from openapi_spec_validator import validate

CONTRACTS = sorted((Path(__file__).resolve().parents[2] / "contracts").glob("*.yaml"))
SERVICES = [path for path in CONTRACTS if path.stem not in {"common", "events"}]


def test_there_is_one_for_each_service() -> None:
    assert {path.stem for path in SERVICES} == {
        "catalog",
        "content",
        "customers",
        "lists",
        "orders",
        "payments",
        "reviews",
        "search",
        "stores",
    }


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_it_is_valid_openapi(path: Path) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    validate(document, base_uri=path.resolve().as_uri())
    assert document["openapi"].startswith("3.1")


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_every_write_that_creates_carries_an_idempotency_key(path: Path) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    creating = [
        operation
        for methods in document["paths"].values()
        for method, operation in methods.items()
        if method == "post" and "201" in operation["responses"]
    ]
    for operation in creating:
        names = [parameter.get("$ref", "") for parameter in operation["parameters"]]
        assert any(name.endswith("/IdempotencyKey") for name in names), operation["operationId"]
