"""What a plain stack reaches where there is no shop on it: how much of a page's time is the shop's own.

Four applications under gunicorn's own thread worker, with a body of 40,000 bytes as the reference has:

`redis_page`       a function ahead of Django that fetches the page from Redis
`django_page`      Django with middleware for sessions, languages, forms and headers, and a page in memory
`django_redis`     the same, with the page from Redis
`django_cards`     the same, with 24 cards from Redis in one round trip, joined: no menu, no filters

They leave out what a shop needs: caches that are told of changes, flags, breakers, logs, metrics and
compression. The shop's own worker (storefront.web.worker) is a little quicker than the one they run under.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any

import redis

from bench.reference import BODY

APPS = {
    "redis ahead of Django": "redis_page",
    "Django": "django_page()",
    "Django, page from Redis": "django_redis()",
    "Django, 24 cards from Redis": "django_cards()",
}
ADDRESS = "BENCH_REDIS"
CARDS = 24
_PAGE = "bench:limits:page"
_CARDS = [f"bench:limits:{{card}}:{number}" for number in range(CARDS)]  # in one slot of a cluster

Start = Callable[[str, list[tuple[str, str]]], object]


def fill(address: str) -> None:
    """Put the page and its cards where the applications look for them."""
    with redis.Redis.from_url(address) as client:
        client.set(_PAGE, BODY)
        for key in _CARDS:
            client.set(key, BODY[: len(BODY) // CARDS])


class _Cache:
    """The process's client, made at the first request: after the fork."""

    def __init__(self) -> None:
        self._client: Any = None

    def client(self) -> Any:
        if self._client is None:
            self._client = redis.Redis.from_url(os.environ[ADDRESS])
        return self._client

    def page(self) -> bytes:
        return bytes(self.client().get(_PAGE))

    def cards(self) -> bytes:
        return b"".join(self.client().mget(_CARDS))


_cache = _Cache()


def redis_page(_environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """A page from Redis, and nothing else."""
    body = _cache.page()
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(body)))])
    return [body]


def _django(page: Callable[[], bytes]) -> Any:
    """A Django of one view."""
    from django.conf import settings  # noqa: PLC0415 - other applications of this file run without Django
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415
    from django.http import HttpResponse  # noqa: PLC0415
    from django.urls import path  # noqa: PLC0415

    class Urls:
        urlpatterns = (path("", lambda _request: HttpResponse(page())),)

    if not settings.configured:
        settings.configure(
            SECRET_KEY="of a bench",  # noqa: S106 - signs nothing
            ALLOWED_HOSTS=["*"],
            ROOT_URLCONF=Urls,
            SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
            MIDDLEWARE=[
                "django.middleware.security.SecurityMiddleware",
                "django.contrib.sessions.middleware.SessionMiddleware",
                "django.middleware.locale.LocaleMiddleware",
                "django.middleware.common.CommonMiddleware",
                "django.middleware.csrf.CsrfViewMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware",
                "django.middleware.clickjacking.XFrameOptionsMiddleware",
            ],
        )
    return get_wsgi_application()


def django_page() -> Any:
    return _django(lambda: BODY)


def django_redis() -> Any:
    return _django(_cache.page)


def django_cards() -> Any:
    return _django(_cache.cards)
