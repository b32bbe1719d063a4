"""The fields of the form in which a flag is edited: labels, choices, what was typed, what is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from storefront.console.flags.draft import (
    MOST_CONDITIONS,
    MOST_NEEDS,
    MOST_RULES,
    MOST_VALUES,
    SPLIT,
    ConditionDraft,
    Draft,
    RuleDraft,
    ServeDraft,
    Times,
    names_of,
    new_value,
)
from storefront.console.flags.moments import zone_options
from storefront.console.flags.reading import is_personal
from storefront.console.flags.shapes import decoded, has_fields, leaves
from storefront.console.flags.words import OPS, attribute_words, listed
from storefront.flags.declaration import Attribute, Declaration, Kind
from storefront.flags.declared import ATTRIBUTES, DECLARED
from storefront.web.forms import Field, FieldError, Option

_MOST_VALUE = 4_000
MOST_FIELDS = 160
"""From so many on no group is added: a request may have 200 (DATA_UPLOAD_MAX_NUMBER_FIELDS)."""


@dataclass(frozen=True, slots=True)
class ServeFields:
    """What somebody gets. `share` and `weights` are there for flags that tell one person from another."""

    gets: Field
    share: Field | None
    weights: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class TimeFields:
    """From when until when."""

    starts: Field
    ends: Field
    zone: Field

    @property
    def used(self) -> bool:
        """Whether something is said there, so that it must be seen."""
        return any(one.value or one.error for one in (self.starts, self.ends))


@dataclass(frozen=True, slots=True)
class RuleFields:
    """One rule, with the buttons that make sense for it."""

    number: int
    name: Field
    conditions: tuple[tuple[Field, Field, Field], ...]
    serve: ServeFields
    times: TimeFields
    first: bool
    last: bool
    may_add: bool


@dataclass(frozen=True, slots=True)
class ValueFields:
    """One variant of an open flag. `shaped` ones have a field for each part, others one of JSON.

    `fixed` ones are declared, and can't be taken away.
    """

    name: Field
    parts: tuple[Field, ...]
    shaped: bool
    fixed: bool


@dataclass(frozen=True, slots=True)
class EditFields:
    """The whole form; `errors` are all faults in the order of the fields, each with where it is."""

    enabled: Field
    rules: tuple[RuleFields, ...]
    otherwise: ServeFields
    times: TimeFields
    needs: tuple[tuple[Field, Field], ...]
    values: tuple[ValueFields, ...]
    holdout: Field | None
    salt: Field | None
    owner: Field
    expires: Field
    note: Field
    may_add_rule: bool
    may_add_need: bool
    may_add_value: bool
    errors: tuple[FieldError, ...]


class Asker:
    """Makes fields, and notes those with a fault (by their names) as they come."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self._faults = faults
        self.errors: list[FieldError] = []
        self.made = 0

    def field(
        self,
        name: str,
        label: str,
        value: str,
        *,
        where: str = "",
        kind: str = "text",
        hint: str = "",
        options: tuple[Option, ...] = (),
        most: int = 200,
    ) -> Field:
        """One field."""
        fault = self._faults.get(name, "")
        return self.part(name, label, value, fault, where, options, kind=kind, hint=hint, most=most)

    def part(
        self,
        name: str,
        label: str,
        value: str,
        fault: str,
        where: str,
        options: tuple[Option, ...] = (),
        *,
        kind: str = "text",
        hint: str = "",
        most: int = 200,
    ) -> Field:
        """One field, with the fault that it has."""
        self.made += 1
        if fault:
            start = f"{where}: {label}" if where else label
            self.errors.append(FieldError(name, f"{start}: {fault}"))
        if options and value not in {one.value for one in options}:
            options = (*options, Option(value, value))
        return Field(
            name, label, value, fault, type=kind, hint=hint, options=options, max_length=most,
            autocapitalize="none",
        )  # fmt: skip

    def condition(
        self, start: str, one: ConditionDraft, names: Iterable[str], where: str
    ) -> tuple[Field, Field, Field]:
        """One question, about one of the attributes called `names`."""
        attributes = (Option("", _("please choose")), *(Option(n, attribute_words(n)) for n in names))
        ops = tuple(Option(op, str(words)) for op, words in OPS.items())
        asked = _("What is asked")
        return (
            self.field(f"{start}-attribute", asked, one.attribute, where=where, options=attributes),
            self.field(f"{start}-op", _("How"), one.op, where=where, options=ops),
            self.field(f"{start}-values", _("Values, with commas between"), one.values, where=where),
        )


