"""What a public page is made of: each part with its source, age, tags and what the backend took for it."""

from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from django.http import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from storefront.console.addresses import NotAPage, PageAddress, page_address
from storefront.console.guards import staff_view
from storefront.console.pages import ConsolePage, console_page
from storefront.telemetry import Part
from storefront.web.flags.variants import FlagVariants
from storefront.web.forms import Field, Form
from storefront.web.handler import ShopHandler
from storefront.web.page_cache import Explained, KeptCopy, PageCache, page_cache_of
from storefront.web.requests import ShopRequest

_HERE = "console:explain"
SOURCES: dict[str, str | Promise] = {
    "memory": _lazy("this worker’s memory"),
    "redis": _lazy("Redis"),
    "kept": _lazy("kept"),
    "fetched": _lazy("fetched"),
    "rendered": _lazy("rendered"),
    "stale": _lazy("an old copy, because the backend does not answer"),
    "not_found": _lazy("the backend has no such thing"),
    "failed": _lazy("failed, and left out"),
}
WHY_NOT: dict[str, str | Promise] = {
    "status": _lazy("Its status is not 200."),
    "private_route": _lazy("Its route is not public."),
    "cookie": _lazy("It sets a cookie."),
    "cache_control": _lazy("Its Cache-Control does not let shared caches keep it."),
    "vary": _lazy("It varies by more than its coding."),
    "encoded": _lazy("It comes compressed already."),
    "too_large": _lazy("It is too large."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One part as the table has it. `tags` are with their versions ("product:rug v4"); "" for no number."""

    name: str
    detail: str
    source: str
    age: str
    ms: str
    backend_ms: str
    tags: tuple[str, ...]

    @classmethod
    def of(cls, part: Part) -> "Row":
        """The row of a part."""
        return cls(
            part.name,
            part.detail,
            str(SOURCES.get(part.source, part.source)),
            "" if part.age is None else f"{part.age:.1f}",
            "" if part.ms is None else f"{part.ms:.1f}",
            "" if part.backend_ms is None else f"{part.backend_ms:.1f}",
            tuple(name if version is None else f"{name} v{version}" for name, version in part.tags),
        )


@dataclass(frozen=True, slots=True)
class Told:
    """A page explained. `why_not` is why it is not kept, "" for one that is; `ms` is what making it took."""

    address: str
    status: str
    rows: tuple[Row, ...]
    why_not: str
    ms: float
    backend_ms: float
    sizes: tuple[tuple[str, int], ...]
    flags: tuple[tuple[str, str], ...]
    cache_control: str
    kept: KeptCopy | None
    kept_in: str
    degraded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainPage(ConsolePage):
    """`told` is None before an address was typed. Not `cached`: the page cache is switched off here."""

    told: Told | None = None
    cached: bool = True


@staff_view(query=("address",))
def explain(request: ShopRequest) -> HttpResponseBase:
    """The form, and what the page at `address` is made of. Makes the page as a stranger would get it."""
    typed = request.GET.get("address", "")
    if not typed:
        return _page(request, _form())
    form = _form().read({"address": typed})
    if not form.ok:
        return _page(request, form, status=422)
    address = page_address(form["address"].value)
    own = page_cache_of(request.META)
    try:
        found = page_made(address, own)
    except TimeoutError:
        return _page(request, form, problem=_("The page was not made in time. Try again."), status=503)
    if found is None:
        return _page(request, form, problem=_("That address can’t be asked for as it is."), status=422)
    return _page(request, form, told=_told(form["address"].value, found), cached=own is not None)


def page_made(address: PageAddress, own: PageCache | None = None) -> Explained | None:
    """The page, made by the page cache that serves this process, or by one without memory of its own.

    None for an address that can't be asked for. Raises TimeoutError.
    """
    path = unquote_to_bytes(address.path).decode("latin-1")
    if own is not None:
        return own.explain(path, address.query)
    made = PageCache(ShopHandler(), megabytes=0, variants=FlagVariants())
    try:
        return made.explain(path, address.query)
    finally:
        made.close()


def _told(typed: str, found: Explained) -> Told:
    rendered = found.rendered
    page = rendered.page
    headers = {name.lower(): value for name, value in rendered.headers}
    sizes = {} if page is None else {name: len(body) for name, body in page.bodies.items()}
    return Told(
        address=typed,
        status=rendered.status,
        rows=tuple(map(Row.of, found.parts)),
        why_not=str(WHY_NOT.get(rendered.why_not, rendered.why_not)),
        ms=found.ms,
        backend_ms=sum(part.backend_ms or 0.0 for part in found.parts),
        sizes=(("identity", len(rendered.body)), *((n, s) for n, s in sizes.items() if n != "identity")),
        flags=rendered.values,
        cache_control=headers.get("cache-control", ""),
        kept=found.kept,
        kept_in=str(SOURCES[found.kept.layer]) if found.kept else "",
        degraded=page is not None and page.degraded,
    )


def _form() -> Form:
    hint = _("Of a public page, as the browser shows it: /ie/en/p/saltgrain-mug/")
    field = Field("address", _("Address"), hint=hint, max_length=1_000, autocapitalize="none", check=_fault)
    return Form((field,))


def _fault(typed: str) -> str:
    try:
        page_address(typed)
    except NotAPage as error:
        return str(error)
    return ""


def _page(
    request: ShopRequest,
    form: Form,
    *,
    told: Told | None = None,
    cached: bool = True,
    problem: str = "",
    status: int = 200,
) -> HttpResponseBase:
    page = ExplainPage(
        title=_("Explain a page"), route=_HERE, form=form, told=told, cached=cached, problem=problem
    )
    return console_page(request, "explain", page, status=status)
