"""Experiments in the console: which there are, how they do, and what may be said about each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from storefront.console.experiment_figures import RunView, run_view
from storefront.console.experiment_words import people_of, standing_of
from storefront.console.flags.board import Board, read_board
from storefront.console.guards import staff_view
from storefront.console.pages import ConsolePage, console_page
from storefront.experiments.results import GUARD_PEOPLE, Results, Unwatched, results_of, split_of, unwatched
from storefront.experiments.running import experiments
from storefront.experiments.tallies import Run, run_of
from storefront.flags import WHOLE, Declaration
from storefront.flags.state import FlagState
from storefront.web.formats import and_list, number, percent
from storefront.web.requests import ShopRequest

MOST_EARLIER = 5
_UNWATCHED: dict[Unwatched, str | Promise] = {
    Unwatched.DEALT_DIFFERENTLY: _lazy(
        "Rules deal it by different weights, so its variants were shown to different people. The guardrails "
        "do not act, and the variants should not be compared either."
    ),
    Unwatched.NO_CONTROL: _lazy(
        "Nobody is dealt the control, with which the guardrails compare. They do not act."
    ),
}


@dataclass(frozen=True, slots=True)
class ExperimentRow:
    """One in the list. `since` is None while nobody was shown anything; `alarm` says what to look at.

    Where it is over, the shoppers are those of its last run.
    """

    key: str
    purpose: str
    state: str
    people: int
    since: datetime | None
    alarm: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentsPage(ConsolePage):
    """All of them."""

    rows: tuple[ExperimentRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentPage(ConsolePage):
    """One of them. `current` is None while nobody was shown anything in this run. `split` says who deals.

    `unwatched` is why the guardrails do not act, "" where they do. `idle`: as it stands, nobody is dealt one.
    """

    key: str
    purpose: str
    state: str
    idle: bool
    killed: str
    control: str
    split: str
    unwatched: str
    least: str
    current: RunView | None
    earlier: tuple[RunView, ...]


@staff_view()
def listing(request: ShopRequest) -> HttpResponseBase:
    """The list."""
    board = read_board(request)
    rows = tuple(_row(request, board, key) for key in experiments(board.snapshot))
    page = ExperimentsPage(title=_("Experiments"), route="console:experiments", rows=rows)
    return console_page(request, "experiments", page)


@staff_view()
def experiment(request: ShopRequest, key: str) -> HttpResponseBase:
    """One experiment: the run that is under way, and those before."""
    board = read_board(request)
    snapshot = board.snapshot
    declared = snapshot.declaration(key)
    if declared is None or key not in experiments(snapshot):
        raise Http404
    state = snapshot.state(key)
    now, earlier = _runs(request, board, key)
    split = split_of(state) if state else None
    stands = standing_of(snapshot, key, board.now, ran=bool(now or earlier))
    page = ExperimentPage(
        title=_("Experiment %(key)s") % {"key": key},
        route="console:experiments",
        key=key,
        purpose=declared.purpose,
        state=stands.words,
        idle=stands.idle,
        killed=state.killed if state else "",
        control=declared.off,
        split=and_list(f"{name} {percent(weight / WHOLE, 1)}" for name, weight in (split or {}).items()),
        unwatched=_unwatched(state, declared),
        least=number(GUARD_PEOPLE),
        current=_view(now, declared, split) if now else None,
        earlier=tuple(_view(run, declared, None) for run in earlier[:MOST_EARLIER]),
    )
    return console_page(request, "experiment", page)


def _row(request: ShopRequest, board: Board, key: str) -> ExperimentRow:
    declared, state = board.snapshot.declaration(key), board.snapshot.state(key)
    assert declared is not None  # its key was found by it
    now, earlier = _runs(request, board, key)
    split = split_of(state) if state else None
    stands = standing_of(board.snapshot, key, board.now, ran=bool(now or earlier))
    told = now or (earlier[0] if earlier and stands.idle else None)
    results = results_of(now, declared.off, tuple(declared.variants), split) if now else None
    return ExperimentRow(
        key=key,
        purpose=declared.purpose,
        state=stands.words,
        people=people_of(told) if told else 0,
        since=told.first if told else None,
        alarm=_alarm(results, state, declared),
        href=reverse("console:experiment", kwargs={"key": key}),
    )


def _alarm(results: Results | None, state: FlagState | None, declared: Declaration) -> str:
    if results and results.unfair:
        return _("Shares are not as dealt")
    if results and results.breaches:
        return _("A guardrail is broken")
    return _("No guardrail watches it") if _unwatched(state, declared) else ""


def _unwatched(state: FlagState | None, declared: Declaration) -> str:
    """Why no guardrail acts; "" where one does, or where there is nothing to act on."""
    if state is None or state.killed or not state.enabled:
        return ""
    why = unwatched(state, declared.off)
    return str(_UNWATCHED[why]) if why else ""


def _runs(request: ShopRequest, board: Board, key: str) -> tuple[Run | None, tuple[Run, ...]]:
    """The run that the flag's state belongs to, and all others, newest first."""
    runs, state = request.shop.experiments.store.runs(key), board.snapshot.state(key)
    current = run_of(state, board.segments) if state else ""
    now = next((one for one in runs if one.run == current), None)
    return now, tuple(one for one in runs if one is not now)


def _view(run: Run, declared: Declaration, split: Mapping[str, int] | None) -> RunView:
    return run_view(results_of(run, declared.off, tuple(declared.variants), split))
