"""A header that can't be read is refused in the shop's words; Django makes the request all the same."""

import io

import pytest

from config.wsgi import application
from storefront.web.handler import ShopHandler
from storefront.web.page_cache import PageCache

UNREADABLE = [
    "x; a*=xxx''%FF",
    "text/html; charset*=idna''%80",
    "x; a*0*=idna''%80",
    "x; charset*=undefined''%80",
]
ODD = ["x; charset=hex", "x; charset=idna", "x; charset=undefined", "x; charset=a\0b", "x; charset=punycode"]


def ask(path: str, content_type: str, *, query: str = "", **more: object):
    """Status, headers and body of an answer, as gunicorn gets them."""
    told = []
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "testserver",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": "0",
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http",
        **more,
    }
    body = b"".join(ShopHandler()(environ, lambda status, headers: told.append((status, dict(headers)))))
    ((status, headers),) = told
    return int(status.split()[0]), headers, body.decode()


def test_the_server_runs_this_handler():
    assert isinstance(application, PageCache)
    assert isinstance(application._app, ShopHandler)


@pytest.mark.parametrize("content_type", UNREADABLE)
@pytest.mark.parametrize("path", ["/ie/en/", "/ie/en/cart/", "/static/x.css", "/robots.txt", "/nowhere/"])
def test_a_header_that_means_nothing_is_refused_in_words(twins, path, content_type):
    status, headers, page = ask(path, content_type)
    assert status == 400
    assert "sent something that we could not read" in page
    for name in ("X-Content-Type-Options", "X-Frame-Options", "Content-Security-Policy", "X-Request-Id"):
        assert name in headers, name
    assert headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("content_type", ODD)
def test_no_name_of_a_charset_changes_how_addresses_are_read(twins, content_type):
    status, _, page = ask("/ie/en/search/", content_type, query="q=cushion+%C3%A9%5Cx")
    assert status in {200, 400}
    assert "cushion é" in page or "sent something that we could not read" in page


def test_health_is_answered_whatever_is_sent(twins):
    assert ask("/healthz", UNREADABLE[0])[0] == 200


@pytest.mark.parametrize("charset", ["hex", "idna", "undefined", "iso-8859-1"])
def test_a_form_is_read_as_text_whatever_it_calls_itself(twins, charset):
    form = b"sku=nothing%C3%A9&quantity=1"
    status, _, _ = ask(
        "/ie/en/cart/lines/",
        f"application/x-www-form-urlencoded; charset={charset}",
        REQUEST_METHOD="POST",
        CONTENT_LENGTH=str(len(form)),
        HTTP_ORIGIN="http://testserver",
        HTTP_SEC_FETCH_SITE="same-origin",
        **{"wsgi.input": io.BytesIO(form)},
    )
    assert status == 422
