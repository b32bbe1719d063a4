"""Flags on public pages: a value is a page of its own, a change is on the next page, a hit asks nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storefront.flags.state import WHOLE, Condition, FlagState, Rule, Serve
from storefront.web import site as frames
from storefront.web.flags.request_flags import FlagNotForPageError
from storefront.web.flags.variants import FlagVariants
from storefront.web.flags.visitors import new_visitor, written
from storefront.web.handler import ShopHandler
from storefront.web.middleware.routing import PERSONAL, PUBLIC
from storefront.web.page_cache import PageCache
from tests.unit.web.flags.conftest import source
from tests.unit.web.page_cache.toys import ask
from tests.unit.web.shops import down

HOME, PRODUCT = "/ie/en/", "/ie/en/p/meadow-cushion/"
NOTE = 'id="delivery-note"'
HALVES = Serve(weights=(("control", WHOLE // 2), ("note", WHOLE // 2)))


def to_all(variant: str) -> Serve:
    return Serve(weights=((variant, WHOLE),))


def banner(words: str, **more: object) -> dict[str, object]:
    value = {"kind": "info", "text": {"en": words}, "href": ""} | more
    return {"values": {"sale": value}, "otherwise": to_all("sale")}


def in_region(country: str) -> Condition:
    return Condition(attribute="country", op="is", values=(country,))


def cookie_of(variant: str, twins, device: str = "desktop") -> str:
    """The cookie of some visitor to whom the experiment gives this variant."""
    visitors = FlagVariants(lambda: twins.shop)
    for _ in range(200):
        visitor = replace(new_visitor(twins.shop.clock.now()), device=device)
        value = f"visitor={written(visitor)}"
        environ = {"PATH_INFO": PRODUCT, "HTTP_COOKIE": value}
        if dict(visitors.values(environ, ("delivery-note",)))["delivery-note"].startswith(f"{variant}~"):
            return value
    raise AssertionError(f"nobody gets {variant}")


def test_a_page_that_reads_flags_comes_out_of_memory(site):
    assert source(site(HOME)) == "rendered"
    assert source(site(HOME)) == "memory"


def test_a_change_is_on_the_next_page_and_the_page_before_is_found_again(site, say):
    before = site(HOME).text
    assert 'data-theme="harbour"' not in before
    say("theme", otherwise=to_all("harbour"))
    assert 'data-theme="harbour"' in site(HOME).text
    assert source(site(HOME)) == "memory"
    say("theme", otherwise=to_all("meadow"))
    again = site(HOME)
    assert again.text == before
    assert source(again) == "memory"


def test_a_banner_with_other_words_is_another_page(site, say):
    say("site-banner", **banner("Sale & more", href="/c/textiles/"))
    text = site(HOME).text
    assert '<a href="/ie/en/c/textiles/">Sale &amp; more</a>' in text
    say("site-banner", **banner("The sale is over", kind="trouble"))
    text = site(HOME).text
    assert "The sale is over" in text
    assert "banner--trouble" in text
    assert "Sale &amp; more" not in text


def test_words_are_shown_in_their_language_only(site, say):
    say("site-banner", **banner("Sale", text={"de": "Ausverkauf"}))
    assert "Ausverkauf" in site("/ie/de/").text
    assert 'class="banner' not in site(HOME).text


def test_a_rule_for_a_country_is_for_its_pages(site, say):
    say("theme", rules=(Rule(name="de", conditions=(in_region("de"),), serve=to_all("harbour")),))
    assert 'data-theme="harbour"' in site("/de/en/").text
    assert 'data-theme="harbour"' not in site(HOME).text


def test_a_kill_switch_is_on_the_next_page(site, say, kill):
    say("site-banner", **banner("Sale"))
    assert "Sale" in site(HOME).text
    kill("site-banner")
    assert "Sale" not in site(HOME).text


def test_links_of_the_menu_lead_into_the_region(site, say):
    links = {
        "links": [
            {"label": {"en": "Gifts"}, "href": "/c/textiles/"},
            {"label": {"de": "Nur hier"}, "href": "/"},
        ]
    }
    say("header-links", values={"some": links}, otherwise=to_all("some"))
    text = site(HOME).text
    assert 'href="/ie/en/c/textiles/">Gifts</a>' in text
    assert "Nur hier" not in text


def test_the_home_page_can_start_with_products(site, say):
    before = site(HOME).text
    assert before.index('class="hero__title"') < before.index('class="shelf"')
    assert before.count("<h1") == 1
    say("home-layout", otherwise=to_all("shelves-first"))
    after = site(HOME).text
    assert after.index("<h1") < after.index('class="shelf"') < after.index('class="hero__title"')
    assert after.count("<h1") == 1


def test_suggestions_can_be_switched_off(site, say, kill):
    assert 'data-behaviour="suggest"' in site(HOME).text
    assert site("/ie/en/fragments/public/suggest/", "q=cush").status == 200
    kill("suggestions")
    assert 'data-behaviour="suggest"' not in site(HOME).text
    assert 'name="q"' in site(HOME).text
    assert site("/ie/en/fragments/public/suggest/", "q=cush").status == 204


def test_writing_reviews_can_be_switched_off(site, kill, client):
    assert "/reviews/new/" in site(PRODUCT).text
    kill("reviews-writing")
    for path in (PRODUCT, f"{PRODUCT}reviews/", "/ie/en/fragments/public/reviews/meadow-cushion/"):
        assert "/reviews/new/" not in site(path).text
    assert client.get("/p/meadow-cushion/reviews/new/").status_code == 503
    typed = {
        "title": "Soft",
        "body": "I like it very much.",
        "rating": "5",
        "author": "Robin",
        "email": "r@example.com",
    }
    refused = client.post("/p/meadow-cushion/reviews/new/", typed)
    assert refused.status_code == 503
    assert "I like it very much." in refused.content.decode()


def test_who_takes_part_in_an_experiment_is_decided_by_the_visitors_cookie(site, say, twins):
    say("delivery-note", otherwise=HALVES, holdout=False)
    note, control = cookie_of("note", twins), cookie_of("control", twins)
    assert NOTE not in site(PRODUCT).text
    assert NOTE in site(PRODUCT, HTTP_COOKIE=note).text
    assert NOTE not in site(PRODUCT, HTTP_COOKIE=control).text
    other = cookie_of("note", twins)
    assert source(site(PRODUCT, HTTP_COOKIE=other)) == "memory"
    assert source(site(PRODUCT, HTTP_COOKIE=control)) == "memory"


def test_the_page_tells_its_fragment_what_it_shows(site, say, twins):
    say("delivery-note", otherwise=HALVES, holdout=False)
    assert "/summary/?seen=delivery-note~control" in site(PRODUCT).text
    note = cookie_of("note", twins)
    assert "/summary/?seen=delivery-note~note" in site(PRODUCT, HTTP_COOKIE=note).text
    assert "?seen=" not in site(HOME, HTTP_COOKIE=note).text


def test_an_experiment_ends_with_its_kill_switch_whoever_asks(site, say, kill, twins, edge):
    say("delivery-note", otherwise=to_all("note"), holdout=False)
    assert NOTE in site(PRODUCT).text
    kill("delivery-note")
    assert NOTE not in site(PRODUCT).text
    assert NOTE not in site(PRODUCT, HTTP_X_VARIANTS="delivery_note=note").text


def test_a_cdn_decides_by_its_header_and_not_by_the_cookie(site, say, twins, edge):
    say("delivery-note", otherwise=HALVES, holdout=False)
    note = cookie_of("note", twins)
    assert NOTE in site(PRODUCT, HTTP_X_VARIANTS="delivery_note=note").text
    assert NOTE not in site(PRODUCT, HTTP_X_VARIANTS="delivery_note=control", HTTP_COOKIE=note).text


@pytest.mark.parametrize(
    "cookie", ["visitor=", "visitor=x", "visitor=" + "1" * 300, "visitor=1.a.b.0.p..c", ";;;=visitor="]
)
def test_a_cookie_that_nobody_signed_changes_nothing(site, say, cookie):
    say("delivery-note", otherwise=HALVES, holdout=False)
    plain = site(PRODUCT)
    made_up = site(PRODUCT, HTTP_COOKIE=cookie)
    assert made_up.text == plain.text
    assert source(made_up) == "memory"


def test_a_hit_reads_nothing_of_the_table(site, twins):
    site(HOME)
    before = twins.flags.reads
    for _ in range(5):
        assert source(site(HOME)) == "memory"
    assert twins.flags.reads == before


def test_pages_go_on_as_they_were_while_the_table_is_away(site, say, twins):
    say("theme", otherwise=to_all("harbour"))
    twins.flags.away = True
    assert not twins.shop.flags.poll()
    for path in (HOME, PRODUCT):
        seen = site(path)
        assert (seen.status, 'data-theme="harbour"' in seen.text) == (200, True)


def test_a_page_whose_flag_changes_while_it_is_made_is_kept_for_what_it_shows(twins, say):
    django, switched = ShopHandler(), []

    def app(environ, start_response):
        answer = django(environ, start_response)
        if not switched:
            switched.append(1)
            say("theme", otherwise=to_all("harbour"))
        return answer

    cache = PageCache(app, variants=FlagVariants())
    assert 'data-theme="harbour"' not in ask(cache, HOME).text
    for _ in range(3):
        assert 'data-theme="harbour"' in ask(cache, HOME).text
    say("theme", otherwise=to_all("meadow"))
    assert 'data-theme="harbour"' not in ask(cache, HOME).text
    cache.close()


def test_a_flag_that_is_not_declared_for_the_page_is_an_error_here_and_the_default_in_production(
    client, twins, settings, monkeypatch, say
):
    def nosy(request):
        return frames.Frame(theme=request.flags.string("delivery-note"))

    say("delivery-note", otherwise=to_all("note"), holdout=False)
    monkeypatch.setattr(frames, "load_frame", nosy)
    with pytest.raises(FlagNotForPageError):
        client.get("/")
    settings.FLAGS_STRICT = False
    assert 'data-theme="control"' in client.get("/").content.decode()
    assert twins.shop.telemetry.events.value("flags", "not_for_page") == 1


def test_without_the_page_cache_pages_show_the_same(client, say, twins):
    say("theme", otherwise=to_all("harbour"))
    say("delivery-note", otherwise=HALVES, holdout=False)
    client.cookies["visitor"] = cookie_of("note", twins).partition("=")[2]
    text = client.get("/p/meadow-cushion/").content.decode()
    assert 'data-theme="harbour"' in text
    assert NOTE in text


def test_a_state_that_makes_no_sense_takes_no_page_down(site, twins):
    twins.flags._decisions["flag#theme"] = FlagState(key="theme", version=1, otherwise=to_all("purple"))
    twins.flags._entries.append(None)
    assert twins.shop.flags.poll()
    assert site(HOME).status == 200


def test_a_cdn_finds_every_page_that_flags_may_change(site, twins):
    for path in (HOME, PRODUCT, "/ie/en/search/"):
        assert "flags" in site(path).get("Cache-Tag").split(",")
    # Our own copies are found by the values in their keys: telling a CDN must not make them all anew.
    twins.shop.cache.purge("flags")
    assert source(site(HOME)) == "memory"


def test_a_banner_about_trouble_gets_out_while_the_backend_is_down(site, say, twins):
    for path in (HOME, PRODUCT):
        assert site(path).status == 200
    for service in (twins.catalog, twins.content, twins.search, twins.orders, twins.reviews):
        service.fail(down())
    say("site-banner", **banner("We are having trouble", kind="trouble"))
    for path in (HOME, PRODUCT):
        seen = site(path)
        assert (seen.status, "We are having trouble" in seen.text) == (200, True)


@pytest.mark.parametrize("timing", [True, False])
@pytest.mark.parametrize("more", [{}, {"HTTP_COOKIE": "visitor=x"}, {"HTTP_IF_NONE_MATCH": "*"}])
def test_a_page_that_a_cookie_chooses_is_no_shared_cache_s(twins, say, timing, more):
    """One that goes by nothing but the address would give one visitor's variant to everybody."""
    say("delivery-note", otherwise=HALVES, holdout=False)
    app = PageCache(ShopHandler(), variants=FlagVariants())
    app._timing = timing
    seen = [ask(app, PRODUCT, **more) for _ in range(3)] + [ask(ShopHandler(), PRODUCT)]
    note = [ask(app, PRODUCT, HTTP_COOKIE=cookie_of("note", twins)) for _ in range(2)]
    assert {one.get("Cache-Control") for one in (*seen, *note)} == {PERSONAL}
    assert all(NOTE in one.text for one in note)
    assert [ask(app, HOME).get("Cache-Control") for _ in range(2)] == [PUBLIC] * 2
    app.close()


