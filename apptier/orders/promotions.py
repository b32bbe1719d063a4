"""Promotions as merchandisers write them: what is taken off, from what, when, and for how many.

They are rows of the table `promotions`, one partition per market, so that all of a market's are one query:

pk              sk               what
P#<market>      <id>             a promotion
U#<market>#<id> total            how often its code has been used, while its orders stand
U#<market>#<id> E#<mail's hash>  how often by one e-mail address

Counters are apart from the promotion: they change with every order, it only when somebody edits it.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from apptier.kit.dynamo import Item, Tables
from apptier.kit.markets import MARKETS
from apptier.kit.models import LARGEST_AMOUNT, FrozenModel, Handle, Sku
from apptier.orders.models import PromotionKind

Amount = Annotated[int, Field(ge=0, le=LARGEST_AMOUNT)]
Label = Annotated[str, Field(min_length=1, max_length=160)]
Limit = Annotated[int, Field(ge=1)]
Moment = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$")]


class Target(FrozenModel):
    """Which lines a promotion is about: those of any of these. All empty: every line.

    `categories` are slugs; a line belongs to its product's categories and to those above them, as they were
    when it was put into the cart.
    """

    categories: tuple[Handle, ...] = ()
    handles: tuple[Handle, ...] = ()
    skus: tuple[Sku, ...] = ()

    def holds(self, sku: str, handle: str, categories: Iterable[str]) -> bool:
        """Whether a line is one of them."""
        if not (self.categories or self.handles or self.skus):
            return True
        return sku in self.skus or handle in self.handles or not set(self.categories).isdisjoint(categories)


class Promotion(FrozenModel):
    """One promotion in one market. Amounts are minor units of the market's currency.

    Attributes:
        code: Upper case; without one it applies by itself.
        minimum: What the goods must cost before discounts.
        percent: `percentage` only, in basis points (1000 is 10 %).
        amount: `amount` only.
        take, pay: `buy_x_get_y` only: of `take` articles the cheapest ones are free until `pay` are paid.
        exclusive: Is not combined with other promotions on goods.
        uses: How many orders may use its code; None: any number.
        uses_per_email: Likewise, of one e-mail address.
        starts_at, ends_at: RFC 3339 in UTC with milliseconds; from the first, before the second.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$", min_length=2, max_length=60)]
    market: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    kind: PromotionKind
    labels: dict[str, Label]
    code: Annotated[str, Field(pattern=r"^[A-Z0-9_-]{2,40}$")] | None = None
    minimum: Amount = 0
    percent: Annotated[int, Field(ge=0, le=9_000)] = 0
    amount: Amount = 0
    take: Annotated[int, Field(ge=0, le=99)] = 0
    pay: Annotated[int, Field(ge=0, le=98)] = 0
    target: Target = Target()
    exclusive: bool = False
    uses: Limit | None = None
    uses_per_email: Limit | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """What a kind needs must be there, so that nothing costs less than nothing by mistake."""
        needs = {
            "percentage": self.percent > 0,
            "amount": 0 < self.amount < self.minimum,
            "free_delivery": True,
            "buy_x_get_y": 0 < self.pay < self.take,
        }
        if not needs[self.kind]:
            raise ValueError(f"promotion {self.id} lacks what its kind {self.kind} needs")
        if self.code is None and (self.uses or self.uses_per_email):
            raise ValueError(f"promotion {self.id} is limited, so it needs a code")
        if self.market not in MARKETS or "en" not in self.labels:
            raise ValueError(f"promotion {self.id} needs a known market and an English label")
        return self

    @property
    def limited(self) -> bool:
        """Whether its uses are counted."""
        return self.uses is not None or self.uses_per_email is not None

    def label(self, locale: str) -> str:
        """What it is called, English where it has no other name."""
        return self.labels.get(locale, self.labels["en"])

    def when(self, now: str) -> Literal["before", "during", "after"]:
        """Whether it runs at a time (RFC 3339, UTC, milliseconds)."""
        if self.starts_at is not None and now < self.starts_at:
            return "before"
        return "after" if self.ends_at is not None and now >= self.ends_at else "during"


class PromotionBook:
    """The promotions in their table."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def all(self, market: str) -> tuple[Promotion, ...]:
        """A market's promotions by id, those that have ended too; dozens, in one query."""
        rows = self._tables.query_all("promotions", "pk = :pk", {":pk": f"P#{market}"})
        return tuple(Promotion.model_validate_json(row["doc"]) for row in rows)

    def put_all(self, promotions: Iterable[Promotion]) -> int:
        """Write promotions, new or changed, whatever there was under their ids; returns how many.

        Raises:
            ValueError: two of them, or one and another of its market, have the same code.
        """
        wanted = {(one.market, one.id): one for one in promotions}
        for market in {one.market for one in wanted.values()}:
            known = {(one.market, one.id): one for one in self.all(market)}
            _refuse_same_codes({**known, **wanted}, market)
        rows: list[Item] = [
            {"pk": f"P#{one.market}", "sk": one.id, "doc": one.model_dump_json()} for one in wanted.values()
        ]
        self._tables.batch_write("promotions", puts=rows)
        return len(rows)

    def remove(self, market: str, promotion_id: str) -> None:
        """Take a promotion away; its counters stay, so that it doesn't begin anew when it comes back."""
        self._tables.delete("promotions", {"pk": f"P#{market}", "sk": promotion_id})


def _refuse_same_codes(promotions: Mapping[tuple[str, str], Promotion], market: str) -> None:
    seen: dict[str, str] = {}
    for one in promotions.values():
        if one.market == market and one.code is not None and seen.setdefault(one.code, one.id) != one.id:
            raise ValueError(f"the promotions {seen[one.code]} and {one.id} have the same code")


def of_code(promotions: Iterable[Promotion], code: str) -> Promotion | None:
    """The promotion of a code, in any case of its letters."""
    return next((one for one in promotions if one.code == code.upper()), None)
