"""What a category page holds.

Critical: the category tree (a page without its category's name would be no page). Deferred: the search
service's list with facets; without it the catalogue's newest products of the category take its place,
marked as degraded, and those are critical then: an empty list must never pass for an empty category.
"""

from dataclasses import dataclass

from storefront.clients.catalog import Category
from storefront.core import NotFound
from storefront.web import reads
from storefront.web.find import Outcome, find, no_such_page, out_of_range, page_title
from storefront.web.list_state import ListState
from storefront.web.listing import Listing, build_listing, plain_listing
from storefront.web.policies import COMPOSE_SECONDS
from storefront.web.shop import Shop
from storefront.web.site import Crumb, breadcrumbs

_DESCRIPTION_LENGTH = 160


@dataclass(frozen=True, slots=True)
class CategoryPage:
    """A category with its products.

    `children` are the categories right below it; a category that has none shows its `siblings` instead,
    itself among them. `parent` is the one above, None at the top.
    """

    title: str
    description: str
    category: Category
    breadcrumbs: tuple[Crumb, ...]
    children: tuple[Category, ...]
    siblings: tuple[Category, ...]
    parent: Category | None
    listing: Listing


def build_category(shop: Shop, slug: str, state: ListState, typed_page: str) -> CategoryPage:
    """The page.

    Raises NotFound for an unknown category, PageProblem for a page that the list does not have, and
    UpstreamUnavailable when neither search nor catalogue can tell the products.
    """
    with shop.compose.page(COMPOSE_SECONDS) as plan:
        tree = plan.critical("categories", lambda: reads.category_tree(shop).value, cached=True)
        asked = plan.deferred("search", lambda: find(shop, state, slug), cached=True)
    items = tree.value.items
    category = next((one for one in items if one.slug == slug), None)
    if category is None:
        raise NotFound("catalog", "category", status=404, code="not_found")
    if state.page == 0:
        raise no_such_page(shop, state, typed_page, slug)
    children = _below(items, category.id)
    siblings = _below(items, category.parent_id) if category.parent_id and not children else ()
    return CategoryPage(
        title=page_title(category.name, state),
        description=category.description[:_DESCRIPTION_LENGTH],
        category=category,
        breadcrumbs=breadcrumbs(items, category.id),
        children=children,
        siblings=siblings if len(siblings) > 1 else (),
        parent=next((one for one in items if one.id == category.parent_id), None),
        listing=_listing(shop, category, asked.or_none(), state, typed_page),
    )


def _below(items: tuple[Category, ...], parent_id: str | None) -> tuple[Category, ...]:
    return tuple(one for one in items if one.parent_id == parent_id)


def _listing(
    shop: Shop, category: Category, outcome: Outcome | None, state: ListState, typed_page: str
) -> Listing:
    if outcome is not None and outcome.result is not None:
        # The categories below are links of the page already.
        return build_listing(outcome.state, outcome.result, without=("category",))
    if outcome is not None and out_of_range(outcome):
        raise no_such_page(shop, outcome.state, typed_page, category.slug)
    # Search is away, or does not know yet what the catalogue does: browsing goes on without it.
    shop.telemetry.degraded("listing", "unavailable")
    newest = reads.newest_products(shop, category.slug).value
    return plain_listing(newest.items, state.path)
