"""The promotions of the in-memory order service: which apply, and why some codes do not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

import msgspec

from storefront.clients.orders.models import (
    AppliedPromotion,
    CodeReason,
    Line,
    Nudge,
    PromotionCode,
    PromotionKind,
)
from storefront.core import Money

_PERCENT = 100
_WORDS = {
    "minimum_not_reached": "It needs a little more in the cart.",
    "no_matching_items": "Nothing in the cart goes with it.",
    "not_combinable": "It can't be used together with another offer.",
    "code_expired": "It has ended.",
    "code_used_up": "It has been used as often as it could be.",
}


@dataclass(frozen=True, slots=True)
class Deal:
    """One promotion; `amount` and `minimum` are minor units. Without a `code` it applies by itself.

    `skus` are those it is about, none for all. `state` is why it can't be used at all, a problem's code.
    """

    id: str
    kind: PromotionKind
    label: str
    code: str | None = None
    percent: int = 0
    amount: int = 0
    minimum: int = 0
    skus: frozenset[str] = frozenset()
    state: str = ""


DEALS = (
    Deal("meadow10", "percentage", "10% off your order", "MEADOW10", percent=10),
    Deal("five-off", "amount", "5 euro off", "FIVE", amount=500, minimum=6000),
    Deal("send-free", "free_delivery", "Free standard delivery", "SENDFREE"),
    Deal("old", "percentage", "Last year's sale", "OLD", percent=50, state="code_expired"),
    Deal("soon", "percentage", "Next year's sale", "SOON", percent=50, state="code_not_started"),
    Deal("gone", "percentage", "For the first hundred", "GONE", percent=50, state="code_used_up"),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """The lines with their discounts, and what became of every promotion."""

    lines: tuple[Line, ...]
    promotions: tuple[AppliedPromotion, ...]
    codes: tuple[PromotionCode, ...]
    nudges: tuple[Nudge, ...]


def find_deal(deals: Iterable[Deal], code: str) -> Deal | None:
    """The promotion of a code, letters of either case being the same."""
    return next((deal for deal in deals if deal.code and deal.code == code.upper()), None)


def judge(
    deals: Sequence[Deal],
    codes: Sequence[str],
    lines: tuple[Line, ...],
    delivery: Money | None,
    currency: str,
) -> Judged:
    """What applies to these lines, with these codes entered and this price of delivery."""
    promotions: list[AppliedPromotion] = []
    said: list[PromotionCode] = []
    nudges: list[Nudge] = []
    goods = sum(line.line_total.amount for line in lines)
    for deal in deals:
        if deal.code is not None and deal.code not in codes:
            continue
        mine = tuple(line for line in lines if not deal.skus or line.sku in deal.skus)
        reason = _against(deal, mine, goods)
        missing = Money(deal.minimum - goods, currency) if reason == "minimum_not_reached" else None
        if reason is None:
            amount = _worth(deal, mine, delivery)
            promotions.append(_applied(deal, Money(amount, currency)))
            lines = _spread(lines, mine, deal)
        elif deal.code is None and missing is not None and lines:
            nudges.append(Nudge(id=deal.id, label=deal.label, missing=missing))
        if deal.code is not None:
            words = _WORDS[reason] if reason else ""
            said.append(
                PromotionCode(
                    code=deal.code, applied=reason is None, reason=reason, detail=words, missing=missing
                )
            )
    said.sort(key=lambda one: codes.index(one.code))
    return Judged(lines, tuple(promotions), tuple(said), tuple(nudges[:3]))


def _against(deal: Deal, mine: tuple[Line, ...], goods: int) -> CodeReason | None:
    """Why a deal does not apply now; None when it does."""
    if deal.state:
        return cast("CodeReason", deal.state)
    if not mine:
        return "no_matching_items"
    return "minimum_not_reached" if goods < deal.minimum else None


def _worth(deal: Deal, mine: tuple[Line, ...], delivery: Money | None) -> int:
    if deal.kind == "free_delivery":
        return delivery.amount if delivery else 0
    if deal.kind == "percentage":
        return sum(_share(deal, line) for line in mine)
    if deal.kind == "buy_x_get_y":
        return sum(line.unit_price.amount * (line.quantity // 3) for line in mine)
    return min(deal.amount, sum(line.line_total.amount for line in mine))


def _share(deal: Deal, line: Line) -> int:
    return (line.line_total.amount - line.discount.amount) * deal.percent // _PERCENT


def _spread(lines: tuple[Line, ...], mine: tuple[Line, ...], deal: Deal) -> tuple[Line, ...]:
    """The lines with what a percentage takes off each."""
    if deal.kind != "percentage":
        return lines
    return tuple(
        msgspec.structs.replace(
            line, discount=line.discount + Money(_share(deal, line), line.discount.currency)
        )
        if line in mine
        else line
        for line in lines
    )


def _applied(deal: Deal, amount: Money) -> AppliedPromotion:
    return AppliedPromotion(id=deal.id, code=deal.code, kind=deal.kind, label=deal.label, amount=amount)
