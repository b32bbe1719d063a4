"""All flags at one moment, as the table has them, and what shoppers would see of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from types import MappingProxyType

from django.http import Http404
from django.utils.translation import gettext as _

from storefront.console.flags.shown import unseen
from storefront.console.flags.words import listed
from storefront.flags.changes import Changes
from storefront.flags.compiling import compile_snapshot
from storefront.flags.context import Context, Fact
from storefront.flags.declaration import Declaration, Kind
from storefront.flags.declared import ATTRIBUTES, DECLARED
from storefront.flags.proposals import needs_second
from storefront.flags.records import FLAG, Decision, Proposal, subject_of
from storefront.flags.snapshot import Snapshot
from storefront.flags.state import WHOLE, Decided, FlagState, Segment, Serve
from storefront.web.formats import country, percent
from storefront.web.regions import REGIONS, Region
from storefront.web.requests import ShopRequest

SOON = timedelta(days=14)
"""How long before it expires a flag is listed as expiring."""
SAMPLE = 500
"""Made-up shoppers by whom shares are shown; the page says so."""


@dataclass(frozen=True)
class Board:
    """What is decided, and what waits for a second person. `now` is an aware time."""

    decided: Decided
    proposals: tuple[Proposal, ...]
    now: datetime

    @cached_property
    def snapshot(self) -> Snapshot:
        """The decisions, made ready."""
        return snapshot_of(self.decided)

    @cached_property
    def segments(self) -> Mapping[str, Segment]:
        """The segments by their keys."""
        return {one.key: one for one in self.decided.segments}

    def state(self, key: str) -> FlagState:
        """What is decided about a flag."""
        return next((one for one in self.decided.flags if one.key == key), FlagState(key=key))

    def waiting(self, key: str) -> Proposal | None:
        """The proposal about a flag that waits."""
        return next((one for one in self.proposals if one.subject == FLAG + key), None)

    def waiting_id(self, key: str) -> str:
        """The id of this proposal, "" for none."""
        found = self.waiting(key)
        return found.id if found else ""

    def standing(self, subject: str) -> Decision | None:
        """What stands for a flag or a segment by its full name; None where nothing was decided."""
        decisions: tuple[Decision, ...] = (*self.decided.flags, *self.decided.segments)
        return next((one for one in decisions if subject_of(one) == subject), None)

    def waits(self, key: str) -> bool:
        """Whether changes of a flag wait for a second person: it is critical, or a critical one needs it."""
        return needs_second(FLAG + key, DECLARED, self.decided, self.proposals)

    def with_state(self, state: FlagState) -> Snapshot:
        """The decisions with this one in the place of what stands."""
        others = tuple(one for one in self.decided.flags if one.key != state.key)
        return snapshot_of(Decided(revision=1, flags=(*others, state), segments=self.decided.segments))


def read_board(request: ShopRequest) -> Board:
    """Everything, read from the table just now. Raises UpstreamUnavailable while it is away."""
    changes = changes_of(request)
    return Board(changes.decided(), changes.proposals(), request.shop.clock.now())


def changes_of(request: ShopRequest) -> Changes:
    """What changes flags."""
    return request.shop.flag_changes


def declared_or_404(key: str) -> Declaration:
    """The declaration of a flag. Raises Http404 where there is none."""
    found = DECLARED.get(key)
    if found is None:
        raise Http404
    return found


def snapshot_of(decided: Decided) -> Snapshot:
    """Decisions made ready, for the declared flags and attributes."""
    return compile_snapshot(decided, DECLARED, ATTRIBUTES)


def expires_on(state: FlagState, declared: Declaration) -> date | None:
    """When a flag expires, by its state or else by the code."""
    return date.fromisoformat(state.expires) if state.expires else declared.expires


def is_settled(state: FlagState, declared: Declaration) -> bool:
    """Whether a flag that shall not stay gives everybody the same, so that it can go from the code."""
    if declared.kind not in (Kind.RELEASE, Kind.EXPERIMENT):
        return False
    every = everybody_gets(state.otherwise, declared)
    # The holdout group of an experiment gets the off variant until that is lifted, too.
    kept_out = declared.kind is Kind.EXPERIMENT and state.holdout and every != declared.off
    return state.version > 0 and not state.rules and bool(every) and not kept_out


def everybody_gets(serve: Serve | None, declared: Declaration) -> str:
    """The one variant that a `serve` gives; "" where a share gets one and the rest another."""
    if serve is None:
        return declared.default
    if serve.share == 0:
        return declared.off
    given = [name for name, weight in serve.weights if weight]
    return given[0] if len(given) == 1 and serve.share == WHOLE else ""


def facts_of(region: Region, **more: Fact) -> Mapping[str, Fact]:
    """What is known of everybody at an address of that region."""
    return MappingProxyType(
        {"market": region.market, "locale": region.language, "country": region.country, **more}
    )


def seen(
    snapshot: Snapshot, declared: Declaration, region: Region, now: datetime, *, sample: int = SAMPLE
) -> tuple[tuple[str, int], ...]:
    """Which variants shoppers of a region see, and how many of the sample each; the most frequent first."""
    if not declared.by_person and declared.pages:
        context = Context(facts=facts_of(region), now=now)
        return ((snapshot.evaluate(declared.key, context).variant, sample),)
    counted: Counter[str] = Counter()
    for n in range(sample):
        facts = facts_of(
            region,
            signed_in=n % 4 == 0,
            visitor="returning" if n % 2 else "new",
            device="desktop" if n % 3 == 0 else "phone",
            group=frozenset[str](),
        )
        context = Context(id=f"sample-{n}", facts=facts, now=now)
        counted[snapshot.evaluate(declared.key, context).variant] += 1
    return tuple(counted.most_common())


def seen_words(found: Iterable[tuple[str, int]], sample: int = SAMPLE) -> str:
    """The same in words."""
    parts = list(found)
    if len(parts) == 1:
        return parts[0][0]
    words = _("%(share)s %(variant)s")
    return listed([words % {"share": percent(n / sample), "variant": name} for name, n in parts])


def region_words(region: Region) -> str:
    """A region as staff call it: "Germany, Deutsch"."""
    return _("%(country)s, %(language)s") % {
        "country": country(region.country),
        "language": region.language_name,
    }


def sees(snapshot: Snapshot, declared: Declaration, board: Board) -> tuple[tuple[str, str], ...]:
    """Each region, and what is seen there now: also that nothing is, though something is given."""
    values = snapshot.values(declared.key)

    def words(region: Region) -> str:
        found = seen(snapshot, declared, region, board.now)
        return seen_words([(_named(name, region), people) for name, people in found])

    def _named(name: str, region: Region) -> str:
        why = "" if name == declared.off else unseen(declared, values.get(name), region.language)
        return _("%(variant)s (%(why)s)") % {"variant": name, "why": why} if why else name

    return tuple((region_words(region), words(region)) for region in REGIONS)


def by_market(snapshot: Snapshot, declared: Declaration, now: datetime) -> tuple[tuple[str, str], ...]:
    """Each market, and what is seen there: one line where all its regions see the same."""
    markets: dict[str, dict[str, None]] = {}
    for region in REGIONS:
        words = seen_words(seen(snapshot, declared, region, now, sample=100), 100)
        markets.setdefault(region.market, {})[words] = None
    return tuple((market, " / ".join(words)) for market, words in markets.items())
