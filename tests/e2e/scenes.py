"""Every kind of page that a shopper meets, one after the other.

This list is what the accessibility tests, the audit and the screenshots share: a page added here is in all.

`visit` takes a shopper through and gives the name of each page while the browser shows it. Whatever can't be
shown is complained of (`Shopper.complaints`, "scene: …"), and the way goes on with the next that does not
need it. The shopper should be a new visitor, who buys as a guest first and then signs in and out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Error, expect

from tests.e2e.member_scenes import People, Scene
from tests.e2e.shopper import ADDRESSES, CONTACT, Shopper

CODE = "MEADOW10"
_AWAY = 503


def visit(shopper: Shopper, region: str = "/ie/en") -> Iterator[str]:
    """Take the shopper through every kind of page; gives the page's name while it is shown."""
    shopper.region = region
    walk = _Walk(shopper)
    parts = (
        walk.finding,
        walk.sold_out,
        walk.product_page,
        walk.reviews,
        walk.other,
        walk.cart,
        walk.checkout,
        walk.signing_in,
        walk.account,
    )
    for part in parts:
        yield from _through(shopper, part())


def _through(shopper: Shopper, scenes: tuple[Scene, ...]) -> Iterator[str]:
    """The scenes of one part; the first that fails ends it: the others begin where it would have been."""
    for name, way in scenes:
        try:
            way()
        except (Error, AssertionError) as error:
            reason = str(error).strip().partition("\n")[0]
            shopper.complaints.append(f"scene: {name}: {shopper.page.url}: {reason}")
            return
        yield name


