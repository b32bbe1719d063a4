"""Python values as DynamoDB attribute values and back.

boto3 has such a mapping too; this one gives back int and bytes instead of Decimal and Binary, which is what
every caller here wants, and refuses floats, which DynamoDB cannot hold exactly.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Value = str | int | bytes | bool | Decimal | None | list[Any] | dict[str, Any] | set[str]
Item = dict[str, Any]


def encode(value: Any) -> dict[str, Any]:
    """One value in DynamoDB's notation; TypeError for what it cannot hold (floats, empty sets, objects)."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | Decimal():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case list() | tuple():
            return {"L": [encode(one) for one in value]}
        case dict():
            return {"M": encode_item(value)}
        case set() | frozenset() if value and all(isinstance(one, str) for one in value):
            return {"SS": sorted(value)}
        case _:
            raise TypeError(f"DynamoDB cannot hold a {type(value).__name__} like this")


def encode_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """A whole item, or a map inside one."""
    return {name: encode(value) for name, value in item.items()}


def decode(attribute: Mapping[str, Any]) -> Any:
    """One attribute value as a Python value: whole numbers as int, others as Decimal."""
    ((kind, value),) = attribute.items()
    match kind:
        case "NULL":
            return None
        case "N":
            number = Decimal(value)
            return int(number) if number == number.to_integral_value() else number
        case "L":
            return [decode(one) for one in value]
        case "M":
            return decode_item(value)
        case "SS":
            return set(value)
        case _:  # S, B and BOOL are what they are
            return value


def decode_item(item: Mapping[str, Any]) -> Item:
    """A whole item as a dict."""
    return {name: decode(value) for name, value in item.items()}
