"""The CDN port: CloudFront by tag and by path, Varnish, none; and one that is away."""

import re

import pytest

from storefront.cache.feed import EVERY_SECONDS
from storefront.cache.stamps import BELIEVED_SECONDS
from storefront.core import ManualClock, Reason, UpstreamUnavailable
from storefront.http import HttpResponse, TransportFailure
from storefront.purging.edge import (
    AGAIN_SECONDS,
    SETTLE_SECONDS,
    CloudFrontEdge,
    CloudFrontPathEdge,
    NullEdge,
    Paths,
    PatientEdge,
    VarnishEdge,
    ban_pattern,
    sound,
)
from storefront.resilience import Resource, ResourceSettings
from storefront.telemetry import Telemetry


class Distribution:
    def __init__(self):
        self.batches = []

    def invalidate(self, items):
        self.batches.append(list(items))
        return "I1"


class Wire:
    def __init__(self, status=200):
        self.status, self.sent = status, []

    def send(self, request):
        self.sent.append(request)
        if self.status is None:
            raise TransportFailure("no connection", sent=False)
        return HttpResponse(self.status)


@pytest.fixture
def clock():
    return ManualClock()


def by_path(distribution, clock):
    return CloudFrontPathEdge(distribution, Paths(("/ie/en", "/de/de")), clock)


def varnish(wire, *urls):
    return VarnishEdge(wire, Resource(ResourceSettings("varnish", 4), Telemetry(), ManualClock()), urls)


def test_cloudfront_is_told_tags_as_items_that_begin_with_a_hash():
    distribution = Distribution()
    CloudFrontEdge(distribution).purge(["product:rug", "search", "product:rug"])
    assert distribution.batches == [["#product:rug", "#search"]]


def test_all_of_a_product_is_one_tag_at_a_cdn():
    distribution, wire = Distribution(), Wire()
    CloudFrontEdge(distribution).purge(["offers:rug", "reviews:rug", "product:rug"])
    varnish(wire, "http://127.0.0.1:1").purge(["offers:rug", "reviews:rug"])
    assert distribution.batches == [["#product:rug"]]
    assert wire.sent[0].headers == {"X-Ban-Tags": ban_pattern(["product:rug"])}


def test_a_cdn_hears_of_a_purge_after_the_workers_whose_pages_it_would_fetch(clock):
    told_at = []

    class Edge(NullEdge):
        def purge(self, tags):
            told_at.append(clock.monotonic())

    edge = PatientEdge(Edge(), Telemetry(), clock)
    edge.purge(["product:rug"])
    edge.tell()
    assert (told_at, clock.slept) == ([], [])
    clock.advance(SETTLE_SECONDS - 0.01)
    edge.tell()
    assert told_at == []
    clock.advance(0.02)
    edge.tell()
    edge.tell()
    assert len(told_at) == 1


def test_that_is_when_no_worker_believes_what_was_before_it():
    assert SETTLE_SECONDS > BELIEVED_SECONDS >= 2 * EVERY_SECONDS


def test_who_wants_to_know_waits_until_the_cdn_is_told(clock):
    cdn = Sick()
    cdn.away = False
    edge = PatientEdge(cdn, Telemetry(), clock)
    edge.purge(["product:rug"])
    clock.advance(0.5)
    edge.purge(["product:mug"])
    edge.settle()
    edge.settle()
    assert cdn.told == [["product:rug", "product:mug"]]
    assert sum(clock.slept) == pytest.approx(SETTLE_SECONDS)


def test_what_is_purged_again_and_again_is_told_all_the_while(clock):
    cdn = Sick()
    cdn.away = False
    edge = PatientEdge(cdn, Telemetry(), clock)
    for _ in range(10):
        edge.purge(["offers:rug"])
        clock.advance(0.5)
        edge.tell()
    assert len(cdn.told) == 8


def test_an_edge_that_is_away_is_asked_every_few_seconds_or_with_the_next_purge(clock):
    cdn, telemetry = Sick(), Telemetry()
    edge = PatientEdge(cdn, telemetry, clock)
    edge.purge(["a"])
    clock.advance(SETTLE_SECONDS + 0.01)
    for _ in range(10):
        edge.tell()
        clock.advance(AGAIN_SECONDS / 5)
    assert telemetry.events.value("edge", "failed_UpstreamUnavailable") == 2
    edge.purge(["b"])
    clock.advance(SETTLE_SECONDS + 0.01)
    cdn.away = False
    edge.tell()
    assert cdn.told == [["a", "b"]]


