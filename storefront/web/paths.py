"""Paths of named routes in the current region, remembered: a page has a hundred, most on every page."""

from functools import lru_cache

from django.conf import settings
from django.urls import reverse

from storefront.web.regions import current_prefix

_MOST_PATHS = 4_096


def path_of(name: str, **kwargs: object) -> str:
    """The path of a route: `path_of("catalog:product", handle=card.handle)`.

    Raises NoReverseMatch, as Django does.
    """
    return _path(settings.ROOT_URLCONF, current_prefix(), name, tuple(kwargs.items()))


@lru_cache(_MOST_PATHS)
def _path(urlconf: str, prefix: str, name: str, kwargs: tuple[tuple[str, object], ...]) -> str:
    del prefix  # `reverse` has it from the thread
    return reverse(name, urlconf, kwargs=dict(kwargs) or None)
