"""What a CDN may keep of the shop, how long and under which key: data for infra/ and for the local Varnish.

Nothing here is a second list of pages. What is public, and which keys of a query it reads, is said where each
view is defined (storefront.web.policies); this module makes CloudFront's cache behaviours of it. Whatever no
behaviour names is passed to the web tier and never kept, so a new route is private until it says otherwise.

The limits are those of the CloudFront Developer Guide, "Quotas" and "What you need to know when invalidating
tags", and of CloudFront's API reference (CachePolicyQueryStringsConfig, CacheBehavior).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import Final, Literal

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from config.env import SettingError
from storefront.flags.declaration import Declaration
from storefront.flags.declared import DECLARED, EVERY_PAGE
from storefront.web.cache_tags import MOST_TAGS
from storefront.web.policies import TRACKERS, policy_of
from storefront.web.regions import is_sitewide

Origin = Literal["web", "files"]

READ: Final = ("GET", "HEAD")
ALL: Final = ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE")
REGION: Final = "/??/??"
TAG_HEADER: Final = "Cache-Tag"
VARIANTS_HEADER: Final = "X-Variants"
# The cookie of a preview, told in a header: no two previews share a page, and none of theirs is kept.
PREVIEW_HEADER: Final = "X-Preview"
PREVIEW_VALUE: Final = r"[A-Za-z0-9_.:-]{1,2000}"
# For these CloudFront would keep an error for ten seconds by itself (Developer Guide, "Caching errors").
UNKEPT_ERRORS: Final = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)

MOST_BEHAVIOURS: Final = 25
MOST_KEYS: Final = 10  # query strings, headers or cookies of one cache policy
LONGEST_PATTERN: Final = 255
# Each page is kept once per combination of variants: beyond this many a shared cache is of little use.
MOST_VARIANTS: Final = 8

DAY: Final = 86_400
YEAR: Final = 365 * DAY
_PATTERN: Final = re.compile(r"[A-Za-z0-9_\-.*$/~\"'@:+&?]+")
_WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_ARGUMENT: Final = re.compile(r"<[^>]+>")
_PERSONAL: Final = frozenset({"cookie", "authorization", "user-agent", "referer", "accept-language"})


@dataclass(frozen=True, slots=True)
class Experiment:
    """A choice that public pages are kept once for each variant of. The first variant is everybody else's.

    The edge reads `cookie`, takes one of `variants` from it and nothing else, and tells the web tier in
    X-Variants as `name=value`. A visitor's own X-Variants never gets through. `pages` are the names of the
    routes that differ by it.
    """

    name: str
    variants: tuple[str, ...]
    pages: tuple[str, ...] = (EVERY_PAGE,)

    def is_on(self, route: str) -> bool:
        """Whether pages of a route differ by it."""
        return EVERY_PAGE in self.pages or route in self.pages

    @property
    def cookie(self) -> str:
        """The cookie that says which variant a visitor gets."""
        return f"x-{self.name}"


def experiments_of(declarations: Iterable[Declaration]) -> tuple[Experiment, ...]:
    """The flags by which public pages differ by person, in the edge's names, which are words.

    Whoever declares one multiplies what has to be kept, and MOST_VARIANTS bounds the product for each page.
    """
    return tuple(
        Experiment(
            _word(one.key),
            tuple(map(_word, (one.off, *(name for name in one.variants if name != one.off)))),
            one.pages,
        )
        for one in declarations
        if one.by_person and one.pages
    )


def _word(name: str) -> str:
    return name.replace("-", "_")


EXPERIMENTS: tuple[Experiment, ...] = experiments_of(DECLARED.values())


@dataclass(frozen=True, slots=True)
class Key:
    """What makes two requests for a path the same, and how long one answer does for both, in seconds.

    The path is part of every key, cookies of none. Of the query `query` counts, or with `facets` all but
    TRACKERS. With `encoded` the key has Accept-Encoding, brought down to brotli, gzip, both or none. What
    the origin says of an answer's life holds between `least` and `most`, `otherwise` where it says nothing.
    """

    query: tuple[str, ...] = ()
    facets: bool = False
    headers: tuple[str, ...] = ()
    encoded: bool = True
    least: int = 0
    otherwise: int = 0
    most: int = DAY

    @property
    def query_behaviour(self) -> tuple[Literal["none", "whitelist", "allExcept"], tuple[str, ...]]:
        """CloudFront's QueryStringBehavior, with the names that go with it."""
        if self.facets:
            return "allExcept", TRACKERS
        return ("whitelist", self.query) if self.query else ("none", ())


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How requests for paths like `pattern` are served: `*` is anything, `?` one character, first match wins.

    Without a `key` nothing is kept. `forwards` are the headers that the origin gets beside those of the key,
    ("*",) for all; with `personal` it gets cookies, and the whole query where nothing is kept. With
    `compress` the CDN itself compresses what comes uncompressed.
    """

    name: str
    pattern: str
    origin: Origin
    key: Key | None
    methods: tuple[str, ...] = READ
    forwards: tuple[str, ...] = ("Host",)
    personal: bool = False
    compress: bool = False

    def matches(self, path: str) -> bool:
        """Whether a path is one of these."""
        return re.fullmatch(expression(self.pattern), path, re.DOTALL) is not None


@dataclass(frozen=True, slots=True)
class Cdn:
    """The whole of it; `behaviours` are in the order in which they are tried, the last is for all the rest.

    `renewing` is how many seconds past its life a page is served while a new one is fetched, `failing` how
    many while none can be had. `hidden` are headers that end at the edge. What the cookie `preview_cookie`
    says is told in PREVIEW_HEADER. Raises SettingError where it would be beyond what CloudFront takes, or a
    page would be kept for one visitor.
    """

    behaviours: tuple[Behaviour, ...]
    experiments: tuple[Experiment, ...] = EXPERIMENTS
    preview_cookie: str = ""
    renewing: int = 600
    failing: int = DAY
    hidden: tuple[str, ...] = (TAG_HEADER,)
    tag_header: str = TAG_HEADER
    most_tags: int = MOST_TAGS

    def __post_init__(self) -> None:
        _check_experiments(self.experiments)
        if len(self.behaviours) - 1 > MOST_BEHAVIOURS:
            raise SettingError(f"{len(self.behaviours) - 1} behaviours, CloudFront takes {MOST_BEHAVIOURS}")
        if self.behaviours[-1].pattern != "*" or self.behaviours[-1].key is not None:
            raise SettingError("the last behaviour is for all the rest, and keeps nothing")
        for behaviour in self.behaviours:
            _check_behaviour(behaviour)
            _check_copies(behaviour, self.experiments)

    def behaviour(self, path: str) -> Behaviour:
        """What a path is served by."""
        return next(one for one in self.behaviours if one.matches(path))


def read_cdn(
    patterns: Sequence[URLPattern | URLResolver] | None = None,
    experiments: tuple[Experiment, ...] = EXPERIMENTS,
) -> Cdn:
    """The CDN of the site's routes, or of other `patterns`. Needs Django set up."""
    routes = list(_routes(get_resolver().url_patterns if patterns is None else patterns))
    public = [_page(name, path, entry, experiments) for name, path, entry in routes if _is_public(entry)]
    private = [
        Behaviour(name, path, "web", None, ALL, ("*",), personal=True)
        for name, path, entry in routes
        if not _is_public(entry) and any(overlap(path, one.pattern) for one in public)
    ]
    pages = sorted([*private, *public], key=lambda one: _exactness(one.pattern), reverse=True)
    return Cdn((*FILES, *pages, REST), experiments, settings.PREVIEW_COOKIE_NAME)


