"""What the reviews service answers and takes (contracts/reviews.yaml)."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from storefront.clients.shapes import ID, Count, Handle, Time, Version

ReviewSort = Literal["newest", "highest", "lowest", "helpful"]
ReviewState = Literal["pending", "approved", "rejected"]
Verdict = Literal["approve", "reject"]
Flag = Literal["link", "contact", "shouting", "repeated", "unchecked"]

ReviewId = Annotated[str, ID]
Stars = Annotated[int, Meta(ge=1, le=5)]
ReviewTitle = Annotated[str, Meta(min_length=1, max_length=120)]
ReviewBody = Annotated[str, Meta(min_length=20, max_length=4000)]
Author = Annotated[str, Meta(min_length=1, max_length=60)]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2}(-[A-Z]{2})?\Z")]
ReplyText = Annotated[str, Meta(min_length=1, max_length=2000)]
Reason = Annotated[str, Meta(max_length=500)]


class OrderProof(Struct, frozen=True, kw_only=True):
    """What only a buyer knows: the order's number and the e-mail address it was placed with."""

    number: Annotated[str, Meta(min_length=6, max_length=30)]
    email: Annotated[str, Meta(min_length=3, max_length=254)]

    def __repr__(self) -> str:
        """Without what it holds: a log is no place for an e-mail address."""
        return "OrderProof(…)"


class NewReview(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A review to send. Neither an empty title nor a missing proof is sent."""

    rating: Stars
    title: Annotated[str, Meta(max_length=120)] = ""
    body: ReviewBody
    author: Author
    locale: Language
    order: OrderProof | None = None


class SubmittedReview(Struct, frozen=True, kw_only=True):
    """A review that waits to be read."""

    id: ReviewId
    state: Literal["pending"]


class Reply(Struct, frozen=True, kw_only=True):
    """What the shop says to a review, in public."""

    body: ReplyText
    created_at: Time


class Review(Struct, frozen=True, kw_only=True):
    """An approved review. `locale` is the language it is written in."""

    id: ReviewId
    handle: Handle
    rating: Stars
    title: ReviewTitle | None
    body: ReviewBody
    author: Author
    locale: Language
    verified_buyer: bool
    helpful: Count
    created_at: Time
    reply: Reply | None


class MyReview(Review, frozen=True, kw_only=True):
    """A review as its writer sees it: also whether it is shown."""

    state: ReviewState


class MyReviewPage(Struct, frozen=True, kw_only=True):
    """Some of a customer's reviews, newest first, and the cursor that asks for the next ones."""

    items: tuple[MyReview, ...]
    next_cursor: str | None


class ReviewPage(Struct, frozen=True, kw_only=True):
    """Some reviews, and the cursor that asks for the next ones (None at the end)."""

    items: tuple[Review, ...]
    next_cursor: str | None


class Distribution(
    Struct,
    frozen=True,
    kw_only=True,
    rename={"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"},
):
    """How many reviews have one star, two, and so on."""

    one: Count
    two: Count
    three: Count
    four: Count
    five: Count

    def of(self, stars: int) -> int:
        """How many have so many stars, 1 to 5."""
        return (self.one, self.two, self.three, self.four, self.five)[stars - 1]


class Summary(Struct, frozen=True, kw_only=True):
    """A product's approved reviews in numbers; `average` is in stars with one decimal, None without any."""

    handle: Handle
    average: Annotated[float, Meta(ge=1, le=5)] | None
    count: Count
    distribution: Distribution
    version: Version
    updated_at: Time


class SummaryList(Struct, frozen=True, kw_only=True):
    """The summaries of several products, in the order asked for."""

    items: tuple[Summary, ...]


class Helpful(Struct, frozen=True, kw_only=True):
    """How many a review has helped."""

    id: ReviewId
    helpful: Count


class ModeratedReview(Struct, frozen=True, kw_only=True):
    """A review as the shop's people see it; `flags` is what a machine noticed."""

    id: ReviewId
    handle: Handle
    rating: Stars
    title: ReviewTitle | None
    body: ReviewBody
    author: Author
    locale: Language
    verified_buyer: bool
    helpful: Count
    created_at: Time
    reply: Reply | None
    state: ReviewState
    flags: tuple[Flag, ...]
    reason: Reason | None
    version: Version
    updated_at: Time


class ModeratedPage(Struct, frozen=True, kw_only=True):
    """Some reviews in one state, and the cursor that asks for the next ones (None at the end)."""

    items: tuple[ModeratedReview, ...]
    next_cursor: str | None


class Event(Struct, frozen=True, kw_only=True):
    """One decision as it was made; `by` is the `sub` of the person's token, or `service`."""

    at: Time
    by: Annotated[str, Meta(min_length=1, max_length=80)]
    decision: Verdict
    reason: Reason | None
    version: Version


class JudgedReview(Struct, frozen=True, kw_only=True):
    """A review with what has been decided about it, oldest first."""

    review: ModeratedReview
    history: tuple[Event, ...]
