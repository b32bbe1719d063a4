"""What ends the other sign-ins also closes the carts that their browsers know, and not the one here."""

import pytest

from storefront.clients.orders import CartRef
from storefront.core import NotFound
from storefront.identity.fake import EMAIL_CODE, RESET_CODE
from tests import samples
from tests.unit.account.member import PASSWORD, Member
from tests.unit.cart.shopper import Shopper
from tests.unit.web.shops import down

BETTER = "quite another row of words"


def known_cart(robin: Member) -> CartRef:
    """Robin's cart, as a browser knows it that is not this one."""
    opened = robin.twins.orders.open_my_cart(
        market="eu", locale="en", country="IE", guest=None, access_token=robin.token
    )
    return CartRef(opened.cart.id, opened.ref.secret)


def is_open(robin: Member, cart: CartRef) -> bool:
    try:
        robin.twins.orders.get_cart(cart=cart)
    except NotFound:
        return False
    return True


def by_password(robin: Member) -> None:
    assert robin.send("security/password/", {"old": PASSWORD, "new": BETTER}).status_code == 303


def by_email(robin: Member) -> None:
    robin.send("security/email/", {"email": "new@example.com"})
    assert robin.send("security/email/code/", {"code": EMAIL_CODE}).status_code == 303


def by_devices(robin: Member) -> None:
    assert robin.send("devices/others/end/").status_code == 303


def by_reset(robin: Member) -> None:
    """A forgotten password, in this browser, which somebody is signed in with already."""
    robin.send("forgot/", {"email": robin.account.email})
    sent = {"email": robin.account.email, "code": RESET_CODE, "password": BETTER}
    assert robin.send("reset/", sent)["Location"] == "/ie/en/account/"


@pytest.mark.parametrize("end", [by_password, by_email, by_devices, by_reset])
def test_a_cart_that_another_browser_knows_is_closed_there(robin, end):
    cart = known_cart(robin)
    assert is_open(robin, cart)
    end(robin)
    assert not is_open(robin, cart)
    assert robin.client.get("/cart/").status_code == 200


@pytest.mark.parametrize("end", [by_password, by_email, by_devices, by_reset])
def test_while_the_order_service_is_away_the_rest_is_done(robin, end):
    robin.twins.orders.fail(down("orders"))
    end(robin)


def test_who_resets_a_password_as_a_guest_keeps_what_the_guest_chose(robin):
    """The cart is closed first and joined then, so that this browser goes on with the one that opens."""
    cart = known_cart(robin)
    robin.send("sign-out/")
    robin.client.post("/cart/lines/", {"sku": samples.CUSHION, "quantity": "2"})
    by_reset(robin)
    assert not is_open(robin, cart)
    own = Shopper(robin.client, robin.twins).cart
    assert [(line.sku, line.quantity) for line in own.lines] == [(samples.CUSHION, 2)]
    assert own.id == cart.id
