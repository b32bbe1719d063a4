"""A flag's state as somebody is typing it: texts, in the order and under the names of the form's fields.

A draft is what the form shows and sends, right or wrong; `reading` makes a state of it. Rules, conditions and
values are added, moved and taken away by buttons that send the form, so that no script is needed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec

from storefront.console.flags.moments import home_zone
from storefront.console.flags.numbers import whole_number
from storefront.console.flags.shapes import SHAPED, composed, leaves
from storefront.flags.declaration import Declaration
from storefront.flags.declared import DECLARED
from storefront.flags.state import WHOLE, Condition, FlagState, Rule, Serve, Window
from storefront.web.forms import clean

T = TypeVar("T")

SPLIT: Final = "*split*"
"""What is chosen in the place of one variant where shoppers are dealt out over several."""
MOST_RULES: Final = 6
MOST_CONDITIONS: Final = 4
MOST_VALUES: Final = 8
MOST_NEEDS: Final = 3
_NEW_VALUE = re.compile(r"\*value-(\d)\*\Z")
# What is done with the draft itself: "add-rule", "remove-rule-2", "remove-condition-2-1".
_ACTION = re.compile(r"(add|remove|up|down)-(rule|condition|value|need)(?:-(\d{1,2}))?(?:-(\d{1,2}))?\Z")


@dataclass(frozen=True, slots=True)
class ServeDraft:
    """What somebody gets: a variant's name, SPLIT, or "" for the declared default; and percentages."""

    gets: str = ""
    share: str = "100"
    weights: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConditionDraft:
    """One question; `values` are separated by commas."""

    attribute: str = ""
    op: str = "is"
    values: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    """From when until when, as a browser writes local times ("2026-12-01T09:00"), and the zone."""

    starts: str = ""
    ends: str = ""
    zone: str = field(default_factory=home_zone)


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """One rule."""

    name: str = ""
    conditions: tuple[ConditionDraft, ...] = (ConditionDraft(),)
    serve: ServeDraft = field(default_factory=ServeDraft)
    times: Times = field(default_factory=Times)


@dataclass(frozen=True, slots=True)
class NeedDraft:
    """Another flag that must have one of `variants`, which are separated by commas."""

    flag: str = ""
    variants: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The whole form. `base` is the version of the state that it was filled from.

    `reason` is the one for the change, which is asked for after the look and kept on the way back.
    """

    base: int = 0
    enabled: str = "on"
    rules: tuple[RuleDraft, ...] = ()
    otherwise: ServeDraft = field(default_factory=ServeDraft)
    times: Times = field(default_factory=Times)
    needs: tuple[NeedDraft, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    holdout: str = "on"
    owner: str = ""
    expires: str = ""
    note: str = ""
    salt: str = ""
    reason: str = ""


def new_value(n: int) -> str:
    """What is chosen for the `n`th value while it has no name: the choice is there before it is typed."""
    return f"*value-{n}*"


def place_of(gets: str) -> int:
    """The place of the value that was chosen so, 0 for what was chosen by its name."""
    found = _NEW_VALUE.match(gets)
    return int(found.group(1)) if found else 0


def names_of(draft: Draft, declared: Declaration) -> tuple[str, ...]:
    """The variants that can be chosen: the declared ones first, then those that the draft adds."""
    added = (name for name, _ in draft.values if name and name not in declared.variants)
    return (*declared.variants, *dict.fromkeys(added))


def draft_of(state: FlagState, declared: Declaration) -> Draft:
    """The draft that changes nothing of `state`."""
    values = {**declared.variants, **state.values} if declared.open else {}
    texts = tuple((name, written(value)) for name, value in values.items() if name != declared.off)
    names = (*declared.variants, *(name for name in state.values if name not in declared.variants))
    return Draft(
        base=state.version,
        enabled="on" if state.enabled else "off",
        rules=tuple(_rule(rule, names) for rule in state.rules),
        otherwise=_serve(state.otherwise, names),
        times=_times(state.window),
        needs=tuple(NeedDraft(one.flag, ", ".join(one.variants)) for one in state.prerequisites),
        values=texts,
        holdout="on" if state.holdout else "off",
        owner=state.owner,
        expires=state.expires,
        note=state.note,
        salt=state.salt,
    )


def read_draft(data: Mapping[str, str], shape: type | None = None) -> Draft:
    """The draft that a form sent; `shape` is the type of the flag's values. Nothing is checked."""

    def typed(name: str) -> str:
        return clean(data.get(name, ""))

    draft = Draft(
        base=whole_number(typed("version")) or 0,
        enabled=typed("enabled"),
        rules=tuple(_read_rule(typed, data, f"r{n}") for n in _numbers(data, r"r(\d{1,2})-name")),
        otherwise=_read_serve(typed, data, "o"),
        times=_read_times(typed, "f"),
        needs=tuple(
            NeedDraft(typed(f"n{n}-flag"), typed(f"n{n}-variants"))
            for n in _numbers(data, r"n(\d{1,2})-flag")
        ),
        values=tuple(
            (typed(f"v{n}-name"), _read_value(data, f"v{n}-", shape))
            for n in _numbers(data, r"v(\d{1,2})-name")
        ),
        holdout=typed("holdout"),
        owner=typed("owner"),
        expires=typed("expires"),
        note=typed("note"),
        salt=typed("salt"),
        reason=typed("reason"),
    )
    return _renamed(draft, {new_value(n): name for n, (name, _text) in enumerate(draft.values, 1) if name})


