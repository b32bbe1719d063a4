"""What somebody who is refused is told, and that the counts name nobody."""

import pytest

from storefront.web import limits
from storefront.web.errors import response_for
from storefront.web.limits import TooMany
from tests.unit.web.limits.workers import HERE, ROBIN, SharedTwin, Worker


@pytest.mark.parametrize(
    ("seconds", "words"), [(2, "wait a minute"), (60, "wait a minute"), (840, "14 minutes")]
)
def test_the_answer_is_a_page_in_words_that_says_how_long_to_wait(worker, seconds, words):
    response = response_for(worker.request(), TooMany(seconds))
    page = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (429, str(seconds))
    assert words in page
    assert "<h1" in page
    assert "no-store" in response["Cache-Control"]


def test_htmx_gets_the_sentence_alone(worker):
    request = worker.request()
    request.META["HTTP_HX_REQUEST"] = "true"
    response = response_for(request, TooMany(840))
    assert response.content.decode().startswith('<p class="notice')


def test_the_counts_name_neither_people_nor_addresses(clock):
    seen = []

    class Spy(SharedTwin):
        def take(self, window, who, token):
            seen.append((window.kind, who, token))
            return super().take(window, who, token)

    worker = Worker(clock, Spy(clock))
    for _ in range(6):
        worker.wrong(before=limits.before_sign_in)
        worker.wrong(before=limits.before_code)
    limits.before_forgot(worker.request(), ROBIN)
    text = repr(seen)
    assert seen
    assert not [secret for secret in ("robin", "example", HERE) if secret in text]


def test_the_names_can_only_be_made_with_the_shops_own_key(settings):
    with_one = limits.account_name(ROBIN)
    settings.SECRET_KEY = "another key of at least fifty characters, as it should be"
    assert limits.account_name(ROBIN) != with_one
