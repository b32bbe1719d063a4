"""Cookies are taken off browsers in one way, which they heed; and what is said once is said in one place."""

from pathlib import Path

import pytest
from django.http import HttpResponse

from storefront.identity import inputs
from storefront.web import credentials
from storefront.web.cookies import forget_cookie

STOREFRONT = Path(__file__).parents[3] / "storefront"


def holding(words: str) -> list[str]:
    """The files of the web tier that hold these words."""
    return sorted(
        str(one.relative_to(STOREFRONT)) for one in STOREFRONT.rglob("*.py") if words in one.read_text()
    )


@pytest.mark.parametrize("https", [True, False])
def test_a_cookie_of_the_host_is_secure_in_its_end_too(settings, https):
    settings.SESSION_COOKIE_SECURE = https
    response = HttpResponse()
    forget_cookie(response, "__Host-s")
    ended = response.cookies["__Host-s"]
    assert (ended["max-age"], ended["path"], ended["domain"]) == (0, "/", "")
    assert bool(ended["secure"]) is https
    assert ended["httponly"] is True
    assert ended["samesite"] == "Lax"


def test_no_other_code_takes_cookies_off():
    assert holding(".delete_cookie(") == ["web/cookies.py"]


def test_how_long_a_password_is_is_said_once():
    assert holding("LEAST_PASSWORD = ") == holding("MOST_PASSWORD = ") == ["identity/inputs.py"]
    assert credentials.new_password_field().read("x" * (inputs.LEAST_PASSWORD - 1)).error
    assert not credentials.new_password_field().read("x" * inputs.LEAST_PASSWORD).error
    assert credentials.new_password_field().max_length == inputs.MOST_PASSWORD
