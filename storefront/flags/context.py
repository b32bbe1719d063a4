"""Who a flag is evaluated for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

Fact = str | float | bool | frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of a shopper. `id` decides shares; "" for somebody unknown, who takes part in none.

    The `id` is random and kept in a cookie, or made of the account once somebody is signed in, so that they
    have the same side on all their devices. `now` is an aware time; the present if None.
    """

    id: str = ""
    facts: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A flag's value for somebody, and why. `rule` is the name of the rule that decided, if one did.

    `reason` is OpenFeature's where there is one: DEFAULT, TARGETING_MATCH, SPLIT, DISABLED, STATIC, ERROR;
    `why` a word of our own behind it: "killed", "off", "before", "after", "prerequisite", "holdout",
    "kept_out", "part", "not_in_share", "no_id", "unknown_flag", "fault", "override", "no_state", or of pages
    "edge", "not_for_page", "wrong_type"; "".
    """

    key: str
    value: object
    variant: str
    reason: str
    why: str = ""
    rule: str = ""
