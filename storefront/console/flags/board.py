"""All flags at one moment, as the table has them, and what shoppers would see of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from types import MappingProxyType

from django.http import Http404
from django.utils.translation import gettext as _

from storefront.console.flags.words import listed
from storefront.flags.changes import Changes
from storefront.flags.compiling import compile_snapshot
from storefront.flags.context import Context, Fact
from storefront.flags.declaration import Declaration, Kind
from storefront.flags.declared import ATTRIBUTES, DECLARED
from storefront.flags.proposals import needs_second
from storefront.flags.records import FLAG, Proposal
from storefront.flags.snapshot import Snapshot
from storefront.flags.state import WHOLE, Decided, FlagState, Segment
from storefront.web.formats import percent
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
    serve = state.otherwise
    split = serve is not None and (len(serve.weights) > 1 or serve.share not in (0, WHOLE))
    return state.version > 0 and not state.rules and not split


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


def by_market(snapshot: Snapshot, declared: Declaration, now: datetime) -> tuple[tuple[str, str], ...]:
    """Each market, and what is seen there: one line where all its regions see the same."""
    markets: dict[str, dict[str, None]] = {}
    for region in REGIONS:
        words = seen_words(seen(snapshot, declared, region, now, sample=100), 100)
        markets.setdefault(region.market, {})[words] = None
    return tuple((market, " / ".join(words)) for market, words in markets.items())
