"""What was refused, in words, beside the field of the form that it is about."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from storefront.console.flags.draft import SPLIT, Draft, ServeDraft, kept_conditions
from storefront.console.flags.shapes import leaf_at
from storefront.console.flags.words import OPS, attribute_words, listed, quoted
from storefront.flags.declaration import AttributeType
from storefront.flags.declared import ATTRIBUTES
from storefront.flags.records import Problem

_WORDS: dict[str, str | Promise] = {
    "required": _lazy("Please fill this in."),
    "too_long": _lazy("Use at most %(most)s characters."),
    "too_many": _lazy("These are too many: at most %(most)s."),
    "too_large": _lazy("All of it together is too large."),
    "unknown_flag": _lazy("There is no flag “%(flag)s”."),
    "unknown_variant": _lazy("There is no variant “%(variant)s”."),
    "unknown_attribute": _lazy("Nothing is known of shoppers called “%(name)s”."),
    "unknown_segment": _lazy("There is no segment “%(segment)s”."),
    "unknown_op": _lazy("There is no such question."),
    "op_not_for": _lazy("“%(name)s” can’t be asked like that (%(op)s)."),
    "unknown_value": _lazy("“%(value)s” is none of its values, which are %(values)s."),
    "not_a_number": _lazy("“%(value)s” is no number."),
    "one_value": _lazy("Give exactly one value here."),
    "not_a_time": _lazy("“%(value)s” is no day and time like 2026-12-01T09:00."),
    "unknown_zone": _lazy("There is no time zone “%(zone)s”."),
    "ends_first": _lazy("It ends before it begins."),
    "weights_sum": _lazy("The percentages must come to 100 together."),
    "not_a_share": _lazy("Enter a percentage from 0 to 100, with three decimals at most."),
    "same_variant": _lazy("“%(variant)s” is there twice."),
    "same_name": _lazy("“%(name)s” is there twice."),
    "itself": _lazy("A flag can’t need itself."),
    "circle": _lazy("By “%(flag)s” this flag would need itself."),
    "by_person_flag": _lazy("“%(flag)s” differs from person to person, and this flag can’t."),
    "not_open": _lazy("This flag’s values stand in the code."),
    "name_taken": _lazy("“%(variant)s” is the name of another value."),
    "wrong_type": _lazy("The value has another type than the flag."),
    "wrong_shape": _lazy("The value is not built as it must be, at %(at)s."),
    "off_value": _lazy("“%(variant)s” is what everybody gets while the flag is off, and stands in the code."),
    "not_a_date": _lazy("“%(value)s” is no date."),
    "not_by_address": _lazy("Public pages that are kept for everybody can’t ask for “%(name)s”."),
    "not_split": _lazy("Public pages that are kept for everybody give all the same."),
    "not_a_key": _lazy("Use small letters, digits and hyphens, 60 at most."),
    "segment_used": _lazy("Flag “%(flag)s” asks for this segment."),
    "own_proposal": _lazy("Somebody else has to decide on it: this proposal is yours."),
    "not_own_proposal": _lazy("This proposal is somebody else’s."),
    "unknown_revision": _lazy("There is no change %(revision)s."),
    "nothing_to_undo": _lazy("Change %(revision)s changed nothing that shoppers get."),
    "unreadable": _lazy("Another release has written change %(revision)s, and this one can’t take it back."),
    "wrong_address": _lazy("Enter an address of this shop that begins with “/”, like /c/textiles/."),
    "not_json": _lazy("This is no JSON."),
    "unknown_format": _lazy("Another release has written this (format %(format)s)."),
}
_NAMED = ("owner", "expires", "note", "reason", "salt")


def problem_words(problem: Problem) -> str:
    """One sentence; the code itself where nobody gave it words."""
    given = dict(problem.parameters)
    if problem.code == "op_not_for":
        given["op"] = str(OPS.get(str(given["op"]), given["op"]))
    if problem.code in ("op_not_for", "not_by_address", "unknown_attribute"):
        given["name"] = attribute_words(str(given["name"]))
    code = problem.code
    if code == "unknown_value":
        values = _values_of(str(given["name"]))
        given["values"], code = listed(values, "or"), code if values else "required"
    if code == "wrong_shape" and str(given["at"]).endswith(".href"):
        code = "wrong_address"
    words = _WORDS.get(code)
    return str(words) % given if words else f"{problem.field}: {problem.code}"


def _values_of(attribute: str) -> list[str]:
    """What may be typed where rules ask for an attribute."""
    known = ATTRIBUTES.get(attribute)
    if known is not None and known.type is AttributeType.TRUTH:
        return [_("yes"), _("no")]
    return [quoted(value) for value in known.values] if known is not None else []


def faults_of(problems: Iterable[Problem], draft: Draft) -> dict[str, str]:
    """The sentences by the names of the form's fields, "" for all of it. The first of a field counts."""
    faults: dict[str, str] = {}
    for problem in problems:
        at = str(problem.parameters.get("at", ""))
        faults.setdefault(_name(problem.field, draft, at), problem_words(problem))
    return faults


