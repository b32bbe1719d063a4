"""The routes of reviews: read them (public), write one, say that one helped (private)."""

from dataclasses import replace

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from storefront.clients.catalog import Product
from storefront.core import Conflict, Invalid, NotFound, UpstreamError
from storefront.reviews.forms import TRAP, checked, review_form, review_of, shown_name
from storefront.reviews.operations import form_key, reviews_each, submit, vote, votes_each
from storefront.reviews.pages import ThanksPage, VotedPage, WritePage, build_page, way_to
from storefront.web import reads
from storefront.web.client_address import client_name
from storefront.web.counting import meant
from storefront.web.errors import ErrorLink, PageProblem, in_our_language
from storefront.web.forms import Form
from storefront.web.identity import keeps_form, kept_form
from storefront.web.policies import FRAGMENT_SECONDS, private_page, public_page
from storefront.web.product_reviews import ReviewState, build_reviews
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_fragment, render_page, see_other

_QUERY = ("sort", "rating", "page")
_BAD, _MANY, _AWAY = 422, 429, 503


@public_page(tags=lambda handle: (f"reviews:{handle}",), query=_QUERY, deadline=FRAGMENT_SECONDS)
def section(request: ShopRequest, handle: str) -> HttpResponseBase:
    """The section of a product page; from its second page on only what comes below the first."""
    view = replace(build_reviews(request.shop, _state(request, handle)), writing=_is_open(request))
    template = "reviews/more.html" if view.state.page > 1 else "reviews/section.html"
    return render_fragment(request, template, view, degraded=view.summary is None)


@public_page(tags=lambda handle: (f"reviews:{handle}", f"product:{handle}"), query=_QUERY)
def page(request: ShopRequest, handle: str) -> HttpResponseBase:
    """All reviews of a product; 404 for an unknown product and for a page beyond the end."""
    state = _state(request, handle)
    built = build_page(request.shop, state)
    built = replace(built, reviews=replace(built.reviews, writing=_is_open(request)))
    # However they are sorted and filtered, they are the same reviews: one address for search engines.
    canonical = ReviewState(handle).link("", page=state.page).href
    return render_page(
        request,
        "reviews/page.html",
        built,
        canonical=canonical,
        degraded=built.reviews.summary is None,
        markets=built.product.markets,
    )


@private_page(query=())
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_form(review_form)
def write(request: ShopRequest, handle: str) -> HttpResponseBase:
    """The form, and what is wrong with what was sent; 404 for an unknown product."""
    author = _author(request)
    form = review_form(author)
    if not _is_open(request):
        meant(request)
        words = _("Reviews can’t be written at the moment. The ones there are can be read.")
        if request.method != "POST":
            back = ErrorLink(_("Back to the product"), reverse("catalog:product", kwargs={"handle": handle}))
            raise PageProblem(_AWAY, words, link=back)
        return _show(request, handle, form.read(request.POST.dict()).with_errors(problem=words), _AWAY)
    if request.method != "POST":
        # What somebody had typed whose sign-in ended meanwhile.
        return _show(request, handle, form.filled(kept_form(request)), 200)
    form = checked(form.read(request.POST.dict()), request.POST.get(TRAP, ""))
    if not form.ok:
        return _show(request, handle, form, _BAD)
    if not reviews_each.take(client_name(request)):
        words = _(
            "Many reviews came from your connection in a short time. Please wait a minute and send it again."
        )
        return _show(request, handle, form.with_errors(problem=words), _MANY)
    try:
        key = form_key(request.POST.get("form_key", ""))
        submit(request, handle, review_of(form, request.shop.locale, author), key)
    except NotFound:
        raise
    except Conflict:
        pass  # the same form is being taken in at this very moment
    except Invalid as refused:
        words = _("We could not accept this as it is. Please check it and try again.")
        errors = [replace(one, detail=in_our_language(one.detail) or words) for one in refused.errors]
        return _show(request, handle, form.with_refusals(errors, otherwise=words), _BAD)
    except UpstreamError:
        words = _(
            "We could not take your review right now. It is still here; please send it again in a moment."
        )
        return _show(request, handle, form.with_errors(problem=words), _AWAY)
    return see_other(reverse("reviews:thanks", kwargs={"handle": handle}))


@private_page(query=())
@require_safe
def thanks(request: ShopRequest, handle: str) -> HttpResponseBase:
    """After a review was sent: what happens with it."""
    product = reads.product(request.shop, handle).value
    return render_page(
        request, "reviews/thanks.html", ThanksPage(_("Thank you for your review"), handle, product.title)
    )


@private_page(query=())
@require_POST
def helpful(request: ShopRequest, handle: str, review_id: str) -> HttpResponseBase:
    """Say that a review helped: a fragment by htmx, else back to the reviews."""
    if not votes_each.take(client_name(request)):
        raise PageProblem(_MANY, _("A lot of votes came from your connection. Please wait a minute."))
    try:
        voted = VotedPage(review_id, vote(request, review_id))
    except NotFound:
        raise
    except UpstreamError as failed:
        words = _("We could not count that right now. Please try again in a moment.")
        raise PageProblem(_AWAY, words) from failed
    if request.htmx:
        return render_fragment(request, "reviews/voted.html", voted)
    return see_other(reverse("reviews:page", kwargs={"handle": handle}))


def _state(request: ShopRequest, handle: str) -> ReviewState:
    query = request.GET
    return ReviewState.read(handle, query.get("sort", ""), query.get("rating", ""), query.get("page", "1"))


def _is_open(request: ShopRequest) -> bool:
    """Whether new reviews are taken."""
    return request.flags.boolean("reviews-writing")


def _author(request: ShopRequest) -> str:
    """The name to show of whoever is signed in; "" for a guest and for who has told us none."""
    person = request.identity.person
    return shown_name(person.name) if person is not None else ""


def _show(request: ShopRequest, handle: str, form: Form, status: int) -> HttpResponseBase:
    product = _product(request, handle)
    title = _("Write a review")
    built = WritePage(
        title=title if form.ok else _("Error: %(title)s") % {"title": title},
        handle=handle,
        product_title=product.title if product else "",
        image=product.images[0] if product and product.images else None,
        breadcrumbs=way_to(product, title),
        form=form,
        author=_author(request),
        form_key=form_key(request.POST.get("form_key", "")),
    )
    return render_page(request, "reviews/write.html", built, status=status)


def _product(request: ShopRequest, handle: str) -> Product | None:
    """The product; None where only its name and picture are missing beside what somebody has typed."""
    try:
        return reads.product(request.shop, handle).value
    except NotFound:
        raise
    except UpstreamError:
        if request.method != "POST":
            raise
        return None  # noted in the request's record
