"""Which promotions apply to a cart, and exactly what each takes off each line.

The rules, in the order in which they work:

1. A promotion counts when it runs, its minimum (goods before discounts) is reached, some line is in its set,
   and, for one with a code, the code was entered and is not used up.
2. Promotions on goods: first `buy_x_get_y`, at full prices, either all by id, where an article counts for one
   of them only, or one of them alone. Then one `percentage` or `amount` without a code, then one with a code,
   each of what is left.
3. An `exclusive` one on goods is not combined with others on goods.
4. Of all choices that 2 and 3 allow, the one that takes most off the goods wins; among equal ones the one
   with fewer promotions, then the one whose ids come first. So the same cart always gets the same.
5. `free_delivery` takes off what standard delivery costs, when it is sent that way; one without a code goes
   first, so that no use of a code is spent for nothing.

Amounts are minor units and whole numbers throughout; a percentage is rounded half up once, then spread over
its lines by the largest remainder. Nothing takes off more than is left.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from apptier.orders.models import CodeReason
from apptier.orders.promotions import Promotion
from apptier.orders.shares import half_up, spread

STANDARD: Final = "standard"
"""The delivery option that can become free."""

_BASIS_POINTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Goods:
    """A line as promotions see it; `price` is for one."""

    sku: str
    handle: str
    categories: tuple[str, ...]
    quantity: int
    price: int

    @property
    def total(self) -> int:
        """Before discounts."""
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class Situation:
    """What a cart is at this moment.

    Attributes:
        codes: As entered, upper case.
        option_id, delivery: How it would be sent, and what that costs.
        used_up: Ids of promotions whose limit is reached.
        now: RFC 3339, UTC, milliseconds.
    """

    goods: tuple[Goods, ...]
    codes: tuple[str, ...]
    option_id: str
    delivery: int
    used_up: frozenset[str]
    now: str

    @property
    def subtotal(self) -> int:
        """Of the goods, before discounts."""
        return sum(line.total for line in self.goods)


@dataclass(frozen=True, slots=True)
class Applied:
    """A promotion and what it takes off altogether."""

    promotion: Promotion
    amount: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a code that was entered takes nothing off.

    `missing` is in minor units, with `minimum_not_reached`; `instead` is what applies, with `not_combinable`.
    """

    reason: CodeReason
    missing: int | None = None
    instead: Promotion | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What promotions do to a cart; `lines` is the discount of each line, in their order."""

    applied: tuple[Applied, ...]
    lines: tuple[int, ...]
    delivery: int
    refused: Mapping[str, Refused] = field(default_factory=dict)
    within_reach: tuple[tuple[Promotion, int], ...] = ()

    @property
    def discount(self) -> int:
        """Of goods and delivery together."""
        return sum(self.lines) + self.delivery


@dataclass(frozen=True, slots=True)
class _Choice:
    """Promotions on goods in their order, with what each takes off and what that makes of each line."""

    applied: tuple[Applied, ...]
    lines: tuple[int, ...]

    @property
    def rank(self) -> tuple[int, int, list[str]]:
        ids = [one.promotion.id for one in self.applied]
        return (-sum(self.lines), len(ids), ids)


def evaluate(promotions: Iterable[Promotion], cart: Situation) -> Outcome:
    """See the module's text. The promotions are all of the cart's market."""
    relevant = sorted(
        (one for one in promotions if one.code is None or one.code in cart.codes), key=lambda one: one.id
    )
    refused = {one.id: why for one in relevant if (why := _obstacle(one, cart))}
    ready = [one for one in relevant if one.id not in refused]
    chosen = min((_worked(row, cart) for row in _choices(ready)), key=lambda choice: choice.rank)
    free = _free_delivery(ready, cart)
    applied = (*chosen.applied, *free)
    ids = {one.promotion.id for one in applied}
    why_not = {
        one.code: refused.get(one.id) or _useless(one, cart, applied)
        for one in relevant
        if one.code and one.id not in ids
    }
    return Outcome(
        applied=applied,
        lines=chosen.lines,
        delivery=sum(one.amount for one in free),
        refused=why_not,
        within_reach=tuple(_within_reach(relevant, refused, cart)),
    )


def _obstacle(one: Promotion, cart: Situation) -> Refused | None:
    """What keeps a promotion from applying, as far as that has nothing to do with other promotions."""
    if one.when(cart.now) != "during":
        return Refused("code_expired")
    if one.id in cart.used_up:
        return Refused("code_used_up")
    if not any(_in_set(one, cart)):
        return Refused("no_matching_items")
    if cart.subtotal < one.minimum:
        return Refused("minimum_not_reached", one.minimum - cart.subtotal)
    return None


def _useless(one: Promotion, cart: Situation, applied: Sequence[Applied]) -> Refused:
    """Why a promotion that could apply wasn't used: it takes nothing off, or another takes off more."""
    delivers = one.kind == "free_delivery"
    if delivers:
        works = cart.option_id == STANDARD and cart.delivery > 0
    else:
        works = bool(sum(_worked((one,), cart).lines))
    if not works:
        return Refused("no_matching_items")
    rivals = [other for other in applied if (other.promotion.kind == "free_delivery") is delivers]
    most = max(rivals, key=lambda other: other.amount, default=None)
    return Refused("not_combinable", instead=most.promotion if most else None)


