"""What a flag is, as the code that reads it says: its type, its variants, who answers for it and until when.

A flag that is not declared does not exist: the console cannot make one, and code that reads one fails the
check. What merchandisers decide about a declared flag is its state (storefront.flags.state).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec

Value = bool | str | int | float | dict[str, Any]
Shape = type[msgspec.Struct]


class Kind(StrEnum):
    """What a flag is for, which decides how long it may live and what the console offers."""

    RELEASE = "release"  # hides what is not ready; expires
    EXPERIMENT = "experiment"  # compares variants; expires
    OPS = "ops"  # a switch for trouble; stays
    PERMISSION = "permission"  # for some people only; stays
    CONFIGURATION = "configuration"  # banner, theme, menus: what a merchandiser sets; stays


class Type(StrEnum):
    """The type of a flag's values."""

    BOOLEAN = "boolean"
    STRING = "string"
    NUMBER = "number"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One flag. `variants` names the values it may have, in the order in which shares are handed out.

    `default` is the variant of everybody while nothing is known of the flag's state; `off` the one of those
    for whom it is off, killed, out of its time or without its prerequisites. `critical` flags want a second
    person for each change. `pages` are the names of the public routes that may read it ("*" for all); private
    pages may read any. A public page that reads a flag is kept once for each of its variants if the flag is
    `by_person`; if not, only market, language, country and time may decide, and it is kept once.

    `open` flags may be given further variants in the console, or other values for these; `shape` is then the
    type (a msgspec Struct) that a JSON value must have.
    """

    key: str
    kind: Kind
    type: Type
    variants: dict[str, Value]
    default: str
    off: str
    owner: str
    purpose: str
    expires: date | None = None
    critical: bool = False
    pages: tuple[str, ...] = ()
    by_person: bool = False
    open: bool = False
    shape: Shape | None = None


class AttributeType(StrEnum):
    """The type of what is known of a shopper."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"
    SET = "set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """Something that rules may ask of a shopper.

    `by_address` ones are the same for all who open an address.
    """

    name: str
    type: AttributeType
    purpose: str
    values: tuple[str, ...] = ()  # the ones there are; () for anything
    by_address: bool = False
