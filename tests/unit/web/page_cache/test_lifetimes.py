"""From fresh to stale: who renews a page, who waits, and what is served when it cannot be made."""

import threading
import time

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from storefront.cache import PAGE, QUERIED_PAGE
from storefront.web.middleware.routing import PUBLIC_DEGRADED
from storefront.web.page_cache.rules import lifetimes
from tests.unit.web.page_cache.toys import PATH, Host, Toy

SOFT, HARD = 60 * 1.1 + 1, 600 * 1.1 + 1  # beyond any jitter
DAY = 86_400


def test_a_page_past_its_soft_life_is_served_and_renewed_behind(host, toy, clock):
    before = host.ask().text
    toy.text = toy.text.replace("a page", "a newer page")
    clock.advance(SOFT)
    host.listen()
    assert host.ask().text == before
    host.settle()
    assert "a newer page" in host.ask().text
    assert toy.count == 2


def test_a_renewal_is_done_once_for_the_fleet(host, other, toy, clock):
    host.ask()
    other.ask()
    clock.advance(SOFT)
    host.listen()
    other.listen()
    host.ask()
    host.settle()
    assert other.source() == "redis"
    other.settle()
    assert toy.count == 2


def test_a_renewal_says_nothing_of_who_caused_it(host, toy, clock):
    host.ask()
    clock.advance(SOFT)
    host.listen()
    host.ask(HTTP_X_REQUEST_ID="abcdef0123456789", HTTP_COOKIE="s=1")
    host.settle()
    assert not {"HTTP_X_REQUEST_ID", "HTTP_COOKIE"} & set(toy.asked[1])


def test_a_page_that_lacks_something_is_made_anew_before_it_is_served_again(host, toy, clock):
    toy.degraded = True
    toy.say(cache_control=PUBLIC_DEGRADED)
    host.ask()
    toy.degraded = False
    clock.advance(5)
    assert host.source() == "memory"
    clock.advance(10)
    host.listen()
    assert host.source() == "rendered"


def test_a_renewal_that_lacks_something_leaves_a_whole_copy_in_place(host, toy, clock):
    before = host.ask().text
    toy.text, toy.degraded = "<p>half a page</p>", True
    clock.advance(SOFT)
    host.listen()
    host.ask()
    host.settle()
    assert toy.count == 2
    assert host.ask().text == before
    assert host.process.telemetry.events.value("page_cache", "renewal_degraded") == 1


def test_a_page_past_its_hard_life_is_made_anew_first(host, toy, clock):
    host.ask()
    clock.advance(HARD)
    host.listen()
    assert host.source() == "rendered"


def test_out_of_step_with_purges_memory_is_trusted_for_its_soft_life_only(host, toy, clock):
    host.ask()
    clock.advance(30)
    assert host.source() == "memory"
    clock.advance(SOFT)
    assert host.source() == "rendered"


def test_a_page_that_cannot_be_made_is_served_from_its_last_good_copy_for_a_day(host, toy, clock):
    page = host.ask().text
    toy.status = "503 Service Unavailable"
    clock.advance(HARD)
    seen = host.ask()
    assert (seen.status, seen.text) == (200, page)
    assert int(seen.get("Age")) == int(HARD)
    assert "s-maxage=10," in seen.get("Cache-Control")
    clock.advance(DAY - HARD - 1)
    assert host.source() == "stale"
    clock.advance(2)
    assert host.ask().status == 503


def test_the_last_good_copy_is_found_by_another_process(host, other, toy, clock):
    host.ask()
    toy.status = "500 Internal Server Error"
    clock.advance(HARD)
    assert other.source() == "stale"


def test_a_failing_page_is_tried_every_few_seconds_not_by_everybody(host, other, toy, clock):
    host.ask()
    toy.status = "503 Service Unavailable"
    clock.advance(HARD)
    assert [host.source() for _ in range(5)] == ["stale"] * 5
    assert toy.count == 2
    clock.advance(3.1)
    assert host.source() == "stale"
    assert toy.count == 3


def test_a_failed_renewal_waits_for_the_lock_to_lapse(host, other, toy, clock):
    host.ask()
    other.ask()
    toy.status = "503 Service Unavailable"
    clock.advance(SOFT)
    for one in (host, other, host):
        one.listen()
        assert one.ask().status == 200
        one.settle()
    assert toy.count == 2


def test_what_is_gone_is_gone_at_once_and_in_both_layers(host, other, toy, clock, redis):
    host.ask()
    toy.status = "404 Not Found"
    clock.advance(HARD)
    assert host.ask().status == 404
    assert other.ask().status == 404
    toy.status = "503 Service Unavailable"
    assert host.ask().status == 503


def test_a_page_that_is_gone_when_it_is_renewed_is_dropped(host, toy, clock):
    host.ask()
    toy.status = "404 Not Found"
    clock.advance(SOFT)
    host.listen()
    assert host.ask().status == 200
    host.settle()
    assert host.ask().status == 404


def test_without_a_store_pages_live_in_memory(clock, toy):
    host = Host(None, clock, toy)
    assert [host.source(), host.source()] == ["rendered", "memory"]
    clock.advance(SOFT)
    assert host.source() == "memory"
    host.settle()
    assert toy.count == 2