def _in_set(one: Promotion, cart: Situation) -> list[bool]:
    return [one.target.holds(line.sku, line.handle, line.categories) for line in cart.goods]


def _choices(ready: Sequence[Promotion]) -> Iterable[tuple[Promotion, ...]]:
    """Every way to combine promotions on goods, each in the order in which they work."""
    goods = [one for one in ready if one.kind != "free_delivery"]
    together = [one for one in goods if not one.exclusive]
    bundles = tuple(one for one in together if one.kind == "buy_x_get_y")
    reductions = [one for one in together if one.kind != "buy_x_get_y"]
    automatic = [(), *((one,) for one in reductions if one.code is None)]
    coded = [(), *((one,) for one in reductions if one.code is not None)]
    paired: list[tuple[Promotion, ...]] = [bundles, *((one,) for one in bundles if len(bundles) > 1)]
    for taken, first, second in product(paired, automatic, coded):
        yield (*taken, *first, *second)
    for one in goods:
        if one.exclusive:
            yield (one,)


def _worked(row: Sequence[Promotion], cart: Situation) -> _Choice:
    """What a row of promotions takes off; those that take nothing are left out."""
    off = [0] * len(cart.goods)
    paired = [0] * len(cart.goods)
    applied = []
    for one in row:
        cut = _bundle(one, cart, paired) if one.kind == "buy_x_get_y" else _reduction(one, cart, off)
        if amount := sum(cut):
            off = [before + more for before, more in zip(off, cut, strict=True)]
            applied.append(Applied(one, amount))
    return _Choice(tuple(applied), tuple(off))


def _reduction(one: Promotion, cart: Situation, off: Sequence[int]) -> list[int]:
    """A percentage or an amount of what is left of the lines in its set."""
    left = [
        line.total - gone if inside else 0
        for line, gone, inside in zip(cart.goods, off, _in_set(one, cart), strict=True)
    ]
    whole = sum(left)
    wanted = one.amount if one.kind == "amount" else half_up(whole * one.percent, _BASIS_POINTS)
    return spread(min(wanted, whole), left)


def _bundle(one: Promotion, cart: Situation, paired: list[int]) -> list[int]:
    """The cheapest articles of the set, one group's worth for each whole group; notes what it has used.

    With 3 for 2 and seven articles two groups are whole, so the two cheapest are free.
    """
    inside = _in_set(one, cart)
    free_units = [
        (line.price, n)
        for n, line in enumerate(cart.goods)
        if inside[n]
        for _ in range(line.quantity - paired[n])
    ]
    free_units.sort(key=lambda unit: (unit[0], unit[1]))
    groups = len(free_units) // one.take
    cut = [0] * len(cart.goods)
    for price, n in free_units[: groups * (one.take - one.pay)]:
        cut[n] += price
    # The dearest are those that made the groups whole.
    dearest = free_units[len(free_units) - groups * one.pay :] if groups else []
    for _, n in [*free_units[: groups * (one.take - one.pay)], *dearest]:
        paired[n] += 1
    return cut


def _free_delivery(ready: Sequence[Promotion], cart: Situation) -> tuple[Applied, ...]:
    if cart.option_id != STANDARD or not cart.delivery:
        return ()
    offered = [one for one in ready if one.kind == "free_delivery"]
    offered.sort(key=lambda one: (one.code is not None, one.id))
    return tuple(Applied(one, cart.delivery) for one in offered[:1])


def _within_reach(
    relevant: Sequence[Promotion], refused: Mapping[str, Refused], cart: Situation
) -> Iterable[tuple[Promotion, int]]:
    """Promotions without a code whose minimum is at least half reached; the nearest three."""
    near = []
    for one in relevant:
        why = refused.get(one.id)
        if one.code is not None or why is None or why.missing is None or 2 * why.missing > one.minimum:
            continue
        if one.kind == "free_delivery" and (cart.option_id != STANDARD or not cart.delivery):
            continue
        near.append((one, why.missing))
    return sorted(near, key=lambda pair: (pair[1], pair[0].id))[:3]
