"""What a shopper reads when a product, a search, a page or a review is refused, by code."""

from tests.unit.web.problem_rows import (
    Met,
    helpful,
    look,
    review,
)

NO_PAGE = "This page is missing"
BACK_SOON = "We will be right back"

MET_LOOKING = (
    # looking around
    Met("unknown_product", 404, "catalog.get_product", look("/p/gone/"), 404, NO_PAGE),
    Met("unknown_category", 404, "search.search_products", look("/c/cushions/"), 200, "The newest products"),
    Met(
        "unknown_product",
        404,
        "search.list_related_products",
        look("/p/tide-rug/"),
        200,
        "You may also like",
    ),
    Met("unknown_content", 404, "content.get_page", look("/pages/delivery/"), 404, NO_PAGE),
    Met("internal_error", 500, "catalog.get_product", look("/p/meadow-cushion/"), 503, BACK_SOON),
    Met("unavailable", 503, "catalog.get_product", look("/p/meadow-cushion/"), 503, BACK_SOON),
    Met(
        "page_out_of_range",
        404,
        "search.search_products",
        look("/search/?q=a&page=7"),
        404,
        "There is no page 7",
    ),
    Met(
        "unknown_facet",
        422,
        "search.search_products",
        look("/search/?q=a&shade=Ink"),
        400,
        "We could not search for that. Please try other words.",
    ),
    Met(
        "price_range",
        422,
        "search.search_products",
        look("/search/?q=a&price=1-2"),
        400,
        "We could not search for that. Please try other words.",
    ),
    Met(
        "rating_range",
        422,
        "search.search_products",
        look("/search/?q=a&rating=4"),
        400,
        "We could not search for that. Please try other words.",
    ),
    # reviews
    Met(
        "bad_cursor",
        400,
        "reviews.list_reviews",
        look("/p/meadow-cushion/reviews/?page=2"),
        200,
        "Reviews can’t be shown right now.",
    ),
    Met("unknown_review", 404, "reviews.vote_helpful", helpful, 404, NO_PAGE),
    Met("unknown_product", 404, "reviews.submit_review", review, 404, NO_PAGE),
    Met(
        "idempotency_key_reused",
        422,
        "reviews.submit_review",
        review,
        422,
        "We could not accept this as it is.",
    ),
    Met("request_in_progress", 409, "reviews.submit_review", review, 303, ""),
)
