"""Flags: declared in code, decided in a table, evaluated in-process (docs/explanation/flags.md)."""

from storefront.flags.compiling import compile_snapshot
from storefront.flags.context import Context, Evaluation, Fact
from storefront.flags.declaration import Attribute, AttributeType, Declaration, Kind, Type, Value
from storefront.flags.declared import ATTRIBUTES, DECLARED
from storefront.flags.snapshot import Snapshot
from storefront.flags.state import WHOLE, Decided

__all__ = [
    "ATTRIBUTES",
    "DECLARED",
    "WHOLE",
    "Attribute",
    "AttributeType",
    "Context",
    "Decided",
    "Declaration",
    "Evaluation",
    "Fact",
    "Kind",
    "Snapshot",
    "Type",
    "Value",
    "compile_snapshot",
]
