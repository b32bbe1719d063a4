"""The cart of whoever signs in: it is opened in this browser, with what they chose as a guest put into it.

Signing in never fails because of the cart. What could not be merged (the order service is away, an order is
being paid) stays as it is in the browser's cookie, and the cart page tries again.

The session says, for each market, which cart this browser shares with its owner (`mine:eu`) and what the last
merge did (`merge:eu`), as long as that can be undone: until the cart holds something else. To say who buys or
where it goes does not end that, so the offer outlives the way to checkout. Neither entry opens anything.
"""

from dataclasses import dataclass
from hashlib import sha256

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from storefront.clients.orders import Cart, CartRef, Merge, MyCart, NewCart
from storefront.core import Conflict, NotFound, UpstreamError, UpstreamUnavailable
from storefront.web.bearer import bearer_of
from storefront.web.cart_cookie import cart_of, forget_left, go_on_with, keep_cart, keep_left, left_in
from storefront.web.formats import number
from storefront.web.identity.person import session_of
from storefront.web.notices import add_notice, drop_notice
from storefront.web.requests import ShopRequest

HELD = _lazy(
    "Another cart of yours is being paid. Until then, what you chose before you signed in stays in a cart of "
    "its own."
)
CHANGED = _lazy("Your cart was changed since, so this can't be undone any more. Nothing is lost.")
AWAY = _lazy("We could not undo this right now. Nothing has changed; please try again in a moment.")
_MINE, _MERGE = "mine:", "merge:"
_MOST_TITLES = 5
_MOST_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Merged:
    """What the last merge did, in words, as long as it can be undone: while the cart holds what it left."""

    id: str
    words: str


class NotUndone(Exception):  # noqa: N818 - says what happened
    """The merge stays. The message is for the shopper; `gone` when asking again is of no use."""

    def __init__(self, words: str, *, gone: bool) -> None:
        super().__init__(words)
        self.gone = gone


@dataclass(frozen=True, slots=True)
class OwnCart:
    """The cart to show. `opened` when it was opened just now, with what was in `guest`."""

    ref: CartRef | None
    guest: CartRef | None = None
    opened: MyCart | None = None

    def keep(self, request: ShopRequest, response: HttpResponseBase) -> None:
        """Let the browser go on with it, and remember what did not fit."""
        if self.opened is None:
            return
        keep_cart(request, response, self.opened.ref)
        if self.guest is None:
            return
        if self.opened.merge is not None and self.opened.merge.left:
            keep_left(request, response, self.guest)
        elif self.guest == left_in(request):
            forget_left(response)


def merge_cart(request: ShopRequest, response: HttpResponseBase) -> None:
    """Open the customer's cart in this browser, right after they have signed in.

    Who only proves again who they are goes on with the cart they have, also with one that they chose by Undo.
    """
    guest = cart_of(request)
    if guest is not None and is_own(request, guest.id):
        return
    try:
        opened = _opened(request, guest)
    except Conflict:
        add_notice(request, str(HELD))
        return
    OwnCart(guest, guest, opened).keep(request, response)


def close_other_carts(request: ShopRequest, response: HttpResponseBase) -> None:
    """Let no other browser open the customer's carts any more, as when their sign-ins there are ended.

    This one goes on: the cart of this market is opened anew at once, another market's at the next look.
    """
    token, session = bearer_of(request), request.session
    if not token:
        return
    try:
        request.shop.orders.close_my_carts(access_token=token)
    except UpstreamError:
        # What stays open is a cart, and only to browsers that this person has used.
        request.shop.telemetry.degraded("cart_merge", "not closed")
        return
    ref, here = cart_of(request), f"{_MINE}{request.shop.market}"
    known = session.get(here)
    for name in [name for name in session.keys() if name.startswith(_MINE)]:  # noqa: SIM118 - no mapping
        del session[name]
    opened = new_own_cart(request)
    if opened is not None and ref is not None and opened.cart.id == ref.id:
        keep_cart(request, response, opened.ref)
    elif opened is not None and known is not None:
        session[here] = known  # a guest's cart that was chosen by Undo is as it was


def own_cart(request: ShopRequest) -> OwnCart:
    """The browser's cart, or the customer's where the two have not come together yet.

    Also what did not fit then joins it as soon as there is room. The answer has to `keep` it.
    """
    ref = cart_of(request)
    if not request.identity.signed_in:
        return OwnCart(ref)
    settled = ref is not None and is_own(request, ref.id)
    guest = left_in(request) if settled else ref
    if settled and guest is None:
        return OwnCart(ref)
    try:
        opened = _opened(request, guest)
    except Conflict:  # being paid, here or elsewhere: both stay as they are until then
        return OwnCart(ref)
    return OwnCart(opened.ref if opened else ref, guest, opened)


def new_own_cart(request: ShopRequest) -> NewCart | None:
    """The customer's cart for a browser that has none; None for a guest, and while it can't be had."""
    try:
        opened = _opened(request, None)
    except Conflict:
        return None
    return opened if opened is not None and _lasts(request) else None