def plain_words(problems: Iterable[Problem], document: Any = None) -> str:
    """All of them as one text, where there is no form of fields; `document` is the JSON they are about."""
    said = []
    for one in problems:
        words, where = problem_words(one), ", ".join(_places(one.field.split("."), document))
        said.append(_("%(field)s: %(problem)s") % {"field": where, "problem": words} if where else words)
    return " ".join(said)


def _places(path: list[str], document: Any) -> Iterator[str]:
    """Where something is wrong, as people call it: flags and segments by their keys, rules by their names."""
    match path:
        case ["reason"]:
            yield _("Reason")
        case [("flags" | "segments") as kind, at, *rest]:
            one = _row(_row(document, kind), int(at))
            yield str(_row(one, "key") or f"{kind}.{at}")
            yield from _places(rest, one)
        case ["rules", at, *rest]:
            name = _row(_row(_row(document, "rules"), int(at)), "name")
            yield str(name or _("Rule %(number)s") % {"number": int(at) + 1})
            yield from _places(rest, None)
        case ["alternatives", at, *rest]:
            yield _("Alternative %(number)s") % {"number": int(at) + 1}
            yield from _places(rest, None)
        case ["values", name, *_rest]:
            yield quoted(name)
        case ["otherwise", *_rest]:
            yield _("All others")
        case [_name, *rest]:
            yield from _places(rest, None)


def _row(rows: Any, at: str | int) -> Any:
    """A part of JSON that may be built otherwise; None where it is not there."""
    try:
        return rows[at]
    except (KeyError, IndexError, TypeError):
        return None


def _name(path: str, draft: Draft, at: str) -> str:
    """The field of the form for a path such as "rules.0.conditions.2.values"; `at` is a place in a value."""
    first, *rest = path.split(".")
    match first:
        case "rules" if len(rest) > 1:
            return _of_rule(int(rest[0]), rest[1:], draft)
        case "otherwise":
            return _of_serve("o", draft.otherwise, rest)
        case "window":
            return f"f-{rest[0]}"
        case "prerequisites":
            return f"n{int(rest[0]) + 1}-{rest[1]}" if len(rest) > 1 else "n1-flag"
        case "values" if rest:
            names = [name for name, _value in draft.values]
            return f"v{names.index(rest[0]) + 1}-{leaf_at(at)}" if rest[0] in names else ""
    return first if first in _NAMED else ""


def _of_rule(place: int, rest: list[str], draft: Draft) -> str:
    start, rule = f"r{place + 1}", draft.rules[place]
    match rest:
        case ["conditions", at, name]:
            return f"{start}c{kept_conditions(rule)[int(at)] + 1}-{name}"
        case ["window", name]:
            return f"{start}-{name}"
        case ["serve", *more]:
            return _of_serve(start, rule.serve, more)
    return f"{start}-name"


def _of_serve(start: str, serve: ServeDraft, rest: list[str]) -> str:
    if rest[:1] == ["share"]:
        return f"{start}-share"
    return f"{start}-w1" if rest[:1] == ["weights"] and serve.gets == SPLIT else f"{start}-gets"
