"""What machines find: canonical addresses, each region's version, sitemaps, robots, structured data."""

import json
import re
import zlib
from datetime import UTC, datetime, timedelta
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from msgspec.structs import replace

from storefront.clients.catalog.fake import FakeCatalog
from storefront.web import sitemaps
from storefront.web.regions import REGIONS
from storefront.web.structured import document
from tests import samples
from tests.unit.web.shops import down

ORIGIN = "http://testserver"
NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
PAGES = ("/", "/c/textiles/", "/p/meadow-cushion/", "/pages/delivery/", "/regions/")


@pytest.fixture
def plain(twins) -> Client:
    """A browser in any market: the twins serve one each, so here they are asked not to look."""
    for twin in (twins.catalog, twins.search, twins.content):
        twin._serves = lambda market: None
    return Client()


def head(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return unescape(response.content.decode().split("</head>", 1)[0])


def attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    assert found, tag
    return found.group(1)


def alternates(text: str) -> dict[str, str]:
    tags = re.findall(r'<link rel="alternate"[^>]*>', text)
    return {attribute(tag, "hreflang"): attribute(tag, "href") for tag in tags}


def canonical(text: str) -> str:
    (tag,) = re.findall(r'<link rel="canonical"[^>]*>', text)
    return attribute(tag, "href")


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.key)
@pytest.mark.parametrize("path", ["/", "/c/textiles/", "/p/meadow-cushion/", "/regions/"])
def test_a_public_page_of_every_region_is_shared_and_says_what_it_is(plain, region, path):
    response = plain.get(f"{region.prefix}{path}", headers={"Cookie": "region=us-en; s=x; c-eu=y"})
    text = response.content.decode()
    assert response.status_code == 200
    assert not response.cookies
    assert response["Cache-Control"].startswith("public")
    assert f'<html lang="{region.locale}" dir="{region.direction}">' in text
    assert canonical(text) == f"{ORIGIN}{region.prefix}{path}"
    others = re.findall(r'href="/(?!static/|media/)(?:[a-z]{2}/[a-z]{2}/)?', text)
    own = {f'href="{region.prefix}/'}
    switcher = {f'href="{other.prefix}/' for other in REGIONS} if path == "/regions/" else own
    assert set(others) <= switcher


@pytest.mark.parametrize("path", PAGES)
def test_every_version_of_a_page_names_all_of_them_and_itself(plain, path):
    seen = {}
    for region in REGIONS:
        text = head(plain, region.prefix + path)
        seen[region.locale] = (canonical(text), alternates(text))
    addresses = {locale: address for locale, (address, _) in seen.items()}
    for locale, (address, known) in seen.items():
        default = known.pop("x-default")
        assert known == addresses
        assert known[locale] == address
        assert default == ORIGIN + path


@pytest.mark.parametrize(
    "asked",
    ["/c/textiles/?sort=title&utm_source=x", "/p/meadow-cushion/?variant=FN-MEA-MOS-60&gclid=1"],
)
def test_sorting_filters_and_trackers_make_no_page_of_their_own(plain, asked):
    assert canonical(head(plain, f"/de/de{asked}")) == f"{ORIGIN}/de/de{asked.partition('?')[0]}"


def test_a_private_page_has_no_versions(plain):
    text = plain.get("/ie/en/cart/").content.decode()
    assert alternates(text) == {}
    assert "og:title" not in text


def test_alternates_cost_a_page_little(plain):
    """Compressed as a browser gets it; zlib here, a little worse than brotli."""
    page = plain.get("/ie/en/c/textiles/").content.decode()
    without = re.sub(r'\s*<link rel="alternate"[^>]*>', "", page)
    assert len(zlib.compress(page.encode(), 9)) - len(zlib.compress(without.encode(), 9)) < 200


@pytest.mark.parametrize("path", PAGES)
def test_other_sites_can_show_a_page(plain, path):
    text = head(plain, f"/de/ar{path}")
    said = {
        attribute(tag, "property"): attribute(tag, "content")
        for tag in re.findall(r"<meta property=[^>]*>", text)
    }
    assert said["og:url"] == canonical(text)
    assert said["og:locale"] == "ar_DE"
    assert said["og:site_name"] == "Fieldnote"
    assert said["og:title"]
    assert said["og:image"].startswith(f"{ORIGIN}/")
    assert int(said["og:image:width"]) >= 600
    assert int(said["og:image:height"]) >= 315
    assert '<meta name="twitter:card" content="summary_large_image">' in text


def test_a_product_is_shown_by_its_picture(plain):
    text = head(plain, "/ie/en/p/meadow-cushion/")
    assert f'content="{ORIGIN}/media/products/meadow-cushion-ink-1080.webp"' in text


def structured(text: str) -> list[dict]:
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    data = json.loads(script)
    assert data["@context"] == "https://schema.org"
    return data["@graph"]


def test_the_front_says_who_we_are_and_how_to_search(plain):
    site, shop = structured(plain.get("/us/de/").content.decode())
    assert (site["@type"], shop["@type"]) == ("WebSite", "Organization")
    target = site["potentialAction"]["target"]["urlTemplate"]
    assert target == f"{ORIGIN}/us/de/search/?q={{search_term_string}}"
    assert site["inLanguage"] == "de-US"
    assert shop["logo"].startswith(f"{ORIGIN}/static/")


def test_a_category_tells_the_way_to_it(plain):
    (way,) = structured(plain.get("/de/en/c/cushions/").content.decode())
    assert way["@type"] == "BreadcrumbList"
    assert [step["position"] for step in way["itemListElement"]] == [1, 2, 3]
    assert way["itemListElement"][1]["item"] == f"{ORIGIN}/de/en/c/textiles/"
    assert "item" not in way["itemListElement"][2]


