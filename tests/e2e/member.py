"""Somebody with an account, made without a browser where a journey is about something else, and what they
have beside the shop: a mailbox, an authenticator app.
"""

from __future__ import annotations

import base64
import hmac
import re
import time
from dataclasses import dataclass, replace
from uuid import uuid4

from dev.mails import read
from dev.ports import HOST
from dev.provision import DemoAccount, ensure_account
from dev.stack.devstack import DevStack
from tests.e2e.shopper import ADDRESSES, Shopper

HOME = {"label": "Home", "name": "Niamh Kelly", "country": "IE", **ADDRESSES["ie"]}
STEP_SECONDS, DIGITS = 30, 6
BUSY = (429, 503)
_CODE = re.compile(r"\b\d{6,8}\b")


@dataclass(frozen=True)
class Member:
    """Who has an account, or is about to open one."""

    email: str
    password: str = "three quiet words"
    name: str = "Niamh Kelly"

    def now_with(self, password: str) -> Member:
        """The same with a new password."""
        return replace(self, password=password)


def somebody_new() -> Member:
    """Somebody whom the shop has never seen."""
    return Member(f"niamh-{uuid4().hex[:12]}@example.com")


def member(shop: DevStack) -> Member:
    """Somebody with an account whose address is confirmed."""
    who = somebody_new()
    account = DemoAccount(who.email, who.password, "shopper", who.name)
    ensure_account(shop.boto("cognito-idp"), shop.provisioned.user_pool_id, account)
    return who


def mailed_code(shop: DevStack, email: str) -> str:
    """The code in the newest mail to that address."""
    mails = [one for one in read(f"http://{HOST}:{shop.ports.ministack}") if email in one.to]
    assert mails, f"no mail to {email}"
    found = _CODE.search(mails[-1].text)
    assert found, f"no code in {mails[-1].text!r}"
    return found.group()


def app_code(secret: str) -> str:
    """What an authenticator app shows now for a secret in base 32 (RFC 6238, 4; RFC 4226, 5.3)."""
    bare = secret.replace(" ", "")
    key = base64.b32decode(bare + "=" * (-len(bare) % 8))
    count = int(time.time()) // STEP_SECONDS
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