def reopened(request: ShopRequest, ref: CartRef) -> NewCart | None:
    """The customer's cart, where this was it and opens no more, because another browser of theirs closed it.

    From there on this browser has what opens it now. None for any other cart, and where it opens still.
    """
    if not is_own(request, ref.id):
        return None
    opened = new_own_cart(request)
    if opened is None or opened.cart.id != ref.id or opened.ref == ref:
        return None
    go_on_with(request, opened.ref)
    return opened


def is_own(request: ShopRequest, cart_id: str) -> bool:
    """Whether this cart is the one that the customer who is signed in goes on with in this browser."""
    known: object = request.session.get(f"{_MINE}{request.shop.market}")
    return known is not None and known == _share(request, cart_id)


def merged(request: ShopRequest, cart: Cart | None) -> Merged | None:
    """What the last merge did to this cart, if that can still be undone; it is said on this page then."""
    kept = request.session.get(_entry(request))
    if not isinstance(kept, dict) or cart is None:
        return None
    if kept.get("holds") != _held(cart) or cart.status != "open":
        request.session.pop(_entry(request), None)
        return None
    last = Merged(str(kept["id"]), str(kept["words"]))
    drop_notice(request, last.words)
    return last


def undo_merge(request: ShopRequest, merge_id: str) -> NewCart:
    """Both carts as they were; the browser goes on with what it had as a guest. Raises NotUndone."""
    token = bearer_of(request)
    if not token:
        raise NotUndone(str(AWAY), gone=False)
    try:
        back = request.shop.orders.undo_merge(merge_id=merge_id, access_token=token)
    except (Conflict, NotFound) as refused:
        request.session.pop(_entry(request), None)
        raise NotUndone(str(CHANGED), gone=True) from refused
    except UpstreamError as failed:
        raise NotUndone(str(AWAY), gone=False) from failed
    request.session.pop(_entry(request), None)
    _share_with_owner(request, back.cart)
    return back


def _opened(request: ShopRequest, guest: CartRef | None) -> MyCart | None:
    """The customer's cart with the guest's in it; None for guests, and while it can't be had.

    Raises Conflict while an order holds one of the two.
    """
    token, shop = bearer_of(request), request.shop
    if not token:
        return None
    try:
        opened = shop.orders.open_my_cart(
            market=shop.market, locale=shop.locale, country=shop.country, guest=guest, access_token=token
        )
    except Conflict:
        raise
    except UpstreamError:
        shop.telemetry.degraded("cart_merge", "unavailable")
        return None
    _share_with_owner(request, opened.cart)
    if opened.merge is not None:
        _say(request, opened.cart, opened.merge)
    return opened


def _lasts(request: ShopRequest) -> bool:
    """Whether the sign-in was not ended while this request was under way.

    A sign-out closes the carts after it has ended the session. So what was opened by its token since is told
    to nobody.
    """
    session = session_of(request)
    try:
        return session.session_key is not None and session.exists(session.session_key)
    except UpstreamUnavailable:
        return False


def _share_with_owner(request: ShopRequest, cart: Cart) -> None:
    """Note that this is the cart that the person goes on with in this browser."""
    request.session[f"{_MINE}{request.shop.market}"] = _share(request, cart.id)


def _share(request: ShopRequest, cart_id: str) -> str | None:
    """The note about a cart and a person: a session may see another person sign in. None for a guest."""
    person = request.identity.person
    return f"{sha256(person.sub.encode()).hexdigest()[:16]}:{cart_id}" if person is not None else None


def _say(request: ShopRequest, cart: Cart, merge: Merge) -> None:
    """Tell what came of it, on the next page and, with a way back, on the cart's."""
    words = _words(merge)
    if not words:  # and one before, if it was told of, can't be undone on its own any more
        request.session.pop(_entry(request), None)
        return
    request.session[_entry(request)] = {"id": merge.id, "holds": _held(cart), "words": words}
    add_notice(request, words, kind="good")


def _held(cart: Cart) -> str:
    """A mark of what is in a cart: the same for as long as its lines, their quantities and its codes are."""
    parts = [f"{line.id} {line.quantity}" for line in cart.lines] + [one.code for one in cart.codes]
    return sha256("\n".join([cart.id, *parts]).encode()).hexdigest()[:32]


def _words(merge: Merge) -> str:
    """What came of it, "" when nothing did: everything was there already."""
    said = []
    count = len(merge.added) + len(merge.raised)
    if count:
        sentence = ngettext(
            "We put %(count)s item into your cart that you chose before you signed in.",
            "We put %(count)s items into your cart that you chose before you signed in.",
            count,
        )
        said.append(sentence % {"count": number(count)})
    if merge.left:
        titles = [line.title[:_MOST_CHARACTERS] for line in merge.left[:_MOST_TITLES]]
        sentence = ngettext(
            "%(count)s item did not fit. We keep it and put it in once there is room: %(titles)s.",
            "%(count)s items did not fit. We keep them and put them in once there is room: %(titles)s.",
            len(merge.left),
        )
        more = " …" if len(merge.left) > len(titles) else ""
        said.append(sentence % {"count": number(len(merge.left)), "titles": ", ".join(titles) + more})
    if merge.left_codes:
        codes = {"codes": ", ".join(merge.left_codes)}
        said.append(_("Your cart has no room for these codes: %(codes)s.") % codes)
    return " ".join(said)


def _entry(request: ShopRequest) -> str:
    return f"{_MERGE}{request.shop.market}"
