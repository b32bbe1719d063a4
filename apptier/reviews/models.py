"""Requests and answers of contracts/reviews.yaml."""

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticKnownError

from apptier.kit.models import LOCALE, Handle, Id, StrictModel, Version, not_null

Sort = Literal["newest", "highest", "lowest", "helpful"]
State = Literal["pending", "approved", "rejected"]
Verdict = Literal["approve", "reject"]
Flag = Literal["link", "contact", "shouting", "repeated", "unchecked"]

Stars = Annotated[int, Field(ge=1, le=5)]
Count = Annotated[int, Field(ge=0)]
Language = Annotated[str, Field(pattern=LOCALE)]
ReviewBody = Annotated[str, Field(min_length=20, max_length=4000)]
Title = Annotated[str, Field(min_length=1, max_length=120)]
Author = Annotated[str, Field(min_length=1, max_length=60)]
ReplyText = Annotated[str, Field(min_length=1, max_length=2000)]
Reason = Annotated[str, Field(min_length=1, max_length=500)]

_LEAST_BODY = 20
_OVERRIDES = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def one_line(text: str) -> str:
    """Text as it is kept where one line is shown: NFC, no control characters, single spaces."""
    return " ".join(_plain(text).split())


def paragraphs(text: str) -> str:
    """Text as it is kept where line breaks count: NFC, no control characters, at most one empty line."""
    lines = [" ".join(line.split()) for line in _plain(text).split("\n")]
    kept = [line for at, line in enumerate(lines) if line or (at > 0 and lines[at - 1])]
    return "\n".join(kept).strip("\n")


def _plain(text: str) -> str:
    """NFC; of controls only line feeds and tabs, and nothing that overrides its direction (UAX 9)."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")
    return "".join(c for c in kept if unicodedata.bidirectional(c) not in _OVERRIDES)


def _at_least(text: str, length: int) -> str:
    """The text, if so much is left of it once it is cleaned."""
    if len(text) < length:
        raise PydanticKnownError("string_too_short", {"min_length": length})
    return text


Unset = BeforeValidator(not_null)


class OrderProof(StrictModel):
    """What only a buyer knows."""

    number: Annotated[str, Field(min_length=6, max_length=30)]
    email: Annotated[str, Field(min_length=3, max_length=254)]


class NewReview(StrictModel):
    """A review as it is sent. Texts are cleaned after their lengths are checked, and checked again."""

    rating: Stars
    title: Annotated[Title | None, Unset, AfterValidator(lambda t: t and _at_least(one_line(t), 1))] = None
    body: Annotated[ReviewBody, AfterValidator(lambda t: _at_least(paragraphs(t), _LEAST_BODY))]
    author: Annotated[Author, AfterValidator(lambda t: _at_least(one_line(t), 1))]
    locale: Language
    order: Annotated[OrderProof | None, Unset] = None


class SubmittedReview(StrictModel):
    """What the writer is told, whatever was noticed."""

    id: Id
    state: Literal["pending"] = "pending"


class Reply(StrictModel):
    """What the shop says to a review, in public."""

    body: ReplyText
    created_at: str


class Review(StrictModel):
    """An approved review as everybody sees it."""

    id: Id
    handle: Handle
    rating: Stars
    title: Title | None
    body: ReviewBody
    author: Author
    locale: Language
    verified_buyer: bool
    helpful: Count
    created_at: str
    reply: Reply | None


class MyReview(Review):
    """A review as its writer sees it: also whether it is shown."""

    state: State


class MyReviewPage(StrictModel):
    """Some of a customer's reviews, newest first."""

    items: list[MyReview]
    next_cursor: str | None


class ReviewPage(StrictModel):
    """Some reviews, and the cursor that asks for the next ones."""

    items: list[Review]
    next_cursor: str | None


class Summary(StrictModel):
    """A product's approved reviews in numbers."""

    handle: Handle
    average: Annotated[float, Field(ge=1, le=5)] | None
    count: Count
    distribution: dict[Literal["1", "2", "3", "4", "5"], Count]
    version: Version
    updated_at: str


class SummaryList(StrictModel):
    """The summaries of several products."""

    items: list[Summary]


class Vote(StrictModel):
    """Who says that a review helped: anything that stays the same for one visitor."""

    voter: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", min_length=16, max_length=128)]


class Helpful(StrictModel):
    """How many a review has helped."""

    id: Id
    helpful: Count


class ModeratedReview(Review):
    """A review as the shop's people see it."""

    state: State
    flags: list[Flag]
    reason: str | None
    version: Version
    updated_at: str


class ModeratedPage(StrictModel):
    """Some reviews in one state."""

    items: list[ModeratedReview]
    next_cursor: str | None


class Decision(StrictModel):
    """What is decided about a review."""

    decision: Verdict
    reason: Annotated[Reason | None, Unset] = None
    reply: Annotated[ReplyText | None, Unset, AfterValidator(lambda t: t and _at_least(paragraphs(t), 1))] = (
        None
    )


class Event(StrictModel):
    """One decision as it was made."""

    at: str
    by: str
    decision: Verdict
    reason: str | None
    version: Version


class JudgedReview(StrictModel):
    """A review with what has been decided about it, oldest first."""

    review: ModeratedReview
    history: list[Event]
