"""What the living page shows its components with: plausible goods, people and states, nothing fetched."""

from dataclasses import dataclass, field

from storefront.clients.orders import Cart, Line, Notice, PromotionCode
from storefront.clients.shapes import Address, Image, ProductCard, Rating, Totals
from storefront.core import Money
from storefront.styleguide.sampling import sample
from storefront.web.credentials import new_password_field
from storefront.web.forms import Field, FieldError, Option
from storefront.web.listing import Applied, Choice, FacetValueView, FacetView, Listing
from storefront.web.site import CategoryNode, Crumb

LONG = "Hand-block-printed Donaudampfschifffahrtsgesellschaftskapitänskajütenkissenbezug in undyed linen"
ARABIC = "وسادة المرج المطبوعة يدويًا من الكتان"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the checkout as components/steps.html reads it."""

    label: str
    state: str
    href: str = ""


def _eur(amount: int) -> Money:
    return Money(amount, "EUR")


def _card(handle: str, title: str, **given: object) -> ProductCard:
    known: dict[str, object] = {
        "vendor": "Ravenglass Pottery",
        "availability": "in_stock",
        "price_from": _eur(18_00),
        "compare_at": None,
        "price_varies": False,
        "image": None,
        "colours": ("Ink", "Clay", "Moss"),
    }
    return sample(ProductCard, handle=handle, title=title, **(known | given))


def cards() -> tuple[ProductCard, ...]:
    """A product in each state that a list knows."""
    many = ("Oat", "Forest", "Plum", "Sky", "Clay", "Ink")
    reduced: dict[str, object] = {"compare_at": _eur(52_00), "price_from": _eur(39_00)}
    return (
        _card("mug", "Weather Mug", price_varies=True, rating=Rating(average=4.6, count=128)),
        _card("cushion", "Shingle Cushion", colours=(), **reduced),
        _card("tray", "Grove Round Tray", availability="low_stock", colours=many),
        _card("rug", "Tide Rug", availability="out_of_stock", colours=("Seaglass",)),
        _card("long", LONG, price_from=_eur(1_249_00), vendor="Werkstatt für Textildruck und Färberei"),
        _card("arabic", ARABIC),
    )


def _value(label: str, count: int, *, selected: bool = False) -> FacetValueView:
    return sample(FacetValueView, value=label, label=label, count=count, selected=selected)


def listing() -> Listing:
    """A list that is filtered, in the middle of its pages."""
    colours = (_value("Ink", 14, selected=True), _value("Clay", 9), _value("Moss", 0))
    sizes = tuple(_value(f"{width} × {width} cm", 12) for width in (40, 50, 60))
    return sample(
        Listing,
        cards=cards(),
        total=1_204,
        page=2,
        page_count=51,
        sort="newest",
        sort_options=(
            sample(Choice, value="newest", label="Newest", selected=True, href="#"),
            sample(Choice, value="price_asc", label="Price, low to high", selected=False, href="#"),
        ),
        facets=(
            sample(FacetView, code="colour", name="Colour", open=True, values=colours),
            sample(FacetView, code="size", name="Size", open=False, values=sizes),
        ),
        applied=(
            sample(Applied, label="Ink", remove_href="#"),
            sample(Applied, label="Linen", remove_href="#"),
        ),
        clear_href="#",
        previous_href="#",
        next_href="#",
        action="#",
    )


def fields() -> tuple[Field, ...]:
    """A question in each state."""
    return (
        Field("plain-field", "Full name", autocomplete="off"),
        Field(
            "hinted-field",
            "Email address",
            value="robin@example.com",
            type="email",
            hint="For the confirmation.",
        ),
        Field("wrong-field", "Postcode", value="99999", error="Postcode: please write it like H91 AB12."),
        Field("optional-field", "Company", required=False),
        Field(
            "chosen-field", "Country", value="IE", options=(Option("IE", "Ireland"), Option("DE", "Germany"))
        ),
        new_password_field("secret-field", "Password").read("short"),
        Field("long-field", f"{LONG}?", value=LONG),
        Field("folded-field", "Flat or floor", required=False, folded=True),
    )


def lines() -> tuple[Line, ...]:
    """Lines of a cart: as it should be, one that changed, one with a long name."""
    notice = sample(Notice, detail="The price went down from €22.00 to €18.00.")
    shared: dict[str, object] = {"variant_title": "Ink / 45 cm", "unit_price": _eur(18_00), "image": None}
    return (
        sample(Line, id="line-plain", title="Weather Mug", line_total=_eur(36_00), quantity=2, **shared),
        sample(
            Line, id="line-changed", title="Tide Rug", line_total=_eur(18_00), notices=(notice,), **shared
        ),
        sample(Line, id="line-long", title=LONG, line_total=_eur(1_249_00), quantity=99, **shared),
    )


def totals(*, taxed_on_top: bool = False) -> Totals:
    """What an order costs; with `taxed_on_top` as in the United States."""
    return sample(
        Totals,
        subtotal=_eur(108_00),
        discount=_eur(10_80),
        delivery=_eur(4_90),
        tax=_eur(17_01),
        tax_basis_points=2_000,
        total=_eur(102_10),
        tax_included=not taxed_on_top,
        estimated=False,
    )


@dataclass(frozen=True, slots=True)
class Code:
    """What was typed as a promo code, as components/promo.html reads it."""

    typed: str
    error: str
    fault: str


def cart() -> Cart:
    """A cart with a code that applies and one that does not."""
    return sample(
        Cart,
        lines=lines(),
        totals=totals(),
        codes=(
            sample(PromotionCode, code="HARVEST", applied=True),
            sample(PromotionCode, code="WELCOME", applied=False, detail="It needs goods for €12.00 more."),
        ),
    )


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a product, as components/gallery.html reads it."""

    number: int
    image: Image


