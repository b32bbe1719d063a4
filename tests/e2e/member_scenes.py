"""The pages of people, for the walk of tests/e2e/scenes.py: signing in, the account, wish lists.

They sign in once, as the local shop's own shopper, and leave that account as they found it. What comes
between password and account (a code, an authenticator to set up) is looked at in test_people.py, where
accounts have it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import expect

from dev.provision import DEMO_ACCOUNTS
from tests.e2e.shopper import ADDRESSES, Shopper

Scene = tuple[str, Callable[[], object]]
SOMEBODY = DEMO_ACCOUNTS[0]


@dataclass
class People:
    """Where somebody with an account has been. `open` shows a page and looks at its status."""

    shopper: Shopper
    open: Callable[[str], object]

    def opens(self, name: str, path: str) -> Scene:
        return name, lambda: self.open(path)

    def _press(self, form: str) -> None:
        self.shopper.page.locator(f'#{form} button.button[type="submit"]').click()

    # -- as a guest

    def signing_in(self, product: str) -> tuple[Scene, ...]:
        return (
            ("wish-list", lambda: self._wish(product)),
            self.opens("sign-up", "/account/sign-up/"),
            self.opens("confirm-address", "/account/confirm/"),
            self.opens("forgot-password", "/account/forgot/"),
            self.opens("sign-in", "/account/sign-in/"),
            ("sign-in-wrong", self._sign_in_wrong),
        )

    def _wish(self, product: str) -> None:
        handle = product.rstrip("/").rpartition("/")[2]
        assert self.shopper.send("/wishlist/items/", {"item": handle}).status == 303
        self.open("/wishlist/")
        expect(self.shopper.page.locator("#wishlist .line")).to_have_count(1)

    def _sign_in_wrong(self) -> None:
        """What is wrong with it is seen before anything is tried, so that it does not count as a try."""
        self.shopper.page.locator("#email").fill("robin@nowhere")
        self._press("sign-in")
        expect(self.shopper.page.locator(".error-summary")).to_be_visible()

    # -- signed in

    def account(self) -> tuple[Scene, ...]:
        return (
            ("account", self._sign_in),
            self.opens("account-orders", "/account/orders/"),
            self.opens("account-preferences", "/account/preferences/"),
            self.opens("account-security", "/account/security/"),
            ("account-codes", self._codes),
            self.opens("account-devices", "/account/devices/"),
            self.opens("account-data", "/account/data/"),
            self.opens("account-delete", "/account/data/delete/"),
            self.opens("address-new", "/account/addresses/new/"),
            ("addresses", self._addresses),
            ("address-removed", self._address_removed),
            ("wish-list-shared", self._shared),
            ("signed-out", self._sign_out),
        )

    def _sign_in(self) -> None:
        page = self.shopper.page
        self.open("/account/sign-in/")
        page.locator("#email").fill(SOMEBODY.email)
        page.locator("#password").fill(SOMEBODY.password)
        self._press("sign-in")
        self.shopper.arrive("/account/")
        expect(page.locator("#greeting")).to_be_visible()

    def _codes(self) -> None:
        self.open("/account/security/authenticator/")
        self.shopper.page.locator('#begin button[type="submit"]').click()
        expect(self.shopper.page.locator("#qr")).to_be_visible()

    def _addresses(self) -> None:
        page, country = self.shopper.page, self.shopper.region.split("/")[1]
        for name, value in ADDRESSES[country].items():
            field = page.locator(f"#address [name='{name}']")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        self.shopper.go_on()
        self.shopper.arrive("/account/addresses/")
        expect(page.locator("#addresses .entry").first).to_be_visible()

    def _address_removed(self) -> None:
        self.shopper.page.locator("#addresses .entry__tools form button").first.click()
        expect(self.shopper.page.locator("#undo")).to_be_visible()

    def _shared(self) -> None:
        page, shopper = self.shopper.page, self.shopper
        shopper.send("/wishlist/share/", {"action": "begin"})
        self.open("/wishlist/")
        link = page.locator("#share-link").input_value()
        wishes = page.locator("#wishlist .line").evaluate_all("all => all.map((one) => one.id)")
        self.open(link.removeprefix(shopper.origin))
        expect(page.locator(".wishes .line").first).to_be_visible()
        for wish in wishes:
            shopper.send("/wishlist/items/remove/", {"id": wish.removeprefix("wish-")})
        shopper.send("/wishlist/share/", {"action": "end"})

    def _sign_out(self) -> None:
        self.open("/account/sign-out/")
        self._press("sign-out")
        expect(self.shopper.page.locator("#sign-out")).to_have_count(0)
