"""Somebody with an account, made without a browser where a journey is about something else, and what they
have beside the shop: a mailbox, an authenticator app.
"""

from __future__ import annotations

import base64
import hmac
import time
from dataclasses import dataclass, replace

from playwright.sync_api import expect

from tests.e2e.shopper import ADDRESSES, Shopper
from tests.pools import Pool

HOME = {"label": "Home", "name": "Niamh Kelly", "country": "IE", **ADDRESSES["ie"]}
STEP_SECONDS, DIGITS = 30, 6
BUSY = (429, 503)


@dataclass(frozen=True)
class Member:
    """Who has an account, or is about to open one."""

    email: str
    password: str = "three quiet words"
    name: str = "Niamh Kelly"

    def now_with(self, password: str) -> Member:
        """The same with a new password."""
        return replace(self, password=password)


def somebody_new(pool: Pool) -> Member:
    """Somebody whom the shop has never seen, and whose mail can be read."""
    return Member(pool.address())


def member(pool: Pool, *, temporary: bool = False) -> Member:
    """Somebody with an account whose address is confirmed; a `temporary` password was given to them."""
    made = Member("")
    email = pool.account(made.password, name=made.name, groups=("shopper",), temporary=temporary)
    return replace(made, email=email)


def app_code(secret: str, *, ahead: int = 0) -> str:
    """What an authenticator app shows for a secret in base 32 (RFC 6238, 4; RFC 4226, 5.3).

    Now, or so many codes `ahead`: pools take one whose clock is a step off, and none a second time.
    """
    bare = secret.replace(" ", "")
    key = base64.b32decode(bare + "=" * (-len(bare) % 8))
    count = int(time.time()) // STEP_SECONDS + ahead
    digest = hmac.digest(key, count.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def wrong(code: str) -> str:
    """A code of the same length that is not this one."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"


def fill(shopper: Shopper, form: str, **values: str) -> None:
    """Type into the form of that id, and press its button."""
    page = shopper.page
    for name, value in values.items():
        page.locator(f"#{form} #{name}").fill(value)
    page.locator(f'#{form} button.button[type="submit"]').click()


def sign_in(shopper: Shopper, who: Member) -> None:
    """On the page of signing in, which is shown: address, password, button."""
    fill(shopper, "sign-in", email=who.email, password=who.password)


def slip_in(shopper: Shopper, who: Member) -> None:
    """Signed in without looking at the pages of it; a busy machine is asked twice."""
    form = {"email": who.email, "password": who.password}
    answer = shopper.send("/account/sign-in/", form)
    if answer.status in BUSY:
        answer = shopper.send("/account/sign-in/", form)
    assert answer.status == 303, f"{who.email} was not signed in: {answer.status}"
    assert answer.headers["location"].endswith("/account/"), answer.headers["location"]


def keep_home(shopper: Shopper) -> None:
    """Their address in the address book, without going there."""
    answer = shopper.send("/account/addresses/new/", HOME)
    assert answer.status == 303, f"the address was not kept: {answer.status}"


def is_out(shopper: Shopper, path: str = "/account/") -> None:
    """Nobody is signed in here: the account asks who one is, and shows nothing."""
    shopper.open(path)
    shopper.arrive("/account/sign-in/")


def greeted(shopper: Shopper, who: Member) -> None:
    """The header says who it is, where scripts may put that into pages that are everybody's."""
    if shopper.scripts:
        expect(shopper.page.locator("#who")).to_contain_text(who.name.split()[0])


def refused(shopper: Shopper, field: str, words: str) -> None:
    """What was typed into that field is wrong, and said so above the form, too."""
    expect(shopper.page.locator(f"#{field}-error")).to_contain_text(words)
    expect(shopper.page.locator(".error-summary")).to_contain_text(words)
    assert shopper.page.title().startswith("Error:")
