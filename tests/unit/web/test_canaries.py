"""What people type to sign in, and what they get for it, is in no log line, however the request ends.

Every form of signing in, account and wishlist is sent with marked values, by a guest and by somebody who is
signed in, while all is well, while services are away, and with a bug in the middle. Then the logs are
searched, as the shop writes them but with every logger wide open.
"""

import io
import logging
import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.urls import get_resolver, reverse

from config.logging import logging_config
from storefront.core import Reason, UpstreamUnavailable
from tests.architecture.test_guards import FORMS
from tests.paths import ShopClient
from tests.unit.web.shops import Fakes, fakes, sign_in_browser

MAIL = "canary-mail@example.com"
PASSWORD = "canary password of some length"
OTHER_PASSWORD = "another canary for a password"
CODE = "91827364"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJjYW5hcnkiOnRydWV9.c2lnbmVk"
WORD = "canary-word"
TYPED = {"email": MAIL, "password": PASSWORD, "old": PASSWORD, "new": OTHER_PASSWORD, "code": CODE}
MARKS = (MAIL, MAIL.replace("@", "%40"), PASSWORD, OTHER_PASSWORD, CODE, TOKEN, "eyJ", "canary")
_FIELD = re.compile(r'<(?:input|select|textarea)\b[^>]*\bname="([^"]+)"')


@pytest.fixture
def twins(settings) -> Iterator[Fakes]:
    cache.clear()
    made = fakes()
    made.people.add(MAIL, PASSWORD, "Robin Canary")
    settings.SHOP_FACTORY = lambda: made.shop
    yield made
    made.shop.compose.close()


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that the shop would write, and more: every logger from DEBUG on, with the shop's own formatter."""
    made = dict(logging_config("DEBUG")["formatters"]["json"])
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(made.pop("()")(**made))
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
    levels = {logger: (logger.level, logger.disabled) for logger in loggers}
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)
    for logger, (level, disabled) in levels.items():
        logger.setLevel(level)
        logger.disabled = disabled


def visitor() -> ShopClient:
    client = ShopClient(headers={"Sec-Fetch-Site": "same-origin"})
    client.raise_request_exception = False
    return client


def guest(_twins: Fakes) -> ShopClient:
    return visitor()


def insider(twins: Fakes) -> ShopClient:
    client = visitor()
    sign_in_browser(client, twins, email=MAIL, name="Robin Canary", token=TOKEN)
    return client


def address_of(name: str) -> str:
    """A route's address, with marked words where it has parts."""
    space, _, route = name.partition(":")
    found = get_resolver().namespace_dict[space][1].reverse_dict.getlist(route)
    return reverse(name, kwargs=dict.fromkeys(found[0][0][0][1], WORD))


def send_everything(client: ShopClient) -> dict[str, int]:
    """Every form with marked values; the status of each."""
    statuses = {}
    for name in sorted(FORMS):
        path = address_of(name)
        page = client.get(path)
        fields = set(_FIELD.findall(page.content.decode())) - {"csrfmiddlewaretoken"}
        data = {field: TYPED.get(field, WORD) for field in fields | {"email", "password", "code"}}
        statuses[name] = client.post(path, data).status_code
    return statuses


def refuse_all(twins: Fakes) -> None:
    away = UpstreamUnavailable("anything", "everything", Reason.TIMEOUT, message=WORD)
    for twin in (twins.people, twins.customers, twins.lists, twins.orders, twins.reviews):
        twin.fail(away)


def break_all(twins: Fakes) -> None:
    """A bug that quotes what it was given."""
    bug = RuntimeError(f"{MAIL} {PASSWORD} {CODE} {TOKEN}")
    for twin in (twins.people, twins.customers, twins.lists):
        twin.fail(bug)  # type: ignore[arg-type]


def lose_sessions(twins: Fakes) -> None:
    twins.sessions.down = True


TROUBLE = {"none": lambda _twins: None, "away": refuse_all, "bug": break_all, "no-sessions": lose_sessions}


@pytest.mark.parametrize("trouble", TROUBLE)
@pytest.mark.parametrize("who", [guest, insider])
def test_nothing_that_is_typed_or_handed_out_is_logged(twins, logged, who, trouble):
    client = who(twins)
    TROUBLE[trouble](twins)
    statuses = send_everything(client)
    text = logged.getvalue()
    assert text.count('"route"') > len(FORMS)
    session = client.cookies["s"].value if "s" in client.cookies else ""
    secrets = [*MARKS, *([session] if session else [])]
    assert [secret for secret in secrets if secret in text] == []
    assert (500 in statuses.values()) == (trouble == "bug")


def test_a_whole_way_in_and_out_leaves_no_trace_of_it(twins, logged):
    client = visitor()
    assert client.post("/account/sign-in/", {"email": MAIL, "password": OTHER_PASSWORD}).status_code == 422
    assert client.post("/account/sign-in/", {"email": MAIL, "password": PASSWORD}).status_code == 303
    session = client.cookies["s"].value
    assert client.get("/account/devices/").status_code == 200
    assert client.post("/account/sign-out/").status_code == 303
    handed_out = [token for _kind, token in twins.people._memory._tokens]
    assert handed_out
    text = logged.getvalue()
    assert [
        secret for secret in (MAIL, PASSWORD, OTHER_PASSWORD, session, *handed_out) if secret in text
    ] == []
    assert '"route": "signin:start"' in text  # told by route and status, without a name


def test_the_search_would_find_a_leak(twins, logged):
    logging.getLogger("storefront.anything").warning("typed", extra={"reason": MAIL})
    assert MAIL in logged.getvalue()