def pictures() -> tuple[Picture, ...]:
    """Pictures of nothing in particular: a shop's own are no part of its style."""
    image = sample(
        Image, base="/media/sample", widths=(360,), formats=("webp",), width=1080, height=1350, alt="Sample"
    )
    return (Picture(1, image), Picture(2, image))


@dataclass(frozen=True, slots=True)
class OptionValue:
    """A value to choose, as components/option.html reads it."""

    value: str
    state: str = "available"
    selected: bool = False
    hint: str = ""
    href: str = "#"

    @property
    def label(self) -> str:
        """What people read."""
        return self.value


@dataclass(frozen=True, slots=True)
class OptionRow:
    """Something to choose, likewise."""

    label: str
    chosen: str
    is_colour: bool
    values: tuple[OptionValue, ...]
    notes: tuple[str, ...] = ()


def options() -> tuple[OptionRow, ...]:
    """A row of colours and one of sizes, some of them not to be had."""
    return (
        OptionRow(
            "Colour",
            "Ink",
            is_colour=True,
            values=(
                OptionValue("Ink", selected=True),
                OptionValue("Clay"),
                OptionValue("Moss", "sold_out", hint="sold out"),
            ),
        ),
        OptionRow(
            "Size",
            "",
            is_colour=False,
            values=(
                OptionValue("45 cm"),
                OptionValue("60 cm", "missing", hint="not made in Ink"),
                OptionValue(LONG),
            ),
            notes=("60 cm is not made in Ink.",),
        ),
    )


def categories() -> tuple[CategoryNode, ...]:
    """A tree three levels deep."""

    def node(name: str, *children: CategoryNode) -> CategoryNode:
        return sample(CategoryNode, slug=name.lower().replace(" ", "-"), name=name, children=children)

    return (
        node("Walls", node("Wallpaper", node("Grasscloth"), node("Murals")), node("Art prints")),
        node("Lighting"),
    )


@dataclass(frozen=True, slots=True)
class Samples:
    """Everything that the living page's templates read."""

    cards: tuple[ProductCard, ...] = field(default_factory=cards)
    listing: Listing = field(default_factory=listing)
    fields: tuple[Field, ...] = field(default_factory=fields)
    lines: tuple[Line, ...] = field(default_factory=lines)
    totals: Totals = field(default_factory=totals)
    totals_on_top: Totals = field(default_factory=lambda: totals(taxed_on_top=True))
    categories: tuple[CategoryNode, ...] = field(default_factory=categories)
    cart: Cart = field(default_factory=cart)
    code: Code = Code("HARVST", "Promo code: we do not know this one.", "We do not know this one.")
    options: tuple[OptionRow, ...] = field(default_factory=options)
    pictures: tuple[Picture, ...] = field(default_factory=pictures)
    image: Image | None = None
    long: str = LONG
    arabic: str = ARABIC
    price: Money = field(default_factory=lambda: _eur(39_00))
    price_before: Money = field(default_factory=lambda: _eur(52_00))
    colours: tuple[str, ...] = (
        "Ink",
        "Sky",
        "Oat",
        "Fern",
        "Clay",
        "Marigold",
        "Plum",
        "Slate",
        "Cream",
        "No such",
    )
    crumbs: tuple[Crumb, ...] = (
        Crumb("Home", "#"),
        Crumb("Tableware", "#"),
        Crumb("Mugs & cups", "#"),
        Crumb("Weather Mug"),
    )
    errors: tuple[FieldError, ...] = (
        FieldError("wrong-field", "Postcode: please write it like H91 AB12."),
        FieldError("", "The order service did not answer. Nothing was charged."),
    )
    steps: tuple[Step, ...] = (
        Step("Contact", "done", "#"),
        Step("Delivery", "current"),
        Step("Payment", "todo"),
        Step("Review", "todo"),
    )
    address: Address = field(
        default_factory=lambda: sample(
            Address,
            line1="12 Harbour Street",
            city="Galway",
            postcode="H91 AB12",
            country="IE",
            company="Byrne & Sons",
        )
    )
