"""Flags held at a value while a test runs, whatever the table says and however they are targeted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import PropertyMock, patch

from storefront.flags.compiling import compile_snapshot
from storefront.flags.declaration import Declaration
from storefront.flags.declared import ATTRIBUTES, DECLARED
from storefront.flags.live import Live
from storefront.flags.snapshot import Snapshot
from storefront.flags.state import WHOLE, Decided, FlagState, Serve

_MADE = "pinned"


class NoSuchPinError(AssertionError):
    """A test pins a flag that is not declared, or at something that is no variant of it."""


@contextmanager
def pinned(flags: Mapping[str, str | dict[str, Any]]) -> Iterator[Snapshot]:
    """Let the named flags have these variants for everybody; all others are as declared.

        with pinned({"theme": "harbour", "checkout": "off", "site-banner": {"text": {"en": "Closed"}}}):
            ...

    An open flag may be given a value in the place of a variant's name. Holds for every `Live` of the process.
    """
    states = tuple(_state(DECLARED.get(key), key, wanted) for key, wanted in flags.items())
    snapshot = compile_snapshot(Decided(flags=states), DECLARED, ATTRIBUTES)
    wrong = [f"{key}: {snapshot.fault(key)}" for key in flags if snapshot.fault(key)]
    if wrong:
        raise NoSuchPinError("; ".join(wrong))
    with patch.object(Live, "snapshot", new_callable=PropertyMock, return_value=snapshot):
        yield snapshot


def _state(declared: Declaration | None, key: str, wanted: str | dict[str, Any]) -> FlagState:
    if declared is None:
        raise NoSuchPinError(f"no flag {key!r} is declared")
    values, variant = ({}, wanted) if isinstance(wanted, str) else ({_MADE: wanted}, _MADE)
    everybody = Serve(weights=((variant, WHOLE),))
    return FlagState(key=key, otherwise=everybody, values=values, holdout=False)
