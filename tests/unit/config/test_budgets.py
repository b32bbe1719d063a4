"""The budgets that the shop's promises rest on, as numbers that a change has to face."""

import pytest

from config import gunicorn
from config.csp import content_security_policy
from config.env import Env, SettingError
from config.upstreams import read_upstreams

BUDGETS = {
    "catalog": (0.1, 0.4, 2, 8),
    "offers": (0.1, 0.4, 2, 8),
    "search": (0.1, 0.6, 2, 8),
    "suggest": (0.1, 0.2, 1, 4),
    "carts": (0.1, 0.8, 2, 8),
    "orders": (0.2, 6.0, 1, 8),
    "content": (0.1, 0.4, 2, 4),
    "reviews": (0.1, 0.8, 2, 8),
    "customers": (0.1, 0.6, 2, 8),
    "lists": (0.1, 0.6, 2, 4),
    "cognito": (0.2, 2.0, 1, 4),
    "dynamodb": (0.2, 0.3, 2, 8),
    "redis": (0.05, 0.1, 1, 16),
}


@pytest.mark.parametrize("name", BUDGETS)
def test_budgets_of_the_upstreams(name):
    upstream = getattr(read_upstreams(Env({}), schemes=("http",)), name)
    found = (upstream.connect, upstream.read, upstream.attempts, upstream.limit(16))
    assert found == BUDGETS[name]


def test_a_budget_can_be_changed_by_the_environment():
    upstreams = read_upstreams(Env({"SEARCH_READ_TIMEOUT": "0.9"}), schemes=("http",))
    assert upstreams.search.read == 0.9


def test_only_what_a_page_asks_has_to_be_named():
    names = {upstream.name for upstream in read_upstreams(Env({}), schemes=("http",)).rest()}
    assert names == {
        "catalog", "offers", "search", "suggest", "carts", "orders", "content", "stores", "reviews",
        "customers", "lists",
    }  # fmt: skip


def test_an_address_of_another_scheme_is_refused():
    with pytest.raises(SettingError, match="ORDERS_URL"):
        read_upstreams(Env({"ORDERS_URL": "ftp://x/y"}), schemes=("http",))


def test_no_source_is_unsafe():
    directives = content_security_policy()["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    assert not [s for sources in directives.values() for s in sources if "unsafe" in s or s == "*"]
    assert "data:" not in directives["script-src"]


def test_gunicorn_outlasts_the_load_balancer():
    assert gunicorn.keepalive > 60
    assert gunicorn.graceful_timeout == 30
    assert gunicorn.limit_request_line == 4_094
    assert gunicorn.limit_request_fields == 60
    assert gunicorn.preload_app  # which is safe as test_wsgi.py shows
