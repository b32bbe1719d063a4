"""The shop that is measured: one that runs already, or one of the bench's own; and where its pages are."""

import re
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from dev.ports import HOST, Ports
from dev.provision import client
from dev.stack.devstack import DevStack
from dev.stack.emulators import EMULATORS, REPOSITORY

REGION = "/ie/en"
SIGN_IN = f"{REGION}/account/sign-in/"
SIGN_UP = f"{REGION}/account/sign-up/"
FORGOT = f"{REGION}/account/forgot/"


@dataclass(frozen=True, slots=True)
class MeasuredShop:
    """`endpoint` and `pool` are those of the emulator where its accounts are."""

    origin: str
    endpoint: str = ""
    pool: str = ""


@contextmanager
def shop_for(origin: str | None, web: Mapping[str, str]) -> Iterator[MeasuredShop]:
    """The shop at `origin`, or one that is started for the block, with `web` in its environment."""
    if origin is not None:
        yield MeasuredShop(origin)
        return
    ports = Ports.free()
    stack = DevStack(REPOSITORY / "var" / "bench", ports=ports, services=EMULATORS, extra={"web": web})
    with stack:
        stack.seed()
        stack.start("backend", "web")
        stack.warm()
        endpoint = f"http://{HOST}:{ports.ministack}"
        yield MeasuredShop(f"http://{HOST}:{ports.web}", endpoint, stack.provision().user_pool_id)


@contextmanager
def accounts(
    endpoint: str, pool: str, emails: Sequence[str], password: str, *, left: Sequence[str] = ()
) -> Iterator[None]:
    """Confirmed accounts in a pool of the emulator, for the block; takes those called `left` away as well."""
    people = client("cognito-idp", endpoint)
    pool = pool or people.list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    try:
        for email in emails:
            people.admin_create_user(
                UserPoolId=pool,
                Username=email,
                MessageAction="SUPPRESS",
                UserAttributes=[
                    {"Name": "email", "Value": email},
                    {"Name": "email_verified", "Value": "true"},
                ],
            )
            people.admin_set_user_password(UserPoolId=pool, Username=email, Password=password, Permanent=True)
        yield
    finally:
        for email in (*emails, *left):
            with suppress(people.exceptions.UserNotFoundException):
                people.admin_delete_user(UserPoolId=pool, Username=email)


def browsing(origin: str) -> list[str]:
    """One page of each kind, found as a shopper would find it."""
    home = fetch(f"{origin}{REGION}/")
    category = first_link(home, f"{REGION}/c/")
    product = first_link(fetch(origin + category), f"{REGION}/p/")
    return [f"{REGION}/", category, product, f"{REGION}/search/?q=cushion"]


def first_link(page: str, prefix: str) -> str:
    found = re.search(rf'href="({re.escape(prefix)}[^"?]+)"', page)
    if found is None:
        raise ValueError(f"no link to {prefix} on the page")
    return found.group(1)


def fetch(url: str, headers: Mapping[str, str] | None = None) -> str:
    with urllib.request.urlopen(
        urllib.request.Request(url, headers=dict(headers or {})), timeout=10
    ) as answer:
        body: bytes = answer.read()
        return body.decode()
