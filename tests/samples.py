"""A tiny shop for tests: four products in three categories, what they cost, and twins of every service.

The twins that `fake_catalog()` and its siblings give are fresh and agree with one another. The goods:

    meadow-cushion   4 variants, in stock, 49 and 69 EUR, one colour reduced
    tide-rug         1 variant, 2 left
    fern-wallpaper   1 variant, sold out
    ember-vase       1 variant, in stock
"""

from datetime import UTC, datetime

from storefront.clients.catalog import Attribute, Category, Offer, Product, ProductOption, Variant
from storefront.clients.catalog.fake import FakeCatalog, card_of
from storefront.clients.content import (
    ContentPage,
    Hero,
    Home,
    HomeSection,
    Link,
    ListedRedirect,
    Menu,
    MenuGroup,
)
from storefront.clients.content.fake import FakeContent
from storefront.clients.customers import Customer
from storefront.clients.customers.fake import FakeCustomers
from storefront.clients.lists.fake import FakeLists
from storefront.clients.orders.fake import FakeOrders, Goods
from storefront.clients.reviews import ModeratedReview, Reply
from storefront.clients.reviews.fake import FakeReviews
from storefront.clients.search.fake import Entry, FakeSearch
from storefront.clients.shapes import Address, Contact, Image
from storefront.clients.stores import OpeningHours, Position, Store
from storefront.clients.stores.fake import FakeStores
from storefront.core import Clock, CustomerId, Money, Sku, StoreId

UPDATED = datetime(2029, 12, 1, 8, 30, tzinfo=UTC)

CONTACT = Contact(email="robin@example.com", name="Robin Byrne")
ADDRESS = Address(line1="12 Harbour Street", city="Galway", postcode="H91 AB12", country="IE")

CUSHION = Sku("FN-MEA-INK-45")
LAST_RUGS = Sku("TD-TID-SEA")
SOLD_OUT = Sku("FR-FER-GRN")
VASE = Sku("EM-EMB-CLA")

ROBIN_TOKEN = "access-token-of-robin"
MIKA_TOKEN = "access-token-of-mika"


def image(name: str, alt: str) -> Image:
    return Image(
        base=f"/media/products/{name}",
        widths=(360, 720, 1080),
        formats=("avif", "webp"),
        width=1080,
        height=1350,
        alt=alt,
    )


def option(name: str, *values: str) -> ProductOption:
    return ProductOption(name=name, label=name, values=values, labels={})


def eur(amount: int) -> Money:
    return Money(amount, "EUR")


CATEGORIES = (
    Category(
        id="textiles",
        slug="textiles",
        name="Textiles",
        description="Printed by the metre and sewn to order.",
        parent_id=None,
        position=1,
        product_count=2,
        image=None,
    ),
    Category(
        id="ceramics",
        slug="ceramics",
        name="Ceramics",
        description="Thrown and fired in small batches.",
        parent_id=None,
        position=2,
        product_count=1,
        image=None,
    ),
    Category(
        id="cushions",
        slug="cushions",
        name="Cushions",
        description="Block-printed covers with feather pads.",
        parent_id="textiles",
        position=1,
        product_count=1,
        image=image("cushions", "A stack of cushions"),
    ),
)


def _product(handle: str, title: str, category: str, *, material: str, sku: Sku, colour: str) -> Product:
    return Product(
        handle=handle,
        title=title,
        vendor="Fieldnote",
        description_html=f"<p>{title}, made by hand.</p>",
        summary=f"{title}, made by hand.",
        category_ids=(category,),
        tags=(material.lower(),),
        options=(option("Colour", colour),),
        variants=(
            Variant(
                sku=sku,
                title=colour,
                options={"Colour": colour},
                image_index=0,
                unit_measure=None,
                sample=False,
            ),
        ),
        images=(image(handle, title),),
        attributes=(Attribute(code="material", name="Material", values=(material,), labels={}),),
        markets=("eu", "us"),
        version=1,
        updated_at=UPDATED,
    )


