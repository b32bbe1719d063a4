"""A review as it is stored, and how reviews lie in the table `reviews`.

    pk            sk             what
    R#<id>        REVIEW         the review
    R#<id>        E#<version>    one decision about it, never changed
    R#<id>        V#<voter>      one visitor whom it helped, by digest
    T#<digest>    TEXT           this text has been sent before
    P#<handle>    SUMMARY        the product's counters (`apptier.ratings`)
    OUTBOX        <time>#<...>   what still has to be told to others (`apptier.kit.outbox`)

Six indexes list reviews: `shown` by time, `rated` by stars and time, `useful` by votes and time, `starred`
by stars, votes and time (of one product each, approved reviews only: the others lack the key), `standing`
by state and time, and `written` by customer and time (reviews of guests lack that key).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from apptier.kit.dynamo import Item
from apptier.reviews.models import Flag, ModeratedReview, MyReview, Reply, Review, State

REVIEW_SK = "REVIEW"


def review_key(review_id: str) -> Item:
    """The key of a review."""
    return {"pk": f"R#{review_id}", "sk": REVIEW_SK}


def event_key(review_id: str, version: int) -> Item:
    """The key of the decision that made this version; wide enough to sort."""
    return {"pk": f"R#{review_id}", "sk": f"E#{version:09d}"}


def useful_rank(helpful: int, posted: str) -> str:
    """Sorts by votes, then by time."""
    return f"{helpful:09d}#{posted}"


def starred_rank(rating: int, helpful: int, posted: str) -> str:
    """Sorts by stars, then by votes, then by time."""
    return f"{rating}#{useful_rank(helpful, posted)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReview:
    """A review with all that the shop knows of it. Times are RFC 3339; at `reply_at` the shop answered.

    `customer_id` is the `sub` of who wrote it while signed in; nobody is told.
    """

    id: str
    handle: str
    rating: int
    title: str | None
    body: str
    author: str
    locale: str
    verified_buyer: bool
    helpful: int = 0
    created_at: str
    reply: str | None = None
    reply_at: str | None = None
    state: State = "pending"
    flags: tuple[Flag, ...] = ()
    reason: str | None = None
    version: int = 1
    updated_at: str
    customer_id: str | None = None

    @property
    def posted(self) -> str:
        """Sorts by time, and tells reviews of one moment apart."""
        return f"{self.created_at}#{self.id}"

    @property
    def counted(self) -> bool:
        """Whether it is shown, and counts in the summary."""
        return self.state == "approved"

    def to_item(self) -> Item:
        """As DynamoDB keeps it; `state` is a reserved word there."""
        item: Item = {name: getattr(self, name) for name in self.__slots__ if name not in {"state", "flags"}}
        if self.customer_id is None:
            del item["customer_id"]
        item |= review_key(self.id) | {"standing": self.state, "flags": list(self.flags)}
        return item | {"posted": self.posted} | (self.places() if self.counted else {})

    def places(self) -> Item:
        """Where it stands in the lists of its product."""
        return {
            "shown_of": self.handle,
            "rank": f"{self.rating}#{self.posted}",
            "useful": useful_rank(self.helpful, self.posted),
            "starred": starred_rank(self.rating, self.helpful, self.posted),
        }

    @classmethod
    def of_item(cls, item: Mapping[str, Any]) -> "StoredReview":
        """From its item."""
        own = {name: item[name] for name in cls.__slots__ if name in item and name not in {"state", "flags"}}
        flags = cast("tuple[Flag, ...]", tuple(item["flags"]))
        return cls(**own, state=cast("State", item["standing"]), flags=flags)

    def public(self) -> Review:
        """As everybody sees it."""
        return Review(**self._told())

    def mine(self) -> MyReview:
        """As its writer sees it."""
        return MyReview(**self._told(), state=self.state)

    def moderated(self) -> ModeratedReview:
        """As the shop's people see it."""
        return ModeratedReview(
            **self._told(),
            state=self.state,
            flags=list(self.flags),
            reason=self.reason,
            version=self.version,
            updated_at=self.updated_at,
        )

    def _told(self) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in Review.model_fields if name != "reply"}
        reply = Reply(body=self.reply, created_at=self.reply_at) if self.reply and self.reply_at else None
        return told | {"reply": reply}