def test_no_text_ends_the_script_element():
    hostile = "</script><script>alert(1)</script>\u2028<!--"
    assert "<" not in str(document({"name": hostile}))
    assert json.loads(document({"name": hostile}))["@graph"] == [{"name": hostile}]


# --- robots and sitemaps -----------------------------------------------------------------------------------


def allowed(robots: str, path: str) -> bool:
    """As RFC 9309, section 2.2.2 has it: the longest rule that fits decides, and allowing wins a tie."""
    best = (0, True)
    for kind, rule in re.findall(r"^(Allow|Disallow): (\S+)$", robots, re.MULTILINE):
        pattern = re.escape(rule).replace(r"\*", ".*")
        if re.match(pattern, path):
            best = max(best, (len(rule), kind == "Allow"))
    return best[1]


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/", True),
        ("/ie/en/", True),
        ("/de/ar/p/meadow-cushion/", True),
        ("/de/ar/c/textiles/", True),
        ("/de/ar/c/textiles/?page=2", True),
        ("/de/ar/pages/delivery/", True),
        ("/us/en/regions/", True),
        ("/static/css/main.css", True),
        ("/media/products/a.avif", True),
        ("/de/ar/c/textiles/?colour=Ink", True),
        ("/de/ar/c/textiles/?colour=Ink&page=2", False),
        ("/de/ar/c/textiles/?page=2&colour=Ink", False),
        ("/de/ar/c/textiles/?colour=Ink&colour=Moss", False),
        ("/us/en/cart/", True),
        ("/us/en/checkout/contact/", False),
        ("/us/en/orders/ord_1/", False),
        ("/us/en/search/?q=a", True),
        ("/us/en/search/?q=a&colour=Ink", False),
        ("/us/en/fragments/personal/summary/", False),
        ("/us/en/regions/choose/?path=/", False),
        ("/us/en/regions/?path=/cart/", False),
    ],
)
def test_robots_are_told_what_to_leave_out(plain, path, may):
    response = plain.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    text = response.content.decode()
    assert allowed(text, path) is may
    assert f"Sitemap: {ORIGIN}/sitemap.xml\n" in text


MANY = 12_000


@pytest.fixture
def large(plain, twins, monkeypatch) -> Client:
    """A shop of 12,000 products."""
    day = datetime(2029, 1, 1, tzinfo=UTC)
    vase = samples.PRODUCTS[3]
    products = [replace(vase, handle=f"vase-{n}", updated_at=day + timedelta(minutes=n)) for n in range(MANY)]
    catalog = FakeCatalog(products, {}, samples.CATEGORIES)
    for name in ("list_sitemap_entries", "list_categories"):
        monkeypatch.setattr(twins.catalog, name, getattr(catalog, name))
    catalog._serves = lambda market: None
    twins.catalog.large = catalog
    return plain


def entries(client: Client, path: str, element: str) -> list[tuple[str, str | None]]:
    response = client.get(path)
    assert response.status_code == 200, path
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    assert response["Cache-Control"].startswith("public, max-age=3600")
    assert not response.cookies
    assert len(response.content) < 50 * 1024 * 1024
    tree = ET.fromstring(response.content)
    return [
        (one.findtext("s:loc", None, NS), one.findtext("s:lastmod", None, NS))
        for one in tree.findall(f"s:{element}", NS)
    ]


def test_the_sitemaps_of_a_large_shop_name_every_page_once(large, twins):
    maps = [address for address, _ in entries(large, "/sitemap.xml", "sitemap")]
    assert len(maps) == len(set(maps)) == len(REGIONS) * (1 + -(-MANY // sitemaps.URLS_PER_MAP))
    found = []
    for address in maps:
        listed = entries(large, address.removeprefix(ORIGIN), "url")
        assert 0 < len(listed) <= 5_000
        found += [where for where, _ in listed]
    expected = {
        f"{ORIGIN}{region.prefix}{path}"
        for region in REGIONS
        for path in (
            "/", "/pages/delivery/", *(f"/c/{category.slug}/" for category in samples.CATEGORIES),
            *(f"/p/vase-{n}/" for n in range(MANY)),
        )
    }  # fmt: skip
    assert len(found) == len(set(found))
    assert set(found) == expected
    # Once per market and page of entries, however many regions and maps there are.
    assert twins.catalog.large.calls.count("list_sitemap_entries") == 2 * -(-MANY // sitemaps.URLS_PER_MAP)


def test_a_product_says_when_it_changed(large):
    listed = dict(entries(large, "/sitemaps/de-ar-products-1.xml", "url"))
    assert listed[f"{ORIGIN}/de/ar/p/vase-61/"] == "2029-01-01T01:01:00Z"


@pytest.mark.parametrize(
    "path",
    [
        "/sitemaps/de-ar-products-0.xml", "/sitemaps/de-ar-products-99.xml", "/sitemaps/fr-fr-pages.xml",
        "/sitemaps/de-ar-products-x.xml", "/sitemaps/../sitemap.xml", "/sitemaps/.xml",
        "/sitemaps/DE-AR-pages.xml",
    ],
)  # fmt: skip
def test_a_map_that_there_is_not(large, path):
    assert large.get(path).status_code == 404


def test_without_the_catalogue_robots_are_told_to_come_back(plain, twins):
    twins.catalog.fail(down("catalog"))
    response = plain.get("/sitemap.xml")
    assert response.status_code == 503
    assert "Retry-After" in response
