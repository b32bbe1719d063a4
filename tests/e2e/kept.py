"""A browser's session as the shop keeps it: for letting time pass in it, of which a journey has none."""

from __future__ import annotations

import time

from config.env import Env
from config.identity import read_token_keys
from dev.stack.devstack import DevStack
from storefront.aws import DynamoTable
from storefront.core import SystemClock
from storefront.resilience import Resource, ResourceSettings
from storefront.sessions import DynamoSessionTable, Vault
from storefront.sessions.backend import SessionStore
from storefront.telemetry import Telemetry
from tests.e2e.shopper import Shopper

COOKIE = "s"
SECONDS = 30.0


def kept(shop: DevStack, shopper: Shopper) -> SessionStore:
    """The session of that browser, as it is in the table now."""
    web, dynamodb = shop.environment("web"), shop.boto("dynamodb")
    guard = Resource(ResourceSettings("dynamodb", 2), Telemetry())
    table = DynamoTable(web["SESSION_TABLE"], lambda: dynamodb, guard, timeout=SECONDS)
    key = next(one["value"] for one in shopper.page.context.cookies() if one["name"] == COOKIE)
    return SessionStore(key, DynamoSessionTable(table, SystemClock()), Vault(read_token_keys(Env(web))))


def access_token(shop: DevStack, shopper: Shopper) -> str:
    """What the shop asks the backend with in that person's name."""
    return str(kept(shop, shopper)["tokens"]["access"])


def let_token_run_out(shop: DevStack, shopper: Shopper) -> None:
    """As if the hour that an access token is good for were over."""
    session = kept(shop, shopper)
    session["tokens"] = session["tokens"] | {"until": int(time.time()) - 1}
    session.save()


def let_sign_in_grow_old(shop: DevStack, shopper: Shopper, seconds: int) -> None:
    """As if they had proved who they are so much earlier."""
    session = kept(shop, shopper)
    session["auth"] = session["auth"] | {"at": session["auth"]["at"] - seconds}
    session.save()
