"""What is sent compressed, to whom, and that private pages do not tell their secrets by their length."""

import gzip

import brotli
import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from storefront.web.middleware.compression import CompressionMiddleware, accepted_encodings

PAGE = "<p>Meadow cushion</p>" * 100
PUBLIC = "public, max-age=0, s-maxage=60"


def answer(accept: str, *, cache: str = PUBLIC, body: str = PAGE, kind: str = "text/html") -> HttpResponse:
    made = HttpResponse(body, content_type=kind, headers={"Cache-Control": cache})
    request = RequestFactory().get("/", headers={"Accept-Encoding": accept})
    return CompressionMiddleware(lambda _: made)(request)


def test_a_public_page_comes_in_brotli_to_browsers_that_know_it():
    response = answer("gzip, deflate, br, zstd")
    assert response["Content-Encoding"] == "br"
    assert brotli.decompress(response.content).decode() == PAGE
    assert "Accept-Encoding" in response["Vary"]


def test_others_get_gzip_or_the_page_as_it_is():
    assert gzip.decompress(answer("gzip").content).decode() == PAGE
    plain = answer("")
    assert "Content-Encoding" not in plain
    assert plain.content.decode() == PAGE


def test_a_cache_is_told_that_it_depends_even_when_this_answer_is_plain():
    assert "Accept-Encoding" in answer("identity")["Vary"]


def test_the_length_of_a_private_page_says_nothing():
    pages = [answer("gzip, br", cache="private, no-store") for _ in range(40)]
    assert {page["Content-Encoding"] for page in pages} == {"gzip"}
    assert len({len(page.content) for page in pages}) > 5


@pytest.mark.parametrize(("body", "kind"), [("short", "text/html"), (PAGE, "image/avif")])
def test_what_is_short_or_compressed_already_stays_as_it_is(body, kind):
    assert "Content-Encoding" not in answer("br", body=body, kind=kind)


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("", set()),
        ("br", {"br"}),
        ("gzip;q=0, br;q=0.5", {"br"}),
        ("gzip; q=0.000", set()),
        ("GZIP ; q=1.0,identity;q=0", {"gzip"}),
    ],
)
def test_codings_may_be_refused(header, accepted):
    assert accepted_encodings(header) - {""} == accepted
