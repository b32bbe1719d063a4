"""Sample values of any model: what a state is about is given, the rest is filled in neutrally.

Models grow fields all the time. A sample that named every one would have to be mended each time, although
what it shows has not changed.
"""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from storefront.core import Money

DAY = datetime(2029, 12, 3, 9, 30, tzinfo=UTC)
_WORD = "sample-1"
_PLAIN: Mapping[type, object] = {
    str: _WORD,
    int: 1,
    float: 1.0,
    bool: False,
    Money: Money(0, "EUR"),
    datetime: DAY,
    date: DAY.date(),
}

Model = TypeVar("Model")


def sample(model: type[Model], /, **given: object) -> Model:
    """A `model` (msgspec Struct or dataclass) with what is given; required members besides are made up.

    Raises TypeError for a member whose type no value is known of, and for one the model does not have.
    """
    hints = get_type_hints(model, include_extras=True)
    missing = {name: _neutral(hints[name]) for name in _required(model) if name not in given}
    return model(**given, **missing)


def _required(model: Any) -> list[str]:
    if issubclass(model, msgspec.Struct):
        return [field.name for field in msgspec.structs.fields(model) if field.required]
    return [
        field.name
        for field in dataclasses.fields(model)
        if field.init and field.default is field.default_factory is dataclasses.MISSING
    ]


def _neutral(hint: Any) -> object:
    """A value of the annotated type that says nothing: None where it may be, else the emptiest there is."""
    if isinstance(hint, NewType):
        return _neutral(hint.__supertype__)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _neutral(arguments[0])
    if origin in (Union, UnionType):
        return None if NoneType in arguments else _neutral(arguments[0])
    if origin is Literal:
        return arguments[0]
    if origin is tuple or hint is tuple:
        return ()
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {}
    if hint in _PLAIN:
        return _PLAIN[hint]
    if isinstance(hint, type) and (issubclass(hint, msgspec.Struct) or dataclasses.is_dataclass(hint)):
        return sample(hint)
    raise TypeError(f"no sample value is known for {hint!r}")
