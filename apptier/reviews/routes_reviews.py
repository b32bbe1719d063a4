"""The routes of contracts/reviews.yaml that shoppers' pages use."""

import re
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from apptier.kit.auth import MaybeCustomer, SignedIn
from apptier.kit.ids import digest
from apptier.kit.models import HANDLE, ID
from apptier.kit.params import (
    DEFAULT_LIMIT,
    CursorParam,
    IdempotencyKey,
    LimitParam,
    LocaleParam,
    MarketParam,
)
from apptier.kit.problems import Fault, validation_failed
from apptier.reviews.desk import Desk
from apptier.reviews.models import (
    Helpful,
    MyReviewPage,
    NewReview,
    ReviewPage,
    Sort,
    SubmittedReview,
    Summary,
    SummaryList,
    Vote,
)

router = APIRouter()
MOST_HANDLES = 50
_LONGEST_HANDLE = 120
HandlePath = Annotated[str, Path(pattern=HANDLE, min_length=1, max_length=_LONGEST_HANDLE)]
ReviewId = Annotated[str, Path(pattern=ID, min_length=8, max_length=64)]


def get_desk(request: Request) -> Desk:
    """The parts of the service that serves this request."""
    return cast("Desk", request.app.state.desk)


DeskDep = Annotated[Desk, Depends(get_desk)]


def _handles(handles: Annotated[str, Query()]) -> list[str]:
    """A comma-separated parameter (OpenAPI's `explode: false`). Raises Problem 422."""
    values = handles.split(",")
    if len(values) > MOST_HANDLES:
        raise validation_failed([Fault("handles", "too_long", f"At most {MOST_HANDLES} values at a time.")])
    if any(len(v) > _LONGEST_HANDLE or not re.fullmatch(HANDLE, v, re.ASCII) for v in values):
        fault = Fault("handles", "string_pattern_mismatch", "A value does not have the right form.")
        raise validation_failed([fault])
    return values


@router.get("/products/{handle}/reviews")
def list_reviews(
    *,
    handle: HandlePath,
    _market: MarketParam,
    _locale: LocaleParam,
    desk: DeskDep,
    sort: Sort = "newest",
    rating: Annotated[int | None, Query(ge=1, le=5)] = None,
    cursor: CursorParam = None,
    limit: LimitParam = DEFAULT_LIMIT,
) -> ReviewPage:
    """Approved reviews of a product."""
    return desk.reading.page(handle, sort, rating, limit=limit, cursor=cursor)


@router.post("/products/{handle}/reviews", status_code=201)
def submit_review(
    customer: MaybeCustomer, handle: HandlePath, key: IdempotencyKey, given: NewReview, desk: DeskDep
) -> SubmittedReview:
    """Take a review in, once per key."""
    result = desk.submission.submit(handle, key, given, customer.id if customer else None)
    headers = result.headers | {"Cache-Control": "no-store"}
    return JSONResponse(result.body, result.status, headers=headers)  # type: ignore[return-value]  # as kept


@router.get("/products/{handle}/summary")
def get_summary(handle: HandlePath, desk: DeskDep) -> Summary:
    """A product's reviews in numbers."""
    return desk.reading.summary(handle)


@router.get("/summaries")
def list_summaries(handles: Annotated[list[str], Depends(_handles)], desk: DeskDep) -> SummaryList:
    """The summaries of several products."""
    return desk.reading.summaries(handles)


@router.get("/reviews/mine")
def list_my_reviews(
    customer: SignedIn,
    desk: DeskDep,
    response: Response,
    cursor: CursorParam = None,
    limit: LimitParam = DEFAULT_LIMIT,
) -> MyReviewPage:
    """What a customer has written."""
    response.headers["Cache-Control"] = "private, no-store"
    return desk.authorship.page(customer.id, limit=limit, cursor=cursor)


@router.delete("/reviews/mine", status_code=204)
def forget_my_reviews(customer: SignedIn, desk: DeskDep) -> None:
    """A customer's reviews are nobody's any more."""
    desk.authorship.forget(customer.id)


@router.put("/reviews/{review_id}/helpful")
def vote_helpful(review_id: ReviewId, vote: Vote, desk: DeskDep) -> Helpful:
    """Say that a review helped."""
    return desk.votes.count(review_id, digest(vote.voter))