TOLD = {"HTTP_X_VARIANTS": "delivery_note=note"}


@pytest.mark.parametrize("more", [{}, {"HTTP_COOKIE": "visitor=x"}])
def test_without_an_edge_in_front_a_browsers_own_word_makes_no_page_everybodys(twins, site, say, more):
    """A shared cache that knows nothing of variants would give one visitor's page to all."""
    say("delivery-note", otherwise=HALVES, holdout=False)
    asked = [site(PRODUCT, **TOLD, **more) for _ in range(2)] + [ask(ShopHandler(), PRODUCT, **TOLD, **more)]
    assert {one.get("Cache-Control") for one in asked} == {PERSONAL}
    assert not [one for one in asked if NOTE in one.text]


def test_a_page_that_an_edge_has_chosen_is_kept_there_once_for_each_variant(twins, site, say, edge):
    say("delivery-note", otherwise=HALVES, holdout=False)
    asked = [site(PRODUCT, **TOLD) for _ in range(2)] + [ask(ShopHandler(), PRODUCT, **TOLD)]
    assert {one.get("Cache-Control") for one in asked} == {PUBLIC}
    assert all(NOTE in one.text for one in asked)


def test_where_an_experiment_is_over_its_pages_are_everybody_s_again(site, say, kill):
    say("delivery-note", otherwise=HALVES, holdout=False)
    assert site(PRODUCT).get("Cache-Control") == PERSONAL
    kill("delivery-note")
    assert [site(PRODUCT).get("Cache-Control") for _ in range(2)] == [PUBLIC] * 2
