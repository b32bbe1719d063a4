"""What promotions did to a cart, as the contract shows it and in the cart's language."""

from collections.abc import Iterable

from apptier.kit.markets import Market
from apptier.orders.cart import StoredCart
from apptier.orders.models import AppliedPromotion, CodeState, Nudge
from apptier.orders.promotions import Promotion, of_code
from apptier.orders.promotions_engine import Outcome, Refused
from apptier.orders.words import amount_words, say


def applied_promotions(cart: StoredCart, outcome: Outcome, market: Market) -> list[AppliedPromotion]:
    """The promotions that apply, in the order in which they work."""
    return [
        AppliedPromotion(
            id=one.promotion.id,
            code=one.promotion.code,
            kind=one.promotion.kind,
            label=one.promotion.label(cart.locale),
            amount=market.money(one.amount),
        )
        for one in outcome.applied
    ]


def code_states(
    cart: StoredCart, outcome: Outcome, promotions: Iterable[Promotion], market: Market
) -> list[CodeState]:
    """Every code that was entered, and why it doesn't apply when it doesn't."""
    known = list(promotions)
    return [_code_state(cart.locale, code, of_code(known, code), outcome, market) for code in cart.codes]


def _code_state(
    locale: str, code: str, promotion: Promotion | None, outcome: Outcome, market: Market
) -> CodeState:
    if promotion is not None and promotion.id in {one.promotion.id for one in outcome.applied}:
        return CodeState(code=code, applied=True, reason=None, detail="", missing=None)
    # A promotion that has been taken away has ended for whoever entered its code.
    why = outcome.refused.get(code) or Refused("code_expired")
    missing = market.money(why.missing) if why.missing is not None else None
    words = amount_words(locale, missing.amount, missing.currency) if missing else ""
    detail = say(locale, why.reason, missing=words)
    return CodeState(code=code, applied=False, reason=why.reason, detail=detail, missing=missing)


def nudges(cart: StoredCart, outcome: Outcome, market: Market) -> list[Nudge]:
    """Promotions within reach, the nearest first."""
    return [
        Nudge(id=one.id, label=one.label(cart.locale), missing=market.money(missing))
        for one, missing in outcome.within_reach
    ]