def changed_by(draft: Draft, action: str, declared: Declaration | None = None) -> Draft | None:
    """The draft after a button that changes its parts; None for any other button. Values are of a flag."""
    found = _ACTION.match(action)
    if not found:
        return None
    verb, kind, first, second = found.groups()
    place, inner = int(first or 0) - 1, int(second or 0) - 1
    match kind:
        case "rule":
            return replace(draft, rules=_moved(draft.rules, verb, place, RuleDraft(), MOST_RULES))
        case "need":
            return replace(draft, needs=_moved(draft.needs, verb, place, NeedDraft(), MOST_NEEDS))
        case "value":
            left = _without_value(draft, place, declared) if verb == "remove" and declared else draft
            return replace(left, values=_moved(draft.values, verb, place, ("", ""), MOST_VALUES))
    if not 0 <= place < len(draft.rules):
        return draft
    rule = draft.rules[place]
    conditions = _moved(rule.conditions, verb, inner, ConditionDraft(), MOST_CONDITIONS)
    rules = list(draft.rules)
    rules[place] = replace(rule, conditions=conditions)
    return replace(draft, rules=tuple(rules))


def focus_after(action: str, draft: Draft) -> str:
    """The name of the field, or the value of the button, to go on from after `action` made this draft."""
    found = _ACTION.match(action)
    if not found:
        return ""
    verb, kind, first, second = found.groups()
    place, inner = int(first or 0), int(second or 0)
    if kind == "condition":
        many = len(draft.rules[place - 1].conditions) if 0 < place <= len(draft.rules) else 0
        at = many if verb == "add" else min(inner, many)
        return f"r{place}c{at}-attribute" if at else f"add-condition-{place}"
    many = len({"rule": draft.rules, "value": draft.values, "need": draft.needs}[kind])
    at = many if verb == "add" else place + {"up": -1, "down": 1}.get(verb, 0)
    name = "flag" if kind == "need" else "name"
    return f"{kind[0]}{min(max(at, 1), many)}-{name}" if many else f"add-{kind}"


def fits(draft: Draft) -> bool:
    """Whether the form has room for all of it."""
    return (
        len(draft.rules) <= MOST_RULES
        and all(len(rule.conditions) <= MOST_CONDITIONS for rule in draft.rules)
        and len(draft.values) <= MOST_VALUES
        and len(draft.needs) <= MOST_NEEDS
    )