class _Maker(Asker):
    """Makes the fields of one draft."""

    def __init__(
        self, draft: Draft, declared: Declaration, faults: Mapping[str, str], *, segments: bool
    ) -> None:
        super().__init__(faults)
        self._draft = draft
        self._declared = declared
        self._names = names_of(draft, declared)
        self._segments = segments

    def serve(self, draft: ServeDraft, start: str, where: str, *, rest: bool) -> ServeFields:
        """What somebody gets; `rest` for those whom no rule fits."""
        first = Option("", _("the default of the code") if rest else _("please choose"))
        choices = [first, *(Option(name, name) for name in self._names), *self._unnamed()]
        label = _("All others get") if rest else _("They get")
        if not is_personal(self._declared):
            gets = self.field(f"{start}-gets", label, draft.gets, where=where, options=tuple(choices))
            return ServeFields(gets, None, ())
        choices.append(Option(SPLIT, _("a share each, as below")))
        gets = self.field(f"{start}-gets", label, draft.gets, where=where, options=tuple(choices))
        hint = _("The others get “%(off)s”. Raising it moves nobody who takes part already.")
        share = self.field(
            f"{start}-share",
            _("How many take part, percent"),
            draft.share,
            where=where,
            hint=hint % {"off": self._declared.off},
        )
        typed = (*draft.weights, *("" for _name in self._names))
        weights = tuple(
            self.field(
                f"{start}-w{n}", _("%(variant)s, percent") % {"variant": name}, typed[n - 1], where=where
            )
            for n, name in enumerate(self._names[:MOST_VALUES], 1)
        )
        return ServeFields(gets, share, weights)

    def _unnamed(self) -> Iterable[Option]:
        """The values that have no name yet: they are named in the same form in which they are chosen."""
        for n, (name, _text) in enumerate(self._draft.values, 1):
            if not name:
                yield Option(new_value(n), _("value %(number)s, as it is named above") % {"number": n})

    def times(self, times: Times, start: str, where: str) -> TimeFields:
        """From when until when."""
        options = zone_options()
        return TimeFields(
            self.field(f"{start}-starts", _("From"), times.starts, where=where, kind="datetime-local"),
            self.field(f"{start}-ends", _("Until"), times.ends, where=where, kind="datetime-local"),
            self.field(f"{start}-zone", _("Time zone"), times.zone, where=where, options=options),
        )

    def rule(self, n: int, rule: RuleDraft) -> RuleFields:
        """One rule."""
        where = _("Rule %(number)s") % {"number": n}
        names = [known.name for known in asked_of(self._declared)] + ["segment"] * self._segments
        name = self.field(f"r{n}-name", _("Name of the rule"), rule.name, where=where, most=60)
        conditions = tuple(
            self.condition(f"r{n}c{c}", one, names, where) for c, one in enumerate(rule.conditions, 1)
        )
        return RuleFields(
            n,
            name,
            conditions,
            self.serve(rule.serve, f"r{n}", where, rest=False),
            self.times(rule.times, f"r{n}", where),
            first=n == 1,
            last=n == len(self._draft.rules),
            may_add=len(rule.conditions) < MOST_CONDITIONS,
        )

    def needs(self) -> tuple[tuple[Field, Field], ...]:
        """Other flags that it needs."""
        made = []
        others = tuple(Option(key, key) for key in DECLARED if key != self._declared.key)
        for n, need in enumerate(self._draft.needs, 1):
            where = _("Needs %(number)s") % {"number": n}
            options = (Option("", _("please choose")), *others)
            flag = self.field(f"n{n}-flag", _("Other flag"), need.flag, where=where, options=options)
            known = DECLARED.get(need.flag)
            hint = listed(list(known.variants), "or") if known else ""
            must = _("must have one of these variants")
            made.append((flag, self.field(f"n{n}-variants", must, need.variants, where=where, hint=hint)))
        return tuple(made)

    def salt(self) -> Field | None:
        """By which word shares are dealt."""
        if not is_personal(self._declared):
            return None
        hint = _("Another word deals everybody anew, and begins a new run of an experiment.")
        return self.field("salt", _("Word to deal by"), self._draft.salt, hint=hint, most=80)

    def values(self) -> tuple[ValueFields, ...]:
        """The variants of an open flag."""
        made = []
        for n, (name, text) in enumerate(self._draft.values, 1):
            where = _("Value %(number)s") % {"number": n}
            called = self.field(f"v{n}-name", _("Name"), name, where=where, most=40)
            parts, shaped = self._parts(f"v{n}-", text, where)
            made.append(ValueFields(called, parts, shaped, name in self._declared.variants))
        return tuple(made)

    def _parts(self, start: str, text: str, where: str) -> tuple[tuple[Field, ...], bool]:
        """A value's fields, and whether there is one for each of its parts."""
        shape, value = self._declared.shape, decoded(text) if text else {}
        faults = {name: words for name, words in self._faults.items() if name.startswith(start)}
        own = next((words for name, words in faults.items() if name != f"{start}name"), "")
        if shape is None or not has_fields(shape) or not isinstance(value, dict):
            return (
                self.part(f"{start}value", _("Value, as JSON"), text, own, where, most=_MOST_VALUE),
            ), False
        made: list[Field] = []
        for leaf in leaves(shape, value):
            name = start + leaf.name
            # A fault may name the whole of which this is the first part.
            fault = next((f for f in faults if f != f"{start}name" and name.startswith(f)), "")
            words = faults.pop(fault, "")
            options = tuple(Option(word, word) for word in leaf.words)
            made.append(
                self.part(name, leaf.label, leaf.value, words, where, options, hint=leaf.hint, most=leaf.most)
            )
        return tuple(made), True