def _cushion() -> Product:
    plain = _product(
        "meadow-cushion", "Meadow cushion", "cushions", material="Linen", sku=CUSHION, colour="Ink"
    )
    variants = tuple(
        Variant(
            sku=Sku(f"FN-MEA-{colour[:3].upper()}-{size}"),
            title=f"{colour} / {size} cm",
            options={"Colour": colour, "Size": f"{size} cm"},
            image_index=index,
            unit_measure=None,
            sample=False,
        )
        for index, colour in enumerate(("Ink", "Moss"))
        for size in (45, 60)
    )
    return Product(
        **{name: getattr(plain, name) for name in plain.__struct_fields__}
        | {
            "options": (
                option("Colour", "Ink", "Moss"),
                option("Size", "45 cm", "60 cm"),
            ),
            "variants": variants,
            "images": (
                image("meadow-cushion-ink", "Meadow cushion in ink"),
                image("meadow-cushion-moss", "Meadow cushion in moss"),
            ),
            "version": 3,
        }
    )


PRODUCTS = (
    _cushion(),
    _product("tide-rug", "Tide rug", "textiles", material="Wool", sku=LAST_RUGS, colour="Sea"),
    _product("fern-wallpaper", "Fern wallpaper", "textiles", material="Paper", sku=SOLD_OUT, colour="Green"),
    _product("ember-vase", "Ember vase", "ceramics", material="Stoneware", sku=VASE, colour="Clay"),
)


def _offer(sku: Sku, amount: int, quantity: int, *, was: int | None = None) -> Offer:
    return Offer(
        sku=sku,
        price=eur(amount),
        compare_at=eur(was) if was else None,
        unit_price=None,
        availability="out_of_stock" if quantity == 0 else "low_stock" if quantity < 5 else "in_stock",
        quantity=quantity,
    )


OFFERS = {
    "meadow-cushion": (
        _offer(CUSHION, 4900, 42, was=5900),
        _offer(Sku("FN-MEA-INK-60"), 6900, 12),
        _offer(Sku("FN-MEA-MOS-45"), 4900, 8),
        _offer(Sku("FN-MEA-MOS-60"), 6900, 0),
    ),
    "tide-rug": (_offer(LAST_RUGS, 24900, 2),),
    "fern-wallpaper": (_offer(SOLD_OUT, 8900, 0),),
    "ember-vase": (_offer(VASE, 3900, 30),),
}

HOME = Home(
    hero=Hero(
        title="Printed by hand, made to last",
        text="Textiles, wallpapers and ceramics from small workshops.",
        link=Link(label="See what is new", href="/c/textiles/"),
        image=image("hero", "A printing table with blocks and ink"),
    ),
    sections=(
        HomeSection(
            kind="categories", title="Shop by room", text="", slugs=("textiles", "ceramics"), link=None
        ),
        HomeSection(
            kind="products",
            title="New this week",
            text="",
            slugs=("meadow-cushion", "ember-vase"),
            link=Link(label="All textiles", href="/c/textiles/"),
        ),
        HomeSection(
            kind="text",
            title="How we make things",
            text="Four workshops and one studio.",
            slugs=(),
            link=Link(label="Read more", href="/pages/about/"),
        ),
    ),
    version=2,
    updated_at=UPDATED,
)

FOOTER = Menu(
    name="footer",
    groups=(
        MenuGroup(
            title="Help",
            links=(
                Link(label="Delivery", href="/pages/delivery/"),
                Link(label="Contact", href="/pages/contact/"),
            ),
        ),
    ),
    version=1,
    updated_at=UPDATED,
)

DELIVERY_PAGE = ContentPage(
    slug="delivery",
    title="Delivery",
    description="What delivery costs and how long it takes.",
    body_html="<p>Standard delivery takes two to four working days.</p>",
    version=1,
    updated_at=UPDATED,
)

MOVED = ListedRedirect(path="/old/cushion", target="/p/meadow-cushion/", status=301)

GALWAY = Store(
    id=StoreId("sto_galway01"),
    name="Galway",
    address=Address(line1="4 Quay Lane", city="Galway", postcode="H91 CX23", country="IE"),
    position=Position(latitude=53.2707, longitude=-9.0568),
    phone="+353 91 000001",
    hours=(OpeningHours(day="monday", opens="10:00", closes="18:00"),),
    services=("pickup",),
    timezone="Europe/Dublin",
    version=1,
    updated_at=UPDATED,
)