def typed_names() -> tuple[str, ...]:
    """Every name that a field of the form can have, for what is kept while somebody signs in anew."""
    serve = ("gets", "share", *(f"w{n}" for n in range(1, MOST_VALUES + 1)))
    times = ("starts", "ends", "zone")
    names = ["enabled", "holdout", "owner", "expires", "note", "salt", "reason"]
    names += [f"f-{one}" for one in times] + [f"o-{one}" for one in serve]
    for n in range(1, MOST_RULES + 1):
        names += [f"r{n}-{one}" for one in ("name", *serve, *times)]
        for c in range(1, MOST_CONDITIONS + 1):
            names += [f"r{n}c{c}-{one}" for one in ("attribute", "op", "values")]
    names += [f"n{n}-{one}" for n in range(1, MOST_NEEDS + 1) for one in ("flag", "variants")]
    parts = {leaf.name for one in DECLARED.values() if one.shape for leaf in leaves(one.shape, None)}
    value = ("name", "value", SHAPED, *sorted(parts))
    names += [f"v{n}-{one}" for n in range(1, MOST_VALUES + 1) for one in value]
    return (*names, "whole")


def sent_by(draft: Draft) -> dict[str, str]:
    """The fields and values that a form of this draft sends: `read_draft` makes the same draft of them."""
    sent = {"version": str(draft.base), "enabled": draft.enabled, "holdout": draft.holdout}
    sent |= {"owner": draft.owner, "expires": draft.expires, "note": draft.note, "salt": draft.salt}
    sent |= _sent_times(draft.times, "f") | _sent_serve(draft.otherwise, "o")
    for n, rule in enumerate(draft.rules, 1):
        sent |= {
            f"r{n}-name": rule.name,
            **_sent_serve(rule.serve, f"r{n}"),
            **_sent_times(rule.times, f"r{n}"),
        }
        for c, one in enumerate(rule.conditions, 1):
            start = f"r{n}c{c}-"
            sent |= {f"{start}attribute": one.attribute, f"{start}op": one.op, f"{start}values": one.values}
    for n, need in enumerate(draft.needs, 1):
        sent |= {f"n{n}-flag": need.flag, f"n{n}-variants": need.variants}
    for n, (name, value) in enumerate(draft.values, 1):
        sent |= {f"v{n}-name": name, f"v{n}-value": value}
    return sent


def kept_conditions(rule: RuleDraft) -> tuple[int, ...]:
    """The places of the conditions in which something was filled in; the others are no conditions."""
    return tuple(n for n, one in enumerate(rule.conditions) if one.attribute or one.values)


def percent_of(parts: int) -> str:
    """Parts of WHOLE as a percentage, without what says nothing: 12500 is "12.5"."""
    return f"{parts * 100 / WHOLE:.3f}".rstrip("0").rstrip(".")


