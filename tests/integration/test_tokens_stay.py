"""Tokens stay where they are used: not in the session table, Redis, pages, files or logs.

Every JSON Web Token begins with "eyJ" ('{"' in base64url; RFC 7515, 3.1), so that is what is looked for after
somebody has used all that an account has.
"""

import re
import secrets

import pytest

from bench.shops import accounts
from tests.e2e.goods import articles
from tests.integration.shop_visitor import DETAILS, Visitor
from tests.integration.stored import in_logs, in_redis, in_table

PASSWORD = "canary words that open nothing else"
PAGES = (
    "", "profile/", "addresses/", "addresses/new/", "orders/", "reviews/", "preferences/", "security/",
    "security/password/", "security/email/", "security/authenticator/", "devices/", "data/", "data/delete/",
)  # fmt: skip
OTHERS = ("/", "/cart/", "/wishlist/", "/fragments/personal/summary/")
TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+")
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"\s+value="([^"]*)"')


@pytest.fixture(scope="module")
def used(shop, origin, sku):
    """All answers that somebody got who signed in, looked at everything, and went to the till."""
    email = f"canary-{secrets.token_hex(4)}@shopper.example"
    web, visitor = shop.environment("web"), Visitor(origin)
    with accounts(web["AWS_ENDPOINT_URL"], web["COGNITO_POOL_ID"], [email], PASSWORD):
        visitor.add(sku)
        answers = [visitor.post("/account/sign-in/", {"email": email, "password": PASSWORD})]
        assert answers[0].status == 303, answers[0].text
        answers += [visitor.get(f"/account/{page}") for page in PAGES]
        form = dict(HIDDEN.findall(answers[-2].text))
        answers.append(visitor.post("/account/data/export/", form))
        answers += [
            visitor.get(path) for path in ("/", "/cart/", "/wishlist/", "/fragments/personal/summary/")
        ]
        answers += [visitor.fill(path, step) for path, step in DETAILS]
        answers.append(visitor.get("/checkout/review/"))
    assert [answer.status for answer in answers if answer.status not in {200, 303}] == []
    return email, answers


@pytest.fixture(scope="module")
def sku(shop):
    """Something to buy."""
    return next(articles(shop)).sku


def test_no_answer_has_one(used):
    email, answers = used
    assert any(email in answer.text for answer in answers)
    for answer in answers:
        assert b"eyJ" not in answer.body
        # The cart's own cookie is signed JSON, not a token: those have dots (RFC 7515, 7.1).
        assert not TOKEN.search(str(answer.headers))


def test_the_session_table_has_none_that_can_be_read(shop, used):
    rows = in_table(shop, shop.environment("web")["SESSION_TABLE"])
    assert "tokens" in rows
    assert [text for text in ("eyJ", used[0], PASSWORD) if text in rows] == []


def test_redis_has_none(shop, used):
    kept = in_redis(shop)
    assert len(kept) > 10
    found = {key for key, value in kept.items() if "eyJ" in key + value or used[0] in key + value}
    assert found == set()


def test_no_log_has_one(shop, used):
    logs = in_logs(shop)
    assert '"route": "account:home"' in logs
    assert [text for text in ("eyJ", used[0], PASSWORD) if text in logs] == []
