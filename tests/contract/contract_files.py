"""The contracts as data: every operation, every response example with its schema, and ways to break one.

The JSON Schema library is the oracle on both sides: a mutant counts only if the contract really forbids it,
and a request counts as right only if the contract really allows it.
"""

import copy
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

FOLDER = Path(__file__).resolve().parents[2] / "contracts"
SERVICES = ("catalog", "search", "orders", "payments", "customers", "stores", "content", "reviews", "lists")
METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Example:
    """One example of one response: what the service says, and what it may say."""

    service: str
    operation_id: str
    status: int
    media_type: str
    name: str
    value: Any
    schema: Mapping[str, Any]

    @property
    def label(self) -> str:
        return f"{self.service}.{self.operation_id}-{self.status}-{self.name}"


@dataclass(frozen=True)
class Operation:
    """One operation with all references resolved."""

    service: str
    operation_id: str
    method: str
    path: str
    base: str
    parameters: tuple[Mapping[str, Any], ...]
    body_schema: Mapping[str, Any] | None
    body_examples: tuple[Any, ...]
    security: tuple[tuple[Mapping[str, Any], ...], ...]
    examples: tuple[Example, ...]
    statuses: tuple[int, ...] = field(default=())


def operations() -> tuple[Operation, ...]:
    """Every operation of the contracts."""
    return tuple(operation for service in SERVICES for operation in _operations_of(service))


def operation(service: str, operation_id: str) -> Operation:
    """One operation by name."""
    return next(o for o in _operations_of(service) if o.operation_id == operation_id)


def answers() -> list[Example]:
    """Every example of a good answer."""
    return [e for o in operations() for e in o.examples if e.media_type != PROBLEM]


def problems() -> list[Example]:
    """Every example of a problem document, with the status it comes under."""
    return [e for o in operations() for e in o.examples if e.media_type == PROBLEM]


def validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    """The oracle for one schema, formats included."""
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


