"""What search engines read of reviews: only what is there, in the words of schema.org."""

import pytest

from storefront.clients.reviews import Review
from storefront.core import NotFound
from storefront.web.product_reviews import ReviewState, rating_data, review_data
from tests import samples


def public(review) -> Review:
    return Review(**{name: getattr(review, name) for name in Review.__struct_fields__})


def test_an_average_of_nothing_is_not_told():
    reviews = samples.fake_reviews()
    assert rating_data(reviews.get_summary(handle="tide-rug")) is None
    assert rating_data(None) is None
    told = rating_data(reviews.get_summary(handle="meadow-cushion"))
    assert told is not None
    assert (told["ratingValue"], told["reviewCount"], told["bestRating"]) == (4.0, 4, 5)


def test_a_few_reviews_are_told_with_who_wrote_them():
    told = review_data(tuple(public(review) for review in samples.REVIEWS * 3))
    assert len(told) == 5
    assert told[0]["name"] == "Softer than it looks"
    assert told[0]["reviewRating"]["ratingValue"] == 5
    assert told[1]["author"] == {"@type": "Person", "name": "Jana"}
    assert told[1]["inLanguage"] == "de"
    assert "name" not in told[1]
    assert told[0]["datePublished"] == "2029-10-01"


@pytest.mark.parametrize("page", ["0", "21", "", "1e1", "+1", " 1", "१"])
def test_a_page_that_no_list_has_is_not_found(page):
    with pytest.raises(NotFound):
        ReviewState.read("meadow-cushion", "newest", "", page)
