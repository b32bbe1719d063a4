"""The preview tells what a purge will hit, within bounds; the command shows it, and obeys only --yes."""

import io
from dataclasses import replace

import msgspec
import pytest
from django.core.management import CommandError, call_command
from redis.exceptions import ConnectionError as RedisConnectionError

from storefront.cache import KeySpace, StoredPage, Tag
from storefront.cache.entry import Codec, Entry
from storefront.cache.manifest import CARD, MANIFEST, OFFERS, PRODUCT
from storefront.cache.purger import PurgerState
from storefront.cache.recorder import Use
from storefront.core import ManualClock
from storefront.purging.edge import NullEdge, PatientEdge
from storefront.purging.parts import Purging
from storefront.purging.preview import Previewer, every_tag, families_of, in_words, tags_of_family
from storefront.purging.purger import Purger
from storefront.purging.sweep import Sweeping
from storefront.telemetry import Telemetry

KEYS = KeySpace("test", "1", "eu", "en")


def entry(*tags):
    return Codec().dump(Entry(1.0, 2.0, 3.0, tuple(Tag(tag) for tag in tags), b"x"))


def page(*tags):
    uses = tuple(Use(tag, None, 1.0) for tag in tags)
    return msgspec.msgpack.encode(StoredPage(1.0, 2.0, 3.0, 4.0, uses, bodies={"gzip": b"x"}))


def shelf():
    return {
        KEYS.key(PRODUCT, {"handle": "rug"}): entry("product:rug", "catalog"),
        KEYS.key(PRODUCT, {"handle": "mug"}): entry("product:mug", "catalog"),
        KEYS.key(OFFERS, {"handle": "rug"}): entry("offers:rug", "catalog"),
        "sf:test/1/eu/en:page:/ie/en/p/rug/": page("pages", "product:rug", "offers:rug"),
        "sf:test/1/eu/en:page:/ie/en/": page("pages", "content:home"),
        "sf:test/1/eu/en:page:odd": b"\xff\xff",
        "sf:test/1/eu/en:page:/ie/en/:lock": b"token",
    }


class Cache:
    def __init__(self):
        self.state = None
        self.purged = []

    def purge(self, tag, newer_than=None):
        self.purged.append((tag, newer_than))
        return True


def previewer(held=None, clock=None):
    held = shelf() if held is None else held
    return Previewer(
        lambda: iter([[key.encode() for key in held]]),
        lambda names: [held.get(name) for name in names],
        NullEdge().means,
        clock or ManualClock(),
    )


def test_it_counts_what_carries_a_tag_by_family():
    found = previewer().preview(["product:rug", "offers:rug"])
    counts = {hit.family: hit.keys for hit in found.hits}
    assert (counts["product"], counts["offers"], counts["page"]) == (1, 1, 1)
    assert found.keys == 3
    assert (found.looked_at, found.complete) == (6, True)


def test_it_names_families_that_are_concerned_although_nothing_is_kept():
    found = previewer({}).preview(["reviews:rug"])
    assert {hit.family: hit.keys for hit in found.hits} == {"review_summary": 0, "reviews": 0}
    assert "nothing that is kept now" in "\n".join(in_words(found))


def test_it_looks_at_so_many_keys_and_no_more():
    held = {f"sf:test/1/eu/en:product:handle=p-{n}": entry("catalog") for n in range(1_000)}
    found = previewer(held).preview(["catalog"], most=300)
    assert (found.looked_at, found.complete, found.keys) == (300, False, 300)
    assert "the first 300 keys" in "\n".join(in_words(found))


def test_it_stops_when_it_takes_too_long():
    held = {f"sf:test/1/eu/en:product:handle=p-{n}": entry("catalog") for n in range(1_000)}
    clock = ManualClock()
    slow = previewer(held, clock)
    slow._read = lambda names: (clock.advance(3), [held[name] for name in names])[1]
    assert slow.preview(["catalog"]).looked_at == 200


def test_it_stops_as_soon_where_few_keys_are_of_this_release():
    clock, replies = ManualClock(), []

    def scan():
        for _ in range(1_000):
            clock.advance(0.5)
            replies.append(1)
            yield []

    look = Previewer(scan, lambda _names: [], NullEdge().means, clock)
    found = look.preview(["catalog"], seconds=5)
    assert (found.looked_at, found.complete) == (0, False)
    assert len(replies) == 11