def written(value: Any) -> str:
    """A value as it is typed: JSON, with room to read it where it has parts."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _rule(rule: Rule, names: tuple[str, ...]) -> RuleDraft:
    conditions = tuple(_condition(one) for one in rule.conditions) or (ConditionDraft(),)
    return RuleDraft(rule.name, conditions, _serve(rule.serve, names), _times(rule.window))


def _condition(one: Condition) -> ConditionDraft:
    return ConditionDraft(one.attribute, one.op, ", ".join(one.values))


def _serve(serve: Serve | None, names: tuple[str, ...]) -> ServeDraft:
    if serve is None:
        return ServeDraft()
    given = dict(serve.weights)
    if len(given) == 1:
        return ServeDraft(next(iter(given)), percent_of(serve.share))
    weights = tuple(percent_of(given[name]) if name in given else "" for name in names)
    return ServeDraft(SPLIT, percent_of(serve.share), weights)


def _times(window: Window | None) -> Times:
    if window is None:
        return Times()
    return Times(_as_browser(window.starts), _as_browser(window.ends), window.zone)


def _as_browser(local: str) -> str:
    """A local time in the one way in which browsers take it, to the second; what is none stays as it is."""
    try:
        at = datetime.fromisoformat(local)
    except ValueError:
        return local
    return at.isoformat(timespec="auto" if at.second or at.microsecond else "minutes")


def _numbers(data: Mapping[str, str], pattern: str) -> list[int]:
    found = (re.fullmatch(pattern, name) for name in data)
    return sorted({int(one.group(1)) for one in found if one})


def _read_rule(typed: Any, data: Mapping[str, str], start: str) -> RuleDraft:
    conditions = tuple(
        ConditionDraft(
            typed(f"{start}c{n}-attribute"), typed(f"{start}c{n}-op"), typed(f"{start}c{n}-values")
        )
        for n in _numbers(data, rf"{start}c(\d{{1,2}})-attribute")
    )
    return RuleDraft(
        typed(f"{start}-name"), conditions, _read_serve(typed, data, start), _read_times(typed, start)
    )


def _read_value(data: Mapping[str, str], start: str, shape: type | None) -> str:
    """A value's JSON, as it was typed or made of the fields of its parts."""
    if shape is not None and start + SHAPED in data:
        return written(composed(shape, data, start.removesuffix("-")))
    return data.get(f"{start}value", "").strip()


def _read_serve(typed: Any, data: Mapping[str, str], start: str) -> ServeDraft:
    weights = tuple(typed(f"{start}-w{n}") for n in _numbers(data, rf"{start}-w(\d{{1,2}})"))
    share = typed(f"{start}-share") if f"{start}-share" in data else "100"
    return ServeDraft(typed(f"{start}-gets"), share, weights)


def _read_times(typed: Any, start: str) -> Times:
    return Times(typed(f"{start}-starts"), typed(f"{start}-ends"), typed(f"{start}-zone") or "UTC")


def _sent_serve(serve: ServeDraft, start: str) -> dict[str, str]:
    weights = {f"{start}-w{n}": weight for n, weight in enumerate(serve.weights, 1)}
    return {f"{start}-gets": serve.gets, f"{start}-share": serve.share, **weights}


def _sent_times(times: Times, start: str) -> dict[str, str]:
    return {f"{start}-starts": times.starts, f"{start}-ends": times.ends, f"{start}-zone": times.zone}


def _renamed(draft: Draft, names: Mapping[str, str]) -> Draft:
    """The draft with other words for what is chosen."""

    def named(serve: ServeDraft) -> ServeDraft:
        return replace(serve, gets=names.get(serve.gets, serve.gets))

    rules = tuple(replace(rule, serve=named(rule.serve)) for rule in draft.rules)
    return replace(draft, rules=rules, otherwise=named(draft.otherwise))


def _without_value(draft: Draft, place: int, declared: Declaration) -> Draft:
    """The draft without the weight of the value at that place, and without the choice of it by its place."""
    later = {new_value(n): new_value(n - 1) for n in range(place + 2, MOST_VALUES + 1)}
    draft = _renamed(draft, {new_value(place + 1): "", **later})
    names = names_of(draft, declared)
    name = draft.values[place][0] if 0 <= place < len(draft.values) else ""
    if name not in names:
        return draft
    at = names.index(name)

    def less(serve: ServeDraft) -> ServeDraft:
        return replace(serve, weights=tuple(w for n, w in enumerate(serve.weights) if n != at))

    rules = tuple(replace(rule, serve=less(rule.serve)) for rule in draft.rules)
    return replace(draft, rules=rules, otherwise=less(draft.otherwise))


def _moved(items: tuple[T, ...], verb: str, place: int, fresh: T, most: int) -> tuple[T, ...]:
    """The items after one was added at the end, taken away, or changed places with its neighbour."""
    kept = list(items)
    if verb == "add":
        return (*items, fresh) if len(items) < most else items
    if not 0 <= place < len(kept):
        return items
    one = kept.pop(place)
    if verb != "remove":
        kept.insert(max(place + (-1 if verb == "up" else 1), 0), one)
    return tuple(kept)
