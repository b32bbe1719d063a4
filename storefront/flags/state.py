"""What merchandisers have decided about a flag: what is kept in the table, and what the audit shows.

Frozen and closed, so that a state can be shared by all threads and an unknown field is refused on the way in.
Shares are whole numbers of 100,000: a thousandth of a percent is the least that can be given.
"""

from typing import Any

import msgspec

WHOLE = 100_000


class Closed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The base of all that is stored: no field can be changed, none added."""


class Condition(Closed, frozen=True, kw_only=True):
    """A question about one attribute of the shopper, or (`attribute` "segment") about segments.

    `op` is one of: "is" (one of `values`), "is_not" (none of them), "above", "below" (one number in
    `values`), "starts" (with one of them). An attribute that is not known answers no question, "is_not"
    included.
    """

    attribute: str
    op: str
    values: tuple[str, ...]


class Window(Closed, frozen=True, kw_only=True):
    """From when until when, as local times of a zone.

    `starts` and `ends` are written like "2026-12-01T09:00"; "" for open.
    `zone` is a name of the tz database. A local time that a change of clocks leaves out is the moment after
    the gap; one that comes twice is its first coming (fold 0, PEP 495).
    """

    starts: str = ""
    ends: str = ""
    zone: str = "UTC"


class Serve(Closed, frozen=True, kw_only=True):
    """Who gets what: `share` of the shoppers take part, and are split over variants by `weights`.

    `weights` are pairs of variant and shares of WHOLE, whose sum is WHOLE. Who does not take part gets the
    flag's off variant. Raising `share` moves nobody who takes part already.
    """

    weights: tuple[tuple[str, int], ...]
    share: int = WHOLE


class Rule(Closed, frozen=True, kw_only=True):
    """Whoever meets all conditions, within the window, gets `serve`; the first rule that fits decides.

    `name` is for people, and may be empty: such a rule is told by its place.
    """

    name: str
    conditions: tuple[Condition, ...]
    serve: Serve
    window: Window | None = None


class Prerequisite(Closed, frozen=True, kw_only=True):
    """Another flag that must have one of these variants for the same shopper."""

    flag: str
    variants: tuple[str, ...]


class FlagState(Closed, frozen=True, kw_only=True):
    """All that is decided about one flag. `version` counts its changes; 0 where there was none yet.

    `killed` holds the reason while the kill switch is down. `salt` is mixed into who gets what: another one
    deals anew. `values` replace or add variants of an open flag. `holdout` keeps the shop's holdout group
    out of an experiment.
    """

    key: str
    version: int = 0
    enabled: bool = True
    killed: str = ""
    rules: tuple[Rule, ...] = ()
    otherwise: Serve | None = None  # None: the declared default for everybody
    window: Window | None = None
    prerequisites: tuple[Prerequisite, ...] = ()
    salt: str = ""
    values: dict[str, Any] = {}
    holdout: bool = True
    owner: str = ""  # replaces the declared one
    expires: str = ""  # "2027-01-31", replaces the declared one
    note: str = ""


class Segment(Closed, frozen=True, kw_only=True):
    """A named kind of shoppers: who meets all conditions of one of the alternatives. Segments do not nest."""

    key: str
    version: int = 0
    name: str
    alternatives: tuple[tuple[Condition, ...], ...]
    note: str = ""


class Decided(Closed, frozen=True, kw_only=True):
    """Everything in the table at one `revision`, which counts all changes of all flags and segments."""

    revision: int = 0
    flags: tuple[FlagState, ...] = ()
    segments: tuple[Segment, ...] = ()
