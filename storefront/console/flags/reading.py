"""A draft read: the state that it means, and what is wrong with it by the name of the field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from storefront.console.flags.draft import (
    SPLIT,
    ConditionDraft,
    Draft,
    ServeDraft,
    Times,
    kept_conditions,
    names_of,
    place_of,
)
from storefront.flags.declaration import AttributeType, Declaration, Kind
from storefront.flags.declared import ATTRIBUTES
from storefront.flags.state import WHOLE, Condition, FlagState, Prerequisite, Rule, Serve, Window

_TRUTHS = {"yes": "true", "no": "false", "true": "true", "false": "false"}
_NONE = object()
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")


@dataclass(frozen=True, slots=True)
class Read:
    """What a draft means. `faults` are by the name of a field; with any of them the state can't be kept."""

    state: FlagState
    faults: Mapping[str, str]


class _Reader:
    """Reads one draft, and collects what is wrong with it on the way."""

    def __init__(self, draft: Draft, declared: Declaration) -> None:
        self._draft = draft
        self._names = names_of(draft, declared)
        self._declared = declared
        self.faults: dict[str, str] = {}

    def serve(self, draft: ServeDraft, start: str, *, required: bool) -> Serve | None:
        """What somebody gets; None for the declared default, and where it can't be read."""
        if not draft.gets:
            if required:
                self.faults[f"{start}-gets"] = _("Choose what they get.")
            else:
                self._in_vain(draft, start)
            return None
        if 0 < place_of(draft.gets) <= len(self._draft.values):
            self.faults[f"v{place_of(draft.gets)}-name"] = _("Give it a name.")
        share = self._parts(draft.share, f"{start}-share")
        if draft.gets != SPLIT:
            return Serve(weights=((draft.gets, WHOLE),), share=share)
        named = zip(self._names, draft.weights, strict=False)
        weights = [
            (name, self._parts(typed, f"{start}-w{n}")) for n, (name, typed) in enumerate(named, 1) if typed
        ]
        if sum(parts for _name, parts in weights) != WHOLE:
            self.faults.setdefault(f"{start}-w1", _("The percentages must come to 100 together."))
        return Serve(weights=tuple(weights), share=share)

    def _in_vain(self, draft: ServeDraft, start: str) -> None:
        """Say of percentages, where nothing was chosen that they could count for, that they don't."""
        typed = {f"{start}-w{n}": weight for n, weight in enumerate(draft.weights, 1)}
        if draft.share not in ("", "100"):
            typed = {f"{start}-share": draft.share, **typed}
        words = _("This counts for nothing while all others get “the default of the code”.")
        self.faults |= {name: words for name, weight in typed.items() if weight}

    def window(self, times: Times) -> Window | None:
        """The window, None for one that is open on both sides."""
        if not times.starts and not times.ends:
            return None
        return Window(starts=_short(times.starts), ends=_short(times.ends), zone=times.zone)

    def rules(self) -> tuple[Rule, ...]:
        """The rules, in their order."""
        made = []
        for n, rule in enumerate(self._draft.rules, 1):
            serve = self.serve(rule.serve, f"r{n}", required=True)
            asked = [(c, rule.conditions[c]) for c in kept_conditions(rule)]
            for c, one in asked:
                if not one.attribute:
                    self.faults[f"r{n}c{c + 1}-attribute"] = _("Choose what is asked.")
            conditions = tuple(condition_of(one) for _c, one in asked)
            if serve is not None:
                made.append(
                    Rule(name=rule.name, conditions=conditions, serve=serve, window=self.window(rule.times))
                )
        return tuple(made)

    def values(self) -> dict[str, Any]:
        """The values that differ from the declared ones, or are added to them."""
        found: dict[str, Any] = {}
        seen: set[str] = set()
        for n, (name, typed) in enumerate(self._draft.values, 1):
            if not name and not typed:
                continue
            if not _NAME.match(name):
                self.faults[f"v{n}-name"] = _("Use small letters, digits and hyphens, 40 at most.")
                continue
            if name in seen:
                self.faults[f"v{n}-name"] = _("Another value has this name.")
            seen.add(name)
            try:
                value = msgspec.json.decode(typed.encode())
            except (msgspec.DecodeError, RecursionError):
                self.faults[f"v{n}-value"] = _("This is no JSON. A text stands in double quotes.")
                continue
            if name == self._declared.off or self._declared.variants.get(name, _NONE) != value:
                found[name] = value  # of the off variant too: that this can't be is said where it is checked
        return found

    def _parts(self, typed: str, name: str) -> int:
        try:
            parts = Decimal(typed.replace(",", ".").removesuffix("%").strip() or "0") * (WHOLE // 100)
        except ArithmeticError:  # no number, or one beyond all bounds ("1e999999")
            parts = Decimal(-1)
        if not parts.is_finite() or not 0 <= parts <= WHOLE or parts != int(parts):
            self.faults[name] = _("Enter a percentage from 0 to 100, with three decimals at most.")
            return 0
        return int(parts)


def read_state(draft: Draft, declared: Declaration, base: FlagState) -> Read:
    """What `draft` makes of `base`: what the form does not show (kill switch) stays as it is there."""
    reader = _Reader(draft, declared)
    state = msgspec.structs.replace(
        base,
        enabled=draft.enabled != "off",
        rules=reader.rules(),
        otherwise=reader.serve(draft.otherwise, "o", required=False),
        window=reader.window(draft.times),
        prerequisites=tuple(
            Prerequisite(flag=need.flag, variants=listed_values(need.variants))
            for need in draft.needs
            if need.flag
        ),
        values=reader.values() if declared.open else base.values,
        holdout=draft.holdout != "off" if declared.kind is Kind.EXPERIMENT else base.holdout,
        owner=draft.owner,
        expires=draft.expires,
        note=draft.note,
        salt=draft.salt if is_personal(declared) else base.salt,
    )
    return Read(state, reader.faults)


def condition_of(one: ConditionDraft) -> Condition:
    """What one line of the form asks, in whatever case; truths may be typed as yes and no."""
    values = listed_values(one.values)
    attribute = ATTRIBUTES.get(one.attribute)
    if attribute is not None:
        known = {value.casefold(): value for value in attribute.values}
        if attribute.type is AttributeType.TRUTH:
            known = _TRUTHS
        values = tuple(dict.fromkeys(known.get(value.casefold(), value) for value in values))
    return Condition(attribute=one.attribute, op=one.op or "is", values=values)


def listed_values(typed: str) -> tuple[str, ...]:
    """What stands between commas, each once."""
    words = (word.strip() for word in typed.replace("،", ",").split(","))
    return tuple(dict.fromkeys(word for word in words if word))


def _short(local: str) -> str:
    """A local time without seconds that are none: some browsers send "09:00:00"."""
    return local[:16] if local[16:] in (":00", ":00.000") else local


def is_personal(declared: Declaration) -> bool:
    """Whether it may differ between two people at one address: on private pages, or by its declaration."""
    return declared.by_person or not declared.pages
