"""Saving a form of the account: done, refused beside its fields, overtaken by another change, or not now.

The answer to a write can be lost when the write was not. So before somebody is told that something was not
saved, it is read again; if it says what they typed, it was.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from django.utils.translation import gettext_lazy as _lazy

from storefront.core import (
    FieldProblem,
    Invalid,
    PreconditionFailed,
    UpstreamError,
    UpstreamRefused,
    new_secret,
)
from storefront.web.errors import in_our_language
from storefront.web.forms import Form

T = TypeVar("T")

REFUSED = _lazy("We could not accept this as it is. Please check it and try again.")
AWAY = _lazy("We could not save this right now. What you typed is still here; please try again in a moment.")
OK, OVERTAKEN, WRONG, MANY, UNAVAILABLE = 200, 412, 422, 429, 503
_FORM_KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")


@dataclass(frozen=True, slots=True)
class Saved(Generic[T]):
    """What came of it: `done` is what is kept now, else the form says why not.

    `now` is what another change has made of it meanwhile.
    """

    form: Form
    status: int = OK
    done: T | None = None
    now: T | None = None


def save(
    form: Form,
    *,
    write: Callable[[], T],
    read: Callable[[], T] | None = None,
    holds: Callable[[T], bool] = lambda _now: False,
    overtaken: Callable[[T], str] = lambda _now: "",
) -> Saved[T]:
    """Do `write`; where it is not known to be done, `read` tells by `holds` whether it is.

    `overtaken` says in a sentence what somebody else has made of it. Raises the refusals that are about
    the thing itself: NotFound, Gone, Unauthorized, Conflict.
    """
    try:
        return Saved(form, done=write())
    except Invalid as refused:
        return Saved(form.with_refusals(_in_words(refused), otherwise=str(REFUSED)), WRONG)
    except UpstreamRefused as refused:
        if not isinstance(refused, PreconditionFailed):
            raise
        now = _again(read)
        problem = overtaken(now) if now is not None else str(AWAY)
        status = OVERTAKEN if now is not None else UNAVAILABLE
    except UpstreamError:
        now, problem, status = _again(read), str(AWAY), UNAVAILABLE
    if now is not None and holds(now):
        return Saved(form, done=now)
    return Saved(form.with_errors(problem=problem), status, now=now)


def form_key(given: str) -> str:
    """The key of the form that was sent; a new one for a new form, or one that nobody here has made."""
    return given if _FORM_KEY.fullmatch(given) else new_secret()


def _again(read: Callable[[], T] | None) -> T | None:
    try:
        return read() if read else None
    except UpstreamError:
        return None


def _in_words(refused: Invalid) -> Iterable[FieldProblem]:
    """What was refused, in the shopper's language: the service's own words where they are in it."""
    problems = refused.errors or (FieldProblem("", refused.code, refused.detail),)
    return tuple(replace(one, detail=in_our_language(one.detail) or str(REFUSED)) for one in problems)