FILES: Final = (
    # Names hold a hash of what is in them: the same name is the same bytes for good.
    Behaviour("static", "/static/*", "files", Key(otherwise=YEAR, most=YEAR), compress=True, forwards=()),
    # Pictures are compressed as they are.
    Behaviour("media", "/media/*", "files", Key(encoded=False, otherwise=DAY, most=YEAR), forwards=()),
)
REST: Final = Behaviour("rest", "*", "web", None, ALL, ("*",), personal=True)


@cache
def expression(pattern: str) -> str:
    """A path pattern as a regular expression (for a match of the whole path)."""
    return "".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in pattern)


@cache
def overlap(one: str, other: str) -> bool:
    """Whether a path can match both patterns."""
    if not one or not other:
        return set(one + other) <= {"*"}
    if one[0] == "*":
        return overlap(one[1:], other) or overlap(one, other[1:])
    if other[0] == "*":
        return overlap(other, one)
    return ("?" in {one[0], other[0]} or one[0] == other[0]) and overlap(one[1:], other[1:])


def _routes(
    patterns: Iterable[URLPattern | URLResolver], path: str = "", namespace: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """Every route: its name, the pattern of its addresses, and its entry in the URL table."""
    for entry in patterns:
        here = path + _ARGUMENT.sub("*", str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from _routes(entry.url_patterns, here, entry.namespace or namespace)
        else:
            name = f"{namespace}:{entry.name}" if namespace else str(entry.name)
            yield name, f"/{here}" if is_sitewide(f"/{here}") else f"{REGION}/{here}", entry


def _is_public(entry: URLPattern) -> bool:
    return policy_of(entry.callback).public


def _page(name: str, path: str, entry: URLPattern, experiments: tuple[Experiment, ...]) -> Behaviour:
    policy = policy_of(entry.callback)
    differs = any(experiment.is_on(name) for experiment in experiments)
    headers = (VARIANTS_HEADER, PREVIEW_HEADER) if differs else (PREVIEW_HEADER,)
    key = Key(query=tuple(sorted(policy.query or ())), facets=policy.facets, headers=headers)
    return Behaviour(name, path, "web", key)


def _exactness(pattern: str) -> tuple[int, str]:
    """The more of a pattern is said by letters, the earlier it is tried."""
    return sum(sign not in "*?" for sign in pattern), pattern


def _check_experiments(experiments: Sequence[Experiment]) -> None:
    for experiment in experiments:
        if not all(map(_WORD.fullmatch, (experiment.name, *experiment.variants))):
            raise SettingError(f"experiment {experiment.name!r}: names are small letters, digits and _")
        if len(set(experiment.variants)) != len(experiment.variants) or not experiment.variants:
            raise SettingError(f"experiment {experiment.name!r}: each variant once, and at least one")
    if len({experiment.name for experiment in experiments}) != len(experiments):
        raise SettingError("two experiments have one name")


def _check_copies(behaviour: Behaviour, experiments: Sequence[Experiment]) -> None:
    if behaviour.key is None or VARIANTS_HEADER not in behaviour.key.headers:
        return
    copies = prod(len(experiment.variants) for experiment in experiments if experiment.is_on(behaviour.name))
    if copies > MOST_VARIANTS:
        raise SettingError(f"{behaviour.name}: {copies} combinations of variants, at most {MOST_VARIANTS}")


def _check_behaviour(behaviour: Behaviour) -> None:
    name, key = behaviour.name, behaviour.key
    if not _PATTERN.fullmatch(behaviour.pattern) or len(behaviour.pattern) > LONGEST_PATTERN:
        raise SettingError(f"{name}: CloudFront takes no path pattern like {behaviour.pattern!r}")
    if key is None:
        return
    if behaviour.personal or "*" in behaviour.forwards or set(behaviour.methods) - set(READ):
        raise SettingError(f"{name}: what is kept is asked for without cookies, and only read")
    if _PERSONAL & {header.lower() for header in (*key.headers, *behaviour.forwards)}:
        raise SettingError(f"{name}: one visitor's headers make no key of a shared copy")
    if max(len(key.query_behaviour[1]), len(key.headers)) > MOST_KEYS:
        raise SettingError(f"{name}: CloudFront takes {MOST_KEYS} names of a kind in a key")
    if key.least:
        raise SettingError(f"{name}: a least life would keep what says no-store")