@dataclass
class _Walk:
    """Where the walk has been: each method gives the scenes of a part, which are gone through at once."""

    shopper: Shopper
    landing: str = ""
    category: str = ""
    product: str = ""
    number: str = ""

    def _open(self, path: str, status: int = 200) -> None:
        complaints = len(self.shopper.complaints)
        answer = self.shopper.open(path)
        if answer.status == _AWAY:
            # A busy machine; the page says to try again, and how often that is so others judge.
            del self.shopper.complaints[complaints:]
            answer = self.shopper.open(path)
        assert answer.status == status, f"answered {answer.status}, not {status}"

    def _first(self, selector: str) -> str:
        found = self.shopper.links(selector)
        assert found, f"no link {selector}"
        return found[0]

    def _with_script(self, *scenes: Scene) -> tuple[Scene, ...]:
        return scenes if self.shopper.scripts else ()

    # -- finding something

    def finding(self) -> tuple[Scene, ...]:
        return (
            ("home", self._home),
            ("menu", self._menu),
            *self._with_script(("suggestions", self._suggestions)),
            ("landing", lambda: self._open(self.landing)),
            ("category", self._category),
            ("filtered", self._filtered),
            ("page-2", lambda: self._open(f"{self.category}?page=2")),
            ("search", lambda: self._open("/search/?q=cushion")),
            ("search-misspelt", lambda: self._open("/search/?q=cushoin")),
            ("no-results", lambda: self._open("/search/?q=qwzx+nothing")),
        )

    def _home(self) -> None:
        self._open("/")
        self.landing = self._first('main a[href*="/l/"]')

    def _menu(self) -> None:
        page = self.shopper.page
        narrow = page.locator("#menu > summary")
        is_narrow = narrow.is_visible()
        (narrow if is_narrow else page.locator(".nav__toggle").first).click()
        expect(page.locator(".menu__panel" if is_narrow else ".nav__list a").first).to_be_visible()

    def _suggestions(self) -> None:
        page = self.shopper.page
        self._open("/")
        page.locator("#q").press_sequentially("w")
        expect(page.locator("#q-list [role=option]").first).to_be_visible()

    def _category(self) -> None:
        """The first section of the shop whose list has a second page."""
        for section in self.shopper.links(".nav__link"):
            self._open(section)
            self.category = section
            if self.shopper.page.locator("#load-more").count():
                return
        raise AssertionError("no list of the shop has a second page")

    def _filtered(self) -> None:
        box = self.shopper.page.locator('input[type="checkbox"][name="colour"]').first
        value = box.get_attribute("value") or ""
        self._open(f"{self.category}?colour={value}&availability=in_stock")
        expect(self.shopper.page.locator(".chip").first).to_be_visible()

    def sold_out(self) -> tuple[Scene, ...]:
        return (("product-sold-out", self._sold_out),)

    def _sold_out(self) -> None:
        self._open("/")
        for section in self.shopper.links(".nav__link"):
            self._open(f"{section}?availability=out_of_stock")
            if found := self.shopper.links("main a.card__link"):
                return self._open(found[0])
        raise AssertionError("nothing in the shop is sold out")

    # -- a product and what is said about it

    def product_page(self) -> tuple[Scene, ...]:
        return (
            ("product", self._product),
            *self._with_script(("zoom", self._zoom)),
            ("delivery-estimate", self._delivery_estimate),
        )

    def _delivery_estimate(self) -> None:
        country = self.shopper.region.split("/")[1]
        postcode = ADDRESSES[country]["postcode"].replace(" ", "+")
        self._open(f"{self.product}delivery/?country={country.upper()}&postcode={postcode}")

    def _product(self) -> None:
        self.product = self.shopper.first_product().partition("?")[0]

    def _zoom(self) -> None:
        self.shopper.page.locator(".gallery__zoom").first.click()
        expect(self.shopper.page.locator("#zoom")).to_be_visible()

    def reviews(self) -> tuple[Scene, ...]:
        return (
            ("reviews", lambda: self._open(f"{self.product}reviews/")),
            ("write-review", lambda: self._open(f"{self.product}reviews/new/")),
            ("write-review-wrong", self._send_review),
            ("thanks", self._thanks),
        )

    def _send_review(self) -> None:
        self.shopper.page.locator('main form[action$="/new/"] button[type="submit"]').click()
        expect(self.shopper.page.locator(".error-summary")).to_be_visible()

    def _thanks(self) -> None:
        page = self.shopper.page
        page.locator('input[name="rating"][value="4"]').check(force=True)
        page.locator("#body").fill("Well made, and larger than I thought from the pictures.")
        page.locator("#author").fill("Robin")
        page.locator('main form[action$="/new/"] button[type="submit"]').click()
        self.shopper.page.wait_for_url("**/reviews/thanks/")

    # -- pages of words, and those for what goes wrong

    def other(self) -> tuple[Scene, ...]:
        return (
            ("content-page", lambda: self._open("/pages/delivery/")),
            ("regions", lambda: self._open("/regions/")),
            ("style-guide", lambda: self._open("/style-guide/")),
            ("order-look-up", lambda: self._open("/orders/")),
            ("order-look-up-wrong", lambda: self._look_up("SF-2222-2222")),
            ("error-400", lambda: self._open("/p/%00/", 400)),
            ("error-404", lambda: self._open("/nothing-here/", 404)),
            ("error-405", lambda: self._open("/cart/lines/", 405)),
        )

    def _look_up(self, number: str) -> None:
        page = self.shopper.page
        page.locator("#number").fill(number)
        page.locator("#email").fill(CONTACT["email"])
        self.shopper.go_on()
        page.wait_for_load_state()

    # -- buying

    def cart(self) -> tuple[Scene, ...]:
        return (
            ("cart-empty", lambda: self._open("/cart/")),
            ("added", self._added),
            ("cart", lambda: self._open("/cart/")),
            ("cart-promo", lambda: self._use(CODE)),
            ("cart-promo-refused", lambda: self._use("NOSUCHCODE")),
        )

    def _added(self) -> None:
        self._open(self.product)
        self.shopper.add_to_cart()

    def _use(self, code: str) -> None:
        page = self.shopper.page
        fold = page.locator("#promo-fold")
        if fold.get_attribute("open") is None:
            fold.locator("summary").click()
        page.locator("#code").fill(code)
        page.locator(".promo__form button").click()
        expect(page.locator("#code-error" if code != CODE else ".promo__code").first).to_be_visible()

    def checkout(self) -> tuple[Scene, ...]:
        shopper = self.shopper
        return (
            ("contact", lambda: self._open("/checkout/")),
            ("contact-wrong", self._wrong_contact),
            ("delivery", lambda: (shopper.fill_contact(), shopper.arrive("/checkout/delivery/"))),
            ("delivery-wrong", self._wrong_delivery),
            ("pickup", self._pickup),
            ("payment", self._payment),
            ("review", lambda: (shopper.go_on(), shopper.arrive("/checkout/review/"))),
            ("checking", self._checking),
            ("review-declined", self._declined),
            ("confirmation", self._confirmed),
            ("order-status", self._order_status),
        )

    def _wrong_contact(self) -> None:
        self.shopper.fill_contact(email="robin@nowhere")
        expect(self.shopper.page.locator(".error-summary")).to_be_visible()

    def _wrong_delivery(self) -> None:
        self.shopper.fill_delivery(postcode="9")
        expect(self.shopper.page.locator(".error-summary")).to_be_visible()

    def _pickup(self) -> None:
        self._open("/checkout/delivery/?by=pickup")

    def _payment(self) -> None:
        self._open("/checkout/delivery/?by=delivery")
        self.shopper.fill_delivery()
        self.shopper.arrive("/checkout/payment/")

    def _checking(self) -> None:
        self.shopper.place_order()
        self.shopper.pay("leave")
        self.shopper.open("/checkout/")
        expect(self.shopper.page.locator("#checking")).to_be_visible()

    def _declined(self) -> None:
        page = self.shopper.page
        page.locator('#checking a[href*="/hosted/"]').click()
        page.wait_for_url("**/payments/v1/hosted/**")
        self.shopper.pay("decline")
        expect(page.locator("#problem")).to_be_visible()

    def _confirmed(self) -> None:
        self.shopper.place_order()
        self.shopper.pay("approve")
        self.number = self.shopper.order_number()

    def _order_status(self) -> None:
        self.shopper.page.context.clear_cookies()
        self._open("/orders/")
        self._look_up(self.number)
        assert self.shopper.order_number() == self.number

    # -- people

    def signing_in(self) -> tuple[Scene, ...]:
        return People(self.shopper, self._open).signing_in(self.product)

    def account(self) -> tuple[Scene, ...]:
        return People(self.shopper, self._open).account()