def test_a_store_that_fails_costs_no_page(host, toy, redis, broken):
    host.ask()
    redis.broken = broken
    assert host.source() == "memory"
    assert host.source("/ie/en/p/another/") == "rendered"
    assert host.source("/ie/en/p/another/") == "memory"


@pytest.fixture
def broken():
    return RedisConnectionError("gone")


def test_a_damaged_copy_is_a_miss(host, other, redis):
    host.ask()
    for key, (_, until) in list(redis.data.items()):
        redis.data[key] = (b"\xffnot a page", until)
    assert other.source() == "rendered"
    assert other.process.telemetry.events.value("page_cache", "unreadable") >= 1


def test_pages_say_how_long_a_shared_cache_may_keep_them():
    usual = lifetimes(PAGE, "public, max-age=0, s-maxage=60")
    assert (usual.soft, usual.hard, usual.until) == (60, 600, DAY)
    shorter = lifetimes(PAGE, "public, max-age=0, s-maxage=10")
    assert (shorter.soft, shorter.hard, shorter.until) == (10, 100, DAY)
    degraded = lifetimes(PAGE, "public, max-age=0, s-maxage=10", degraded=True)
    assert (degraded.soft, degraded.hard, degraded.until) == (10, 10, DAY)
    sitemap = lifetimes(PAGE, "public, max-age=3600, s-maxage=3600")
    assert (sitemap.soft, sitemap.hard) == (3_600, 36_000)
    assert lifetimes(PAGE, "public").soft == 60
    typed = lifetimes(QUERIED_PAGE, "public, s-maxage=3600")
    assert typed.soft == typed.hard == typed.until == 900


def test_what_people_type_is_kept_for_a_quarter_of_an_hour_and_hashed(host, redis, clock):
    host.ask("/ie/en/search/", "q=robin%40example.com")
    (key,) = [key for key in redis.data if "page:" in key and not key.endswith(":lock")]
    assert "robin" not in key
    assert redis.data[key][1] - clock.monotonic() <= 900


def together(number, work):
    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    return threads


def test_of_many_who_miss_a_page_one_makes_it(host, toy):
    toy.gate = threading.Event()
    seen = []
    threads = together(12, lambda: seen.append(host.ask().text))
    assert toy.entered.wait(20)
    time.sleep(0.1)
    toy.gate.set()
    for thread in threads:
        thread.join(20)
    assert seen == [toy.text] * 12
    assert toy.count == 1


def test_of_many_who_want_a_page_that_fails_everybody_gets_the_old_one_as_old(host, toy, clock):
    host.ask()
    clock.advance(HARD)
    host.app._begun().keeper._lately = 1.0  # so that nobody gives up waiting
    toy.status, toy.gate = "503 Service Unavailable", threading.Event()
    toy.entered.clear()
    seen = []
    threads = together(6, lambda: seen.append(host.ask()))
    assert toy.entered.wait(20)
    time.sleep(0.1)
    toy.gate.set()
    for thread in threads:
        thread.join(20)
    assert [one.get("Age") for one in seen] == [str(int(HARD))] * 6
    assert all("s-maxage=10," in one.get("Cache-Control") for one in seen)
    assert toy.count == 2


def test_two_processes_that_miss_a_page_make_it_once(host, other, toy):
    """The second finds the lock taken, and what its holder has put into the store."""
    key = host.app._begun().addresses.find(PATH, "").key
    host.app._begun().layers.lock(key, "another", 3.0)
    toy_of_another = Toy()
    another = Host(host.process.redis, host.process.clock, toy_of_another, seed=3)
    rendered = another.app._begun().keeper._renderer.render(another.app._begun().addresses.find(PATH, ""), {})
    clock = other.process.clock
    sleep = clock.sleep

    def made_meanwhile(seconds):
        sleep(seconds)
        another.app._begun().layers.keep(key, rendered.page)

    clock.sleep = made_meanwhile
    assert other.source() == "redis"
    assert toy.count == 0


def test_who_waits_for_a_slow_one_gets_the_old_page(host, toy, clock):
    host.ask()
    clock.advance(HARD)
    key = host.app._begun().addresses.find(PATH, "").key
    host.app._begun().layers.lock(key, "another", 30.0)
    assert host.source() == "stale"
    assert sum(clock.slept) <= 1.6
    assert toy.count == 1


def test_of_those_who_wait_in_vain_the_first_waits_for_all(host, toy, clock):
    host.ask()
    clock.advance(HARD)
    key = host.app._begun().addresses.find(PATH, "").key
    host.app._begun().layers.lock(key, "another", 30.0)
    assert host.source() == "stale"
    waited = sum(clock.slept)
    assert [host.source() for _ in range(5)] == ["stale"] * 5
    assert sum(clock.slept) == waited
    clock.advance(3.1)
    host.source()
    assert sum(clock.slept) > waited


def test_a_slow_one_does_not_hold_those_who_have_nothing(host, toy, clock):
    key = host.app._begun().addresses.find(PATH, "").key
    host.app._begun().layers.lock(key, "another", 30.0)
    assert host.source() == "rendered"
    assert sum(clock.slept) <= 1.6


def test_waiting_is_measured_by_how_long_pages_take(host, toy, clock):
    keeper = host.app._begun().keeper
    assert keeper._patience(None) == 1.5
    for number in range(40):
        host.ask(f"/ie/en/p/product-{number}/")
    assert keeper._patience(None) == 0.25
