"""Whose a review is: what a customer has written, and letting go of it when they leave."""

import logging
from typing import Final

from apptier.kit.cursors import Cursors
from apptier.kit.dynamo import ConditionFailed, Item, Tables
from apptier.kit.events import Events, EventsNotSent
from apptier.ratings import Ratings
from apptier.reviews.models import MyReviewPage
from apptier.reviews.moderation import RATING_CHANGED, rating_detail
from apptier.reviews.records import StoredReview, review_key

NOBODY: Final = {"en": "A customer", "de": "Jemand aus unserer Kundschaft", "ar": "أحد عملائنا"}
"""What stands in the place of the name of somebody who is gone, by the language of the review."""
logger = logging.getLogger("apptier.reviews")


class Authorship:
    """Reviews by their writers. Every method takes the `sub` of a verified token."""

    def __init__(self, tables: Tables, cursors: Cursors, events: Events) -> None:
        self._tables = tables
        self._cursors = cursors
        self._events = events
        self._ratings = Ratings(tables)

    def page(self, customer_id: str, *, limit: int, cursor: str | None) -> MyReviewPage:
        """What a customer has written, newest first. Raises Problem 400 `bad_cursor`."""
        scope = f"reviews-of:{customer_id}"
        after: Item | None = None
        if cursor is not None:
            pk, sk, posted = self._cursors.decode(scope, cursor)
            after = {"pk": pk, "sk": sk, "customer_id": customer_id, "posted": posted}
        page = self._tables.query(
            "reviews",
            "customer_id = :customer",
            {":customer": customer_id},
            index="written",
            limit=limit,
            after=after,
            forward=False,
        )
        last = page.last_key
        return MyReviewPage(
            items=[StoredReview.of_item(item).mine() for item in page.items],
            next_cursor=self._cursors.encode(scope, [last["pk"], last["sk"], last["posted"]])
            if last
            else None,
        )

    def forget(self, customer_id: str) -> None:
        """Take the customer's name and id off all that they have written; what they wrote stays.

        The index follows the table within moments, so a review that was sent in the second before may be
        missed; asking again finds it.
        """
        found = self._tables.query_all(
            "reviews", "customer_id = :customer", {":customer": customer_id}, index="written"
        )
        # All of them first: an index that loses items while it is read would skip some.
        reviews = [StoredReview.of_item(item) for item in found]
        for review in reviews:
            self._let_go(review, customer_id)
        self._tell({review.handle for review in reviews if review.counted})

    def _let_go(self, review: StoredReview, customer_id: str) -> None:
        try:
            self._tables.update(
                "reviews",
                review_key(review.id),
                "SET author = :nobody REMOVE customer_id",
                condition="customer_id = :customer",
                values={":nobody": NOBODY.get(review.locale[:2], NOBODY["en"]), ":customer": customer_id},
            )
        except ConditionFailed:
            return  # done by the same request before

    def _tell(self, handles: set[str]) -> None:
        """Let those who keep a copy renew it. It is done if they can't be told; lifetimes end copies."""
        try:
            for handle in sorted(handles):
                rating = self._ratings.summary(handle, consistent=True)
                self._events.publish(RATING_CHANGED, [rating_detail(rating)])
        except EventsNotSent:
            logger.exception("the bus did not take that reviews have lost their names")
