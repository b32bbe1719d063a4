"""What promotions did to a cart, as the contract shows it and in the cart's language."""

from collections.abc import Iterable, Sequence

from apptier.kit.markets import MARKETS, Market
from apptier.orders.cart import Agreed, StoredCart
from apptier.orders.delivery import in_words_of
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
    state = CodeState(code=code, applied=False, reason=why.reason, detail="", missing=missing)
    if why.reason == "not_combinable" and why.instead is not None:
        words = say(locale, "not_combinable_with", label=why.instead.label(locale))
        return state.model_copy(update={"detail": words})
    if why.reason == "no_matching_items" and promotion is not None:
        words = say(locale, "no_matching_items_of", label=promotion.label(locale))
        return state.model_copy(update={"detail": words})
    return _explained(state, locale)


def _explained(state: CodeState, locale: str) -> CodeState:
    """A code's state with its reason in words."""
    if state.reason is None:
        return state
    words = amount_words(locale, state.missing.amount, state.missing.currency) if state.missing else ""
    return state.model_copy(update={"detail": say(locale, state.reason, missing=words)})


def retold(cart: StoredCart, known: Agreed, promotions: Sequence[Promotion]) -> Agreed:
    """What was agreed on, in the cart's language where that is another than the order's.

    A promotion that has been taken away since keeps the name that it had.
    """
    if known.locale == cart.locale:
        return known
    labels = {one.id: one.label(cart.locale) for one in promotions}
    option = known.delivery_option
    return known.model_copy(
        update={
            "delivery_option": option and in_words_of(cart.locale, MARKETS[cart.market], option),
            "codes": [_explained(state, cart.locale) for state in known.codes],
            "promotions": [
                one.model_copy(update={"label": labels.get(one.id, one.label)}) for one in known.promotions
            ],
        }
    )


def nudges(cart: StoredCart, outcome: Outcome, market: Market) -> list[Nudge]:
    """Promotions within reach, the nearest first."""
    return [
        Nudge(id=one.id, label=one.label(cart.locale), missing=market.money(missing))
        for one, missing in outcome.within_reach
    ]
