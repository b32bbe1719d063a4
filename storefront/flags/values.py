"""Whether something is a value of a flag's type."""

from math import isfinite
from typing import Any, Final, cast

import msgspec

from storefront.flags.declaration import Declaration, Type, Value

# Beyond it, readers of JSON do not agree on whole numbers (RFC 8259, section 6).
LARGEST: Final = 2**53 - 1


class WrongValueError(ValueError):
    """It is none. `detail` says what is wrong, in English, for people who build flags; "" for the type."""

    def __init__(self, expected: Type, detail: str = "") -> None:
        self.expected = expected
        self.detail = detail
        super().__init__(f"no {expected}" + (f": {detail}" if detail else ""))


def checked_value(declaration: Declaration, value: Any) -> Value:
    """`value`, which is one of the flag's type and, if it has one, shape.

    Raises:
        WrongValueError: it is not.
    """
    if not has_type(value, declaration.type):
        raise WrongValueError(declaration.type)
    if declaration.shape is not None:
        try:
            msgspec.convert(value, declaration.shape)
        except msgspec.ValidationError as error:
            raise WrongValueError(declaration.type, str(error)) from error
    return cast("Value", value)


def has_type(value: object, expected: Type) -> bool:
    """Whether `value` is of the type. A truth is no number, neither are infinity and "not a number"."""
    if expected is Type.BOOLEAN:
        return isinstance(value, bool)
    if expected is Type.STRING:
        return isinstance(value, str)
    if expected is Type.NUMBER:
        if isinstance(value, float):
            return isfinite(value)
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST
    return isinstance(value, dict)
