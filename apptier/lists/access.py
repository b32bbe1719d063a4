"""Who asks for a list, and what they opened it with."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request

from apptier.kit.auth import MaybeCustomer, unauthorized
from apptier.lists.models import MINE_OR_LIST_ID

MINE = "mine"


@dataclass(frozen=True, slots=True)
class Caller:
    """What a request came with; the secret has not been compared with anything yet.

    `list_id` is None for the customer's own list; then there is a `customer_id`, of a verified token.
    """

    list_id: str | None
    secret: str = ""
    customer_id: str | None = None


def list_caller(
    request: Request, customer: MaybeCustomer, list_id: Annotated[str, Path(pattern=MINE_OR_LIST_ID)]
) -> Caller:
    """Who asks. Raises Problem 401 without what this list could open with."""
    if list_id == MINE:
        if customer is None:
            raise unauthorized("Sign in first.", "")
        return Caller(None, customer_id=customer.id)
    secret = request.headers.get("list-secret")
    if secret is None and customer is None:
        raise unauthorized("Say who you are: by the list's secret, or by signing in.", "")
    return Caller(list_id, secret or "")


ListCaller = Annotated[Caller, Depends(list_caller)]