ROBIN = Customer(
    id=CustomerId("3f0c1d1e-8f5b-4b57-9a11-0c8f9c2f7b10"),
    email="robin@example.com",
    name="Robin Byrne",
    phone=None,
    version=1,
    updated_at=UPDATED,
)


def review(number: int, rating: int, body: str, **changes: object) -> ModeratedReview:
    """An approved review of the cushion, written on day `number` of October 2029."""
    written = datetime(2029, 10, number, 18, 20, tzinfo=UTC)
    fields: dict[str, object] = {
        "id": f"rev_{number:08d}",
        "handle": "meadow-cushion",
        "rating": rating,
        "title": None,
        "body": body,
        "author": "Robin B.",
        "locale": "en",
        "verified_buyer": False,
        "helpful": 0,
        "created_at": written,
        "reply": None,
        "state": "approved",
        "flags": (),
        "reason": None,
        "version": 2,
        "updated_at": written,
    }
    return ModeratedReview(**(fields | changes))


REVIEWS = (
    review(
        1,
        5,
        "The linen is heavy and soft, and the ink is exactly the blue of the picture.",
        title="Softer than it looks",
        verified_buyer=True,
        helpful=3,
        reply=Reply(body="Thank you, Robin. The pad is from our own mill.", created_at=UPDATED),
    ),
    review(
        2, 4, "Sehr schöner Stoff. Der Reißverschluss könnte leichter laufen.", author="Jana", locale="de"
    ),
    review(3, 5, "اللون كما في الصورة والقماش ناعم جدًا.", author="ليلى", locale="ar", helpful=1),
    review(4, 2, "It lost its shape within a fortnight.\nAt least the return was easy.", author="Sam"),
    review(5, 5, "Nobody has read these words yet, so nobody sees them.", state="pending", version=1),
)


def fake_catalog() -> FakeCatalog:
    return FakeCatalog(PRODUCTS, OFFERS, CATEGORIES)


def fake_search() -> FakeSearch:
    parents = {category.id: category.parent_id for category in CATEGORIES}
    entries = []
    for product in PRODUCTS:
        filed = set(product.category_ids)
        filed |= {parent for category in product.category_ids if (parent := parents[category])}
        facets = {option.name.lower(): option.values for option in product.options}
        facets |= {attribute.code: attribute.values for attribute in product.attributes}
        card, (shelf, *_) = card_of(product, OFFERS[product.handle]), product.category_ids
        entries.append(Entry(card, frozenset(filed), facets, shelf))
    names = {"colour": "Colour", "size": "Size", "material": "Material"}
    return FakeSearch(entries, names=names, categories={c.slug: c.name for c in CATEGORIES})


def fake_orders(clock: Clock | None = None) -> FakeOrders:
    offers = {offer.sku: offer for some in OFFERS.values() for offer in some}
    goods = [
        Goods(
            sku=variant.sku,
            handle=product.handle,
            title=product.title,
            variant_title=variant.title,
            price=offers[variant.sku].price,
            quantity=offers[variant.sku].quantity,
            image=product.images[variant.image_index or 0],
        )
        for product in PRODUCTS
        for variant in product.variants
    ]
    return FakeOrders(goods, clock=clock)


def fake_content() -> FakeContent:
    return FakeContent(HOME, [FOOTER], [DELIVERY_PAGE], [MOVED])


def fake_stores() -> FakeStores:
    return FakeStores([GALWAY])


def fake_reviews() -> FakeReviews:
    handles = [product.handle for product in PRODUCTS]
    return FakeReviews(REVIEWS, handles=handles, moderators=[MIKA_TOKEN])


def fake_customers() -> FakeCustomers:
    return FakeCustomers({ROBIN_TOKEN: ROBIN})


def fake_lists() -> FakeLists:
    return FakeLists({ROBIN_TOKEN: ROBIN.id, MIKA_TOKEN: "mika"})
