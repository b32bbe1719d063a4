"""Who gets what, in plain words: conditions, shares, times and whole states as sentences."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from babel.lists import format_list
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from storefront.console.flags.draft import percent_of
from storefront.console.flags.shown import isolated, value_parts
from storefront.flags.context import Evaluation
from storefront.flags.declaration import Declaration, Kind
from storefront.flags.proposals import SEGMENT_ATTRIBUTE, segments_of
from storefront.flags.records import Action, Decision
from storefront.flags.state import WHOLE, Condition, FlagState, Rule, Segment, Serve, Window
from storefront.web.formats import babel_locale, day
from storefront.web.regions import current_region

KINDS: dict[str, str | Promise] = {
    Kind.RELEASE: _lazy("release"),
    Kind.EXPERIMENT: _lazy("experiment"),
    Kind.OPS: _lazy("kill switch"),
    Kind.PERMISSION: _lazy("permission"),
    Kind.CONFIGURATION: _lazy("configuration"),
}
ATTRIBUTES: dict[str, str | Promise] = {
    "market": _lazy("market"),
    "locale": _lazy("language"),
    "country": _lazy("country"),
    "signed_in": _lazy("signed in"),
    "visitor": _lazy("visitor"),
    "device": _lazy("device"),
    "group": _lazy("group"),
    "segment": _lazy("segment"),
}
OPS: dict[str, str | Promise] = {
    "is": _lazy("is one of"),
    "is_not": _lazy("is none of"),
    "above": _lazy("is above"),
    "below": _lazy("is below"),
    "starts": _lazy("begins with"),
}
_ASKED: dict[str, str | Promise] = {
    "is": _lazy("%(what)s is %(values)s"),
    "is_not": _lazy("%(what)s is not %(values)s"),
    "above": _lazy("%(what)s is above %(values)s"),
    "below": _lazy("%(what)s is below %(values)s"),
    "starts": _lazy("%(what)s begins with %(values)s"),
}
ACTIONS: dict[str, str | Promise] = {
    Action.SAVE: _lazy("changed"),
    Action.KILL: _lazy("switched off at once"),
    Action.REVIVE: _lazy("switched on again"),
    Action.UNDO: _lazy("took back a change"),
    Action.IMPORT: _lazy("imported"),
    Action.DELETE: _lazy("deleted"),
    Action.APPROVE: _lazy("approved"),
    Action.PROPOSE: _lazy("proposed"),
    Action.REJECT: _lazy("rejected"),
    Action.WITHDRAW: _lazy("withdrew"),
}
_WHY: dict[str, str | Promise] = {
    "killed": _lazy("The kill switch is down."),
    "off": _lazy("The flag is switched off."),
    "before": _lazy("Its time has not begun."),
    "after": _lazy("Its time is over."),
    "prerequisite": _lazy("Another flag that it needs is not as it must be."),
    "holdout": _lazy("The shop’s holdout group is kept out of experiments."),
    "kept_out": _lazy("The shop’s holdout group is kept out of experiments."),
    "not_in_share": _lazy("Not in the share that takes part."),
    "no_id": _lazy("Nobody is dealt a share without an id."),
    "unknown_flag": _lazy("No such flag is declared."),
    "wrong_type": _lazy("The flag has another type."),
    "override": _lazy("The preview link says so."),
    "no_state": _lazy("Nothing was decided, so the default of the code holds."),
    "edge": _lazy("The CDN has said so."),
}
_REASONS: dict[str, str | Promise] = {
    "DEFAULT": _lazy("No rule fits, so the default of the code holds."),
    "STATIC": _lazy("Everybody else gets this."),
    "SPLIT": _lazy("Dealt out by share."),
    "TARGETING_MATCH": _lazy("A rule fits."),
    "DISABLED": _lazy("The flag is off for them."),
    "ERROR": _lazy("It could not be decided, so the default of the code holds."),
}

Segments = Mapping[str, Segment]


def listed(words: list[str], style: str = "standard") -> str:
    """Words joined as the language does it, by "and" or (style "or") by "or"."""
    return str(
        format_list(words, style="or" if style == "or" else "standard", locale=babel_locale(current_region()))
    )


def quoted(word: str) -> str:
    """A name as it stands in a sentence."""
    return _("“%(word)s”") % {"word": isolated(word)}


def attribute_words(name: str) -> str:
    """What an attribute is called; the name itself where nobody gave it words."""
    return str(ATTRIBUTES.get(name, name))


def condition_words(one: Condition, segments: Segments) -> str:
    """One question."""
    truths = {"true": _("yes"), "false": _("no")}
    if one.attribute == SEGMENT_ATTRIBUTE:
        values = [segment_name(value, segments) for value in one.values]
    else:
        values = [truths.get(value) or quoted(value) for value in one.values]
    asked = str(_ASKED.get(one.op, _ASKED["is"]))
    return asked % {"what": attribute_words(one.attribute), "values": listed(values, "or")}


def segment_name(key: str, segments: Segments) -> str:
    """A segment by name and key: two of them may be called nearly the same."""
    found = segments.get(key)
    return _("%(name)s (%(key)s)") % {"name": quoted(found.name), "key": key} if found else quoted(key)


def who_words(conditions: tuple[Condition, ...], segments: Segments) -> str:
    """All questions of a rule together."""
    return listed([condition_words(one, segments) for one in conditions])


def serve_words(serve: Serve | None, declared: Declaration) -> str:
    """What they get."""
    if serve is None:
        return _("%(variant)s, the default of the code") % {"variant": quoted(declared.default)}
    parts = [_percent(parts, name) for name, parts in serve.weights if parts]
    whole = len(parts) == 1
    got = quoted(next(name for name, share in serve.weights if share)) if whole else listed(parts)
    if serve.share == WHOLE:
        return got
    share = {"share": percent_of(serve.share), "got": got, "off": quoted(declared.off)}
    return _("%(share)s%% of them take part and get %(got)s; the others get %(off)s") % share


def window_words(window: Window | None) -> str:
    """When, "" for always."""
    if window is None or not (window.starts or window.ends):
        return ""
    times = {"starts": _time(window.starts), "ends": _time(window.ends), "zone": window.zone}
    if not window.ends:
        return _("from %(starts)s on (%(zone)s)") % times
    if not window.starts:
        return _("until %(ends)s (%(zone)s)") % times
    return _("from %(starts)s until %(ends)s (%(zone)s)") % times


def rule_words(rule: Rule, number: int, declared: Declaration, segments: Segments) -> str:
    """A rule as one sentence; one without a name is told by its place, from 1."""
    name = isolated(rule.name) or _("Rule %(number)s") % {"number": number}
    got = {"got": serve_words(rule.serve, declared), "name": name}
    got["who"] = who_words(rule.conditions, segments)
    words = _("%(name)s: if %(who)s: %(got)s.")
    if not rule.conditions:
        whole = rule.serve.share == WHOLE
        words = _("%(name)s: everybody gets %(got)s.") if whole else _("%(name)s: everybody: %(got)s.")
    when = window_words(rule.window)
    return words % got if not when else _("%(rule)s Only %(when)s.") % {"rule": words % got, "when": when}


def state_words(state: FlagState, declared: Declaration, segments: Segments) -> tuple[str, ...]:
    """A whole state, sentence by sentence, in the order in which it is decided."""
    return tuple(_sentences(state, declared, segments))


def decision_words(
    decision: Decision | None, declared: Mapping[str, Declaration], segments: Segments
) -> tuple[str, ...]:
    """What stands, or stood: a flag's sentences, or a segment's."""
    if decision is None:
        return (_("Nothing was decided."),)
    if isinstance(decision, FlagState):
        known = declared.get(decision.key)
        return state_words(decision, known, segments) if known else (_("No such flag is declared."),)
    note = (_("Note: %(note)s") % {"note": isolated(decision.note)},) if decision.note else ()
    return (*segment_words(decision), *note)


def undecided_words(key: str, declared: Mapping[str, Declaration]) -> tuple[str, ...]:
    """What holds where nothing was decided; of the flag of that key ("" for a segment) what its code says."""
    known = declared.get(key)
    return (_("Nothing was decided."), *(state_words(FlagState(key=key), known, {}) if known else ()))


def segment_words(segment: Segment) -> tuple[str, ...]:
    """Who is meant, one sentence for each alternative."""
    return (quoted(segment.name), *(who_words(one, {}) for one in segment.alternatives))


def why_words(found: Evaluation) -> str:
    """Why somebody gets a value."""
    words = _WHY.get(found.why) or _REASONS.get(found.reason, found.reason)
    if not found.rule:
        return str(words)
    return _("%(why)s Rule: %(rule)s.") % {"why": words, "rule": found.rule}


def _sentences(state: FlagState, declared: Declaration, segments: Segments) -> Iterator[str]:
    off = quoted(declared.off)
    if state.killed:
        yield _("The kill switch is down: everybody gets %(off)s. Reason: %(reason)s") % {
            "off": off,
            "reason": state.killed,
        }
    if not state.enabled:  # said while it is killed, too: it comes true when the kill is taken back
        yield _("The flag is switched off: everybody gets %(off)s.") % {"off": off}
    if state.killed or not state.enabled:
        yield _("While it is on, this holds:")
    if when := window_words(state.window):
        yield _("It acts %(when)s; outside of that everybody gets %(off)s.") % {"when": when, "off": off}
    for need in state.prerequisites:
        needed = {"flag": quoted(need.flag), "values": listed([quoted(one) for one in need.variants], "or")}
        yield _("It acts only where flag %(flag)s is %(values)s; elsewhere they get %(off)s.") % {
            **needed,
            "off": off,
        }
    if declared.kind is Kind.EXPERIMENT and state.holdout:
        yield _("The shop’s holdout group gets %(off)s.") % {"off": off}
    for number, rule in enumerate(state.rules, 1):
        yield rule_words(rule, number, declared, segments)
    if state.otherwise is None or state.otherwise.share == WHOLE:
        words = _("All others get %(got)s.") if state.rules else _("Everybody gets %(got)s.")
    else:
        words = _("All others: %(got)s.") if state.rules else _("Everybody: %(got)s.")
    yield words % {"got": serve_words(state.otherwise, declared)}
    for key in sorted(segments_of(state)):
        yield from _asked(key, segments)
    yield from _besides(state, declared)


def _asked(key: str, segments: Segments) -> Iterator[str]:
    """What a segment asks as it stands now: who reads a rule, or approves it, decides about that, too."""
    found = segments.get(key)
    if found is None:
        yield _("There is no segment “%(segment)s”.") % {"segment": key}
        return
    name = segment_name(key, segments)
    for n, conditions in enumerate(found.alternatives):
        words = _("Or, for segment %(segment)s: %(who)s.") if n else _("Segment %(segment)s means: %(who)s.")
        yield words % {"segment": name, "who": who_words(conditions, {})}


def _besides(state: FlagState, declared: Declaration) -> Iterator[str]:
    """What else was decided: values, how shares are dealt, who answers for it."""
    for name, value in state.values.items():
        for part, text in value_parts(declared, value):
            words = _("Value %(name)s, %(part)s: %(value)s") if part else _("Value %(name)s is %(value)s")
            yield words % {"name": quoted(name), "part": part, "value": text}
    if state.salt:
        yield _("Shares are dealt by the word %(word)s.") % {"word": quoted(state.salt)}
    if state.owner:
        yield _("Owner: %(owner)s") % {"owner": state.owner}
    if state.expires:
        yield _("Expires: %(day)s") % {"day": day(date.fromisoformat(state.expires))}
    if state.note:
        yield _("Note: %(note)s") % {"note": isolated(state.note)}


def _percent(parts: int, name: str) -> str:
    return _("%(share)s%% %(variant)s") % {"share": percent_of(parts), "variant": quoted(name)}


def _time(local: str) -> str:
    """A local time as people read it; as it was typed where it is none."""
    try:
        at = datetime.fromisoformat(local)
    except ValueError:
        return local
    exact = "auto" if at.second or at.microsecond else "minutes"
    return _("%(day)s, %(time)s") % {"day": day(at.date()), "time": at.time().isoformat(exact)}
