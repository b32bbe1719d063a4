"""What is said about an experiment: how it stands, and what a change does to its figures."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storefront.console.flags.board import Board, everybody_gets
from storefront.console.flags.moments import span_of
from storefront.console.flags.words import quoted, window_words
from storefront.core import UpstreamError
from storefront.experiments.results import deals
from storefront.experiments.tallies import HOLDOUT, Run, Segments, TallyStore, run_of
from storefront.flags import Context, Declaration, Kind, Snapshot
from storefront.flags.state import FlagState, Rule, Segment, Window
from storefront.web.formats import number


@dataclass(frozen=True, slots=True)
class Standing:
    """How an experiment stands, in words; `idle` where that is why nobody is dealt a variant now."""

    words: str
    idle: bool = False


def standing_of(snapshot: Snapshot, key: str, now: datetime, *, ran: bool) -> Standing:
    """How the experiment `key` stands `now`; `ran` says whether anybody was ever shown a variant."""
    declared, state = snapshot.declaration(key), snapshot.state(key)
    if declared is None or state is None:
        return Standing(_("Nothing is decided yet: everybody gets the control"))
    if state.killed:
        return Standing(_("Switched off: everybody gets the control"))
    if not state.enabled:
        return Standing(_("Off: everybody gets the control"), idle=True)
    why = snapshot.evaluate(key, Context(now=now)).why
    if why == "before":
        words = _("Not begun, it acts %(when)s: until then everybody gets the control")
        return Standing(words % {"when": window_words(state.window)}, idle=True)
    if why == "after":
        return Standing(_("Its time is over: everybody gets the control"), idle=True)
    rules = tuple(rule for rule in state.rules if _acts(rule, now))
    serves = [rule.serve for rule in rules] + ([state.otherwise] if state.otherwise else [])
    if any(deals(serve) and serve.share for serve in serves):
        return Standing(_("Under way"))
    return Standing(_idle_words(state, declared, alone=not rules, ran=ran), idle=True)


def people_of(run: Run) -> int:
    """How many take part in a run, without the shop's holdout group."""
    return sum(tally.people for variant, tally in run.tallies.items() if variant != HOLDOUT)


def state_change_words(
    store: TallyStore, declared: Declaration, board: Board, state: FlagState
) -> tuple[str, ...]:
    """What this new state of a flag does to the figures of an experiment; nothing for other flags."""
    old = board.state(declared.key)
    if declared.kind is not Kind.EXPERIMENT:
        return ()
    if run_of(old, board.segments) == run_of(state, board.segments):
        return _fewer(old, state, declared)
    return _run_words(store, old, board.segments, state, board.segments)


def segment_change_words(store: TallyStore, board: Board, segment: Segment) -> tuple[str, ...]:
    """What this new definition of a segment does to the experiments whose rules ask about it."""
    after = {**board.segments, segment.key: segment}
    return tuple(
        f"{state.key}: {words}"
        for state in board.decided.flags
        if (declared := board.snapshot.declaration(state.key)) and declared.kind is Kind.EXPERIMENT
        if run_of(state, board.segments) != run_of(state, after)
        for words in _run_words(store, state, board.segments, state, after)
    )


def _run_words(
    store: TallyStore, old: FlagState, segments: Segments, new: FlagState, after: Segments
) -> tuple[str, ...]:
    """That another run begins, and with what."""
    try:
        runs = {run.run: people_of(run) for run in store.runs(old.key)}
    except UpstreamError:  # to save matters more than the number
        return (_("The experiment begins anew; the shoppers counted so far are left out of its results."),)
    return tuple(
        words
        for words in (
            _left_out(runs.get(run_of(old, segments), 0), new),
            _taken_up(runs.get(run_of(new, after), 0)),
        )
        if words
    )


def _left_out(people: int, state: FlagState) -> str:
    if not people:
        return ""
    serves = [rule.serve for rule in state.rules] + ([state.otherwise] if state.otherwise else [])
    if any(map(deals, serves)):
        words = ngettext(
            "The experiment begins anew; the %(num)s shopper counted so far is left out of its results.",
            "The experiment begins anew; the %(num)s shoppers counted so far are left out of its results.",
            people,
        )
    else:
        words = ngettext(
            "The experiment ends; the %(num)s shopper counted so far stays among its earlier runs.",
            "The experiment ends; the %(num)s shoppers counted so far stay among its earlier runs.",
            people,
        )
    return words % {"num": number(people)}


def _taken_up(people: int) -> str:
    """That the same was decided before: who counted then counts again."""
    if not people:
        return ""
    words = ngettext(
        "The same was decided before: the figures go on with the %(num)s shopper counted then. "
        "Another word to deal by begins without them.",
        "The same was decided before: the figures go on with the %(num)s shoppers counted then. "
        "Another word to deal by begins without them.",
        people,
    )
    return words % {"num": number(people)}


def _fewer(old: FlagState, new: FlagState, declared: Declaration) -> tuple[str, ...]:
    """Who does not take part any more gets the off variant, and goes on counting for another."""
    pairs = [(one.serve, other.serve) for one, other in zip(old.rules, new.rules, strict=True)]
    if old.otherwise and new.otherwise:
        pairs.append((old.otherwise, new.otherwise))
    if not any(deals(now) and now.share < was.share for was, now in pairs):
        return ()
    words = _(
        "Fewer shoppers take part: those who leave get %(off)s from then on, yet what they do goes on "
        "counting for the variant that they were dealt. Another word to deal by begins anew without them."
    )
    return (words % {"off": quoted(declared.off)},)


def _acts(rule: Rule, now: datetime) -> bool:
    starts, ends = span_of(rule.window or Window())
    return starts <= now.timestamp() < ends


def _idle_words(state: FlagState, declared: Declaration, *, alone: bool, ran: bool) -> str:
    """Where nobody is dealt one of several variants; `alone`: no rule acts, all get the same."""
    sole = everybody_gets(state.otherwise, declared) if alone else ""
    if not sole:
        return _("Not dealt: nobody gets one of several variants by share")
    names = {"variant": quoted(sole), "off": quoted(declared.off)}
    if state.holdout and sole != declared.off:
        if ran:
            words = _("Ended: everybody gets %(variant)s, but the shop’s holdout group gets %(off)s")
        else:
            words = _("Not dealt: everybody gets %(variant)s, but the shop’s holdout group gets %(off)s")
        return words % names
    words = _("Ended: everybody gets %(variant)s") if ran else _("Not dealt: everybody gets %(variant)s")
    return words % names
