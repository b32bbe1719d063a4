"""The reviews service: what buyers say of products, how they rate them, and who may show it."""

from storefront.clients.reviews.client import ReviewsClient
from storefront.clients.reviews.models import (
    Distribution,
    Event,
    Helpful,
    JudgedReview,
    ModeratedPage,
    ModeratedReview,
    MyReview,
    MyReviewPage,
    NewReview,
    OrderProof,
    Reply,
    Review,
    ReviewPage,
    ReviewSort,
    SubmittedReview,
    Summary,
    SummaryList,
)
from storefront.clients.reviews.port import Reviews

__all__ = [
    "Distribution",
    "Event",
    "Helpful",
    "JudgedReview",
    "ModeratedPage",
    "ModeratedReview",
    "MyReview",
    "MyReviewPage",
    "NewReview",
    "OrderProof",
    "Reply",
    "Review",
    "ReviewPage",
    "ReviewSort",
    "Reviews",
    "ReviewsClient",
    "SubmittedReview",
    "Summary",
    "SummaryList",
]