def test_a_look_that_has_seen_the_end_is_whole():
    held = {f"sf:test/1/eu/en:product:handle=p-{n}": entry("catalog") for n in range(300)}
    assert previewer(held).preview(["catalog"], most=300).complete


def test_every_family_can_be_hit_whole():
    tagged = set(MANIFEST) - {CARD.name}  # whose copies have another name after a change
    for name, family in MANIFEST.items():
        tags = tags_of_family(name)
        assert bool(tags) == (name in tagged), name
        assert set(tags) <= set(family.tags)
    assert set(families_of(every_tag())) == tagged


@pytest.fixture
def cache(settings):
    cache, telemetry = Cache(), Telemetry()
    purger = Purger(cache, PatientEdge(NullEdge(), telemetry))
    made = Purging(
        purger=purger,
        previewer=previewer(),
        consumer=None,
        sweeping=Sweeping(None, 60, telemetry),
        heard=lambda: cache.state,
    )
    settings.PURGING_FACTORY = lambda _file: made
    return cache


def told(*args, **options):
    out = io.StringIO()
    call_command("purge", *args, stdout=out, stderr=out, **options)
    return out.getvalue()


def test_the_command_only_shows_unless_told_to(cache):
    shown = told("content:home")
    assert "page" in shown
    assert "Nothing was done" in shown
    assert cache.purged == []
    assert "Done" in told("content:home", yes=True)
    assert cache.purged == [("content:home", None)]


def test_it_says_whose_copies_it_looks_at(cache, settings):
    settings.RELEASE = "local"
    redis = replace(settings.UPSTREAMS.redis, url="rediss://someone:secret@cache.example/0")
    settings.UPSTREAMS = replace(settings.UPSTREAMS, redis=redis)
    assert told("content:home").startswith("Release local at cache.example:6379.\n")
    assert "secret" not in told("content:home")


def test_it_tells_how_the_purger_does(cache):
    cache.state = PurgerState(
        at=1795413660.0,
        started_at=1795413600.0,
        events=12,
        purges=30,
        unreadable=1,
        missed=2,
        edge_waiting=3,
        lag_count=12,
        lag_p50=0.25,
        lag_p99=1.5,
        lag_most=2.0,
    )
    shown = told(status=True)
    for words in (":01:00 UTC", "0.25 s", "1.50 s", "1 messages", "2 changes", "3 tags", "not yet"):
        assert words in shown
    assert cache.purged == []


def test_a_silent_purger_is_said(cache):
    with pytest.raises(SystemExit) as ended:
        told(status=True)
    assert ended.value.code == 1


def test_a_product_is_all_that_is_known_of_it(cache):
    told(product=["rug"], yes=True)
    assert {tag for tag, _ in cache.purged} == {"product:rug", "offers:rug", "reviews:rug"}


def test_everything_and_whole_pages_can_be_asked_for(cache):
    told(pages=True, yes=True)
    assert cache.purged == [("pages", None)]
    cache.purged.clear()
    told(everything=True, yes=True)
    assert {tag for tag, _ in cache.purged} == set(every_tag())


def test_what_has_no_tags_cannot_be_asked_for(cache):
    with pytest.raises(CommandError, match="invalid choice"):
        told("--family", CARD.name, yes=True)
    assert cache.purged == []


@pytest.mark.parametrize("options", [{}, {"pages": True, "yes": True, "dry_run": True}])
def test_a_wish_that_makes_no_sense_is_refused(cache, options):
    with pytest.raises(CommandError):
        told(**options)
    assert cache.purged == []


def test_a_cache_that_does_not_answer_is_said(cache, settings, monkeypatch):
    made = settings.PURGING_FACTORY(None)

    def gone(_tags, **_bounds):
        raise RedisConnectionError("gone")

    monkeypatch.setattr(made.previewer, "preview", gone)
    with pytest.raises(SystemExit) as ended:
        told(pages=True)
    assert ended.value.code == 1


def test_without_a_queue_the_purger_says_so(cache):
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("purge_events", stderr=out)
    assert ended.value.code == 1
    assert "PURGE_QUEUE" in out.getvalue()