def test_cloudfront_takes_three_thousand_items_at_once():
    distribution = Distribution()
    CloudFrontEdge(distribution).purge([f"product:p-{number}" for number in range(3_001)])
    assert [len(batch) for batch in distribution.batches] == [3_000, 1]


def test_by_path_a_product_goes_at_its_address_in_every_region(clock):
    distribution = Distribution()
    by_path(distribution, clock).purge(["product:rug", "offers:rug"])
    assert distribution.batches == [["/ie/en/p/rug/", "/de/de/p/rug/"]]


@pytest.mark.parametrize(
    ("tag", "path"), [("content:home", "/ie/en/"), ("content:returns", "/ie/en/pages/returns/")]
)
def test_by_path_content_goes_at_its_address(clock, tag, path):
    distribution = Distribution()
    by_path(distribution, clock).purge([tag])
    assert path in distribution.batches[0]


def test_by_path_what_is_wide_is_everything_once_a_minute(clock):
    distribution = Distribution()
    edge = by_path(distribution, clock)
    edge.purge(["search", "product:rug"])
    clock.advance(30)
    edge.purge(["products"])
    edge.purge(["product:rug", "search"])
    clock.advance(31)
    edge.purge(["catalog"])
    assert distribution.batches == [["/*"], ["/ie/en/p/rug/", "/de/de/p/rug/"], ["/*"]]


def test_varnish_is_told_a_pattern_on_every_server():
    wire = Wire()
    varnish(wire, "http://127.0.0.1:1", "http://127.0.0.1:2").purge(["product:rug", "search"])
    assert [(one.method, one.url) for one in wire.sent] == [
        ("BAN", "http://127.0.0.1:1/"),
        ("BAN", "http://127.0.0.1:2/"),
    ]
    assert wire.sent[0].headers == {"X-Ban-Tags": ban_pattern(["product:rug", "search"])}


@pytest.mark.parametrize("status", [403, 405, 503, None])
def test_varnish_that_does_not_obey_is_an_error(status):
    with pytest.raises(UpstreamUnavailable):
        varnish(Wire(status), "http://127.0.0.1:1").purge(["search"])


def test_the_pattern_finds_whole_tags_only():
    found = re.compile(ban_pattern(["product:rug", "menu:a.b"]))
    assert found.search("catalog,product:rug,search")
    assert found.search("product:rug")
    assert " " not in found.pattern, "Varnish takes a ban apart at spaces"
    assert not found.search("product:rug-2,offers:rug")
    assert not found.search("x-product:rug")
    assert not found.search("menu:acb")


def test_tags_that_could_break_a_header_or_a_pattern_are_never_told():
    odd = ["a b", "a\r\nX-Evil: 1", "a,b", "", "(", "ä", "x" * 300]
    assert sound([*odd, "product:rug"]) == ["product:rug"]


def test_no_cdn_is_told_nothing():
    NullEdge().purge(["search"])
    assert "no CDN" in NullEdge().means(["search"])


class Sick:
    def __init__(self):
        self.away, self.told = True, []

    def purge(self, tags):
        if self.away:
            raise UpstreamUnavailable("cdn", "Ban", Reason.TIMEOUT)
        self.told.append(list(tags))

    def means(self, tags):
        return str(len(tags))


def test_an_edge_that_is_away_is_told_all_it_missed_once():
    sick = Sick()
    edge = PatientEdge(sick, Telemetry())
    edge.purge(["a", "b"])
    edge.tell()
    edge.purge(["b", "c"])
    edge.tell()
    assert edge.waiting == 3
    sick.away = False
    edge.tell()
    edge.tell()
    assert sick.told == [["a", "b", "c"]]
    assert edge.waiting == 0


def test_what_waits_for_an_edge_is_bounded_and_what_is_dropped_is_counted():
    telemetry = Telemetry()
    edge = PatientEdge(Sick(), telemetry)
    edge.purge([f"t{number}" for number in range(1_500)])
    edge.tell()
    assert edge.waiting == 1_000
    assert telemetry.events.value("edge", "dropped") == 500


@pytest.mark.parametrize("tags", [["product:rug"], ["product:rug", "search"]])
def test_each_says_in_words_what_it_would_do(clock, tags):
    for edge in (CloudFrontEdge(Distribution()), by_path(Distribution(), clock), varnish(Wire(), "http://x")):
        assert "give" in edge.means(tags)