def edit_fields(
    draft: Draft, declared: Declaration, faults: Mapping[str, str], *, segments: bool = False
) -> EditFields:
    """The form of a draft; `segments` if there are some to ask for."""
    make = _Maker(draft, declared, faults, segments=segments)
    on_off = (Option("on", _("on: the rules below decide")), Option("off", _("off")))
    enabled = make.field("enabled", _("The flag is"), draft.enabled, options=on_off)
    values = make.values()
    rules = tuple(make.rule(n, rule) for n, rule in enumerate(draft.rules, 1))
    otherwise = make.serve(draft.otherwise, "o", "", rest=True)
    times = make.times(draft.times, "f", _("The whole flag"))
    needs = make.needs()
    holdout = None
    if declared.kind is Kind.EXPERIMENT:
        kept_out = (Option("on", _("yes")), Option("off", _("no")))
        holdout = make.field("holdout", _("Keep the holdout group out"), draft.holdout, options=kept_out)
    salt = make.salt()
    owner = make.field(
        "owner", _("Owner"), draft.owner, hint=_("Empty for %(owner)s") % {"owner": declared.owner}
    )
    expires = make.field("expires", _("Expires"), draft.expires, kind="date")
    note = make.field("note", _("Note"), draft.note, most=300)
    return EditFields(
        enabled, rules, otherwise, times, needs, values, holdout, salt, owner, expires, note,
        may_add_rule=len(rules) < MOST_RULES and make.made < MOST_FIELDS,
        may_add_need=len(needs) < MOST_NEEDS and make.made < MOST_FIELDS,
        may_add_value=declared.open and len(values) < MOST_VALUES and make.made < MOST_FIELDS,
        errors=tuple(make.errors),
    )  # fmt: skip


def asked_of(declared: Declaration) -> tuple[Attribute, ...]:
    """What the rules of a flag may ask: on public pages that are kept once, only what the address says."""
    free = is_personal(declared)
    return tuple(one for one in ATTRIBUTES.values() if free or one.by_address)


def hints_of(declared: Declaration) -> tuple[tuple[str, str], ...]:
    """What can be asked, and the values that there are, for the legend beside the rules."""
    return tuple(
        (attribute_words(one.name), listed(list(one.values), "or"))
        for one in asked_of(declared)
        if one.values
    )