@functools.cache
def _document(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def _resolve(node: Any, home: str) -> Any:
    """`node` of file `home` with every $ref replaced by what it names; patterns as ECMA 262 reads them."""
    if isinstance(node, list):
        return [_resolve(item, home) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        file, pointer = node["$ref"].split("#/")
        home = file.removeprefix("./") or home
        found = _document(home)
        for part in pointer.split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        return _resolve(found, home)
    resolved = {key: _resolve(value, home) for key, value in node.items()}
    pattern = resolved.get("pattern")
    if isinstance(pattern, str) and pattern.endswith("$"):
        # Python's `$` also matches before a line end, JSON Schema's does not.
        resolved["pattern"] = pattern.removesuffix("$") + r"\Z"
    return resolved


@functools.cache
def _operations_of(service: str) -> tuple[Operation, ...]:
    document = _resolve(_document(f"{service}.yaml"), f"{service}.yaml")
    schemes = document["components"].get("securitySchemes", {})
    found = []
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                raw = item[method]
                security = raw.get("security", document.get("security", []))
                found.append(
                    Operation(
                        service=service,
                        operation_id=raw["operationId"],
                        method=method.upper(),
                        path=path,
                        base=document["servers"][0]["url"],
                        parameters=(*item.get("parameters", ()), *raw.get("parameters", ())),
                        body_schema=_json(raw.get("requestBody", {})).get("schema"),
                        body_examples=_values(_json(raw.get("requestBody", {}))),
                        security=tuple(tuple(schemes[name] for name in choice) for choice in security),
                        examples=tuple(_examples(service, raw)),
                        statuses=tuple(int(status) for status in raw["responses"]),
                    )
                )
    return tuple(found)


def _json(body: Mapping[str, Any]) -> Mapping[str, Any]:
    return body.get("content", {}).get("application/json", {})


def _values(media: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(example["value"] for example in media.get("examples", {}).values())


def _examples(service: str, raw: Mapping[str, Any]) -> Iterator[Example]:
    for status, response in raw["responses"].items():
        for media_type, media in response.get("content", {}).items():
            for name, example in media.get("examples", {}).items():
                yield Example(
                    service,
                    raw["operationId"],
                    int(status),
                    media_type,
                    name,
                    example["value"],
                    media["schema"],
                )


# --- breaking examples --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mutant:
    """An example with one fault: `path` says where (as the decoder writes paths), `kind` what was done."""

    path: str
    kind: str
    value: Any

    def is_named_by(self, path: str) -> bool:
        """Whether `path` is where the fault is: the very place; of an object emptied, a member it lacks."""
        if self.kind == "type dict" and path.rpartition(".")[0] == self.path:
            return True
        return path == self.path


def mutants(example: Example) -> Iterator[Mutant]:
    """Every way of breaking `example` at one place that its schema indeed forbids."""
    oracle = validator(example.schema)
    for steps, path, kind, new in _faults(example.schema, example.value, (), "$"):
        value = _changed(example.value, steps, new)
        if not oracle.is_valid(value):
            yield Mutant(path, kind, value)


class _Drop:
    """Stands for "take this member away"."""


_DROP = _Drop()
_OTHER_TYPES = (None, True, 7, 1.5, "7", [], {})

_Fault = tuple[tuple[str | int, ...], str, str, Any]


def _faults(
    schema: Mapping[str, Any], value: Any, steps: tuple[str | int, ...], path: str
) -> Iterator[_Fault]:
    for other in _OTHER_TYPES:
        yield steps, path, f"type {type(other).__name__}", other
    schema = _branch(schema, value)
    for kind, new in _broken(schema, value):
        yield steps, path, kind, new
    if isinstance(value, dict):
        yield from _member_faults(schema, value, steps, path)
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _faults(schema["items"], item, (*steps, index), f"{path}[{index}]")


def _member_faults(
    schema: Mapping[str, Any], value: dict[str, Any], steps: tuple[str | int, ...], path: str
) -> Iterator[_Fault]:
    declared = schema.get("properties", {})
    for name in schema.get("required", ()):
        yield (*steps, name), f"{path}.{name}", "missing", _DROP
    for name, inner in declared.items():
        here = (*steps, name)
        if name in value:
            yield from _faults(inner, value[name], here, f"{path}.{name}")
        else:
            for kind, new in (("added number", 7), ("added null", None), *_broken(inner, "x")):
                yield here, f"{path}.{name}", kind, new
    for name in value.keys() - declared.keys():  # a map: its keys are data
        yield from _faults(schema["additionalProperties"], value[name], (*steps, name), f"{path}[...]")


def _branch(schema: Mapping[str, Any], value: Any) -> Mapping[str, Any]:
    """The alternative of a `oneOf` that `value` is an example of."""
    return next((s for s in schema.get("oneOf", ()) if validator(s).is_valid(value)), schema)


def _broken(schema: Mapping[str, Any], value: Any) -> Iterator[tuple[str, Any]]:
    """Values of the right type that break one keyword of `schema` (or not: the oracle sorts those out)."""
    if "enum" in schema:
        yield "enum", "no-such-word"
    if isinstance(value, str):
        yield from _broken_text(schema, value)
    if "minimum" in schema:
        yield "minimum", schema["minimum"] - 1
    if "maximum" in schema:
        yield "maximum", schema["maximum"] + 1
    if isinstance(value, list):
        if "minItems" in schema:
            yield "minItems", value[: schema["minItems"] - 1]
        if "maxItems" in schema and value:
            yield "maxItems", [copy.deepcopy(value[0]) for _ in range(schema["maxItems"] + 1)]
    if "maxProperties" in schema:
        yield "maxProperties", {f"name {n}": "value" for n in range(schema["maxProperties"] + 1)}


def _broken_text(schema: Mapping[str, Any], value: str) -> Iterator[tuple[str, Any]]:
    if schema.get("format") == "date-time":
        for text in ("yesterday", "2026-13-40T08:30:00Z", "2026-11-20T08:30:00", "2026-11-20", "1763627400"):
            yield "date-time", text
    if schema.get("format") == "date":
        for text in ("25.11.2026", "2026-02-30", "2026-11"):
            yield "date", text
    if "pattern" in schema:
        for text in (f"{value}!", f" {value}", f"{value}\n", value.swapcase(), "\u00e9", "//evil.example/"):
            yield "pattern", text
    if "minLength" in schema:
        yield "minLength", value[: schema["minLength"] - 1]
    if "maxLength" in schema:
        yield "maxLength", (value + value[-1:] * schema["maxLength"])[: schema["maxLength"] + 1]


def _changed(value: Any, steps: tuple[str | int, ...], new: Any) -> Any:
    """A copy of `value` with the place that `steps` lead to replaced, or dropped."""
    if not steps:
        return copy.deepcopy(new)
    copied = copy.deepcopy(value)
    place = copied
    for step in steps[:-1]:
        place = place[step]
    if isinstance(new, _Drop):
        del place[steps[-1]]
    else:
        place[steps[-1]] = copy.deepcopy(new)
    return copied
