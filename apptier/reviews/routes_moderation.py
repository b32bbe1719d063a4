"""The routes of contracts/reviews.yaml that only the shop's own people and services may use."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from apptier.kit.auth import customer_optional, customer_required, service_key_required
from apptier.kit.params import DEFAULT_LIMIT, CursorParam, IfMatch, LimitParam, etag
from apptier.kit.problems import Problem
from apptier.reviews.models import Decision, JudgedReview, ModeratedPage, State
from apptier.reviews.routes_reviews import DeskDep, ReviewId

router = APIRouter(prefix="/moderation/reviews")
GROUP = "merchandiser"
SERVICE = "service"


def moderator(request: Request) -> str:
    """Who moderates: `service`, or the `sub` of a merchandiser. Raises Problem 401 or 403."""
    if "service-key" in request.headers:
        service_key_required(request)
        return SERVICE
    person = customer_required(customer_optional(request))
    groups = person.claims.get("cognito:groups")
    if not isinstance(groups, list) or GROUP not in groups:
        raise Problem(403, "not_a_moderator", "Only merchandisers decide on reviews.")
    return person.id


Moderator = Annotated[str, Depends(moderator)]


@router.get("")
def list_for_moderation(
    *,
    _who: Moderator,
    desk: DeskDep,
    response: Response,
    state: State = "pending",
    cursor: CursorParam = None,
    limit: LimitParam = DEFAULT_LIMIT,
) -> ModeratedPage:
    """Reviews in one state."""
    response.headers["Cache-Control"] = "private, no-store"
    return desk.reading.waiting(state, limit=limit, cursor=cursor)


@router.get("/{review_id}")
def get_for_moderation(
    review_id: ReviewId, _who: Moderator, desk: DeskDep, response: Response
) -> JudgedReview:
    """One review with its history."""
    return _told(desk.reading.judged(review_id), response)


@router.put("/{review_id}")
def moderate(
    *,
    review_id: ReviewId,
    who: Moderator,
    version: IfMatch,
    decision: Decision,
    desk: DeskDep,
    response: Response,
) -> JudgedReview:
    """Show a review or take it away."""
    return _told(desk.moderation.decide(review_id, version, decision, who), response)


def _told(judged: JudgedReview, response: Response) -> JudgedReview:
    response.headers.update(etag(judged.review.version) | {"Cache-Control": "private, no-store"})
    return judged
