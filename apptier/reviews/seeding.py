"""The demo shop's reviews: made of the sentences in `data/`, the same ones each time.

Everything is drawn from a generator seeded with the product's handle, so that a second run finds what the
first has written. About three products in five have reviews; a few more wait to be read.
"""

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from apptier.catalog.repository import CatalogRepository
from apptier.kit.clock import rfc3339
from apptier.kit.dynamo import Tables
from apptier.kit.events import Events
from apptier.ratings import Rating, Ratings
from apptier.reviews.moderation import RATING_CHANGED, rating_detail
from apptier.reviews.records import StoredReview
from apptier.reviews.screening import screened

DATA = Path(__file__).with_name("data")
NEWEST = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
SPAN = timedelta(days=425)
FEWEST, MOST = 3, 25
REVIEWED_PERCENT = 60
WAITING = 6

Mood = Literal["good", "mixed", "bad"]
_LANGUAGES = ("en", "de", "ar")
_SHARES = (60, 28, 12)
_STARS = (1, 2, 3, 4, 5)
# How reviewers give stars, for products that are liked to a different degree.
_TEMPERS = ((2, 3, 8, 27, 60), (3, 5, 12, 32, 48), (1, 1, 4, 20, 74), (6, 9, 18, 32, 35))
_KINDS = {
    "art-prints": "prints",
    "greeting-cards": "paper",
    "gift-wrap": "paper",
    "notebooks": "paper",
    "wallpaper": "wallpaper",
    "cushions": "soft",
    "throws": "soft",
    "tea-towels": "linen",
    "napkins": "linen",
    "fabric": "linen",
    "vases": "vessels",
    "planters": "vessels",
    "candlesticks": "vessels",
    "plates-and-bowls": "tableware",
    "mugs-and-cups": "tableware",
    "trays": "tableware",
    "glassware": "tableware",
    "lampshades": "lighting",
    "table-lamps": "lighting",
    "rugs": "rugs",
    "runners": "rugs",
}
_ODD_TAILS = (
    "",
    " More pictures at www.my-home-blog.example, have a look.",
    "",
    " WHY DOES NOBODY TALK ABOUT THIS, BUY IT NOW!!!!",
    " Write to me at robin@example.com if you want mine.",
    "",
)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A product as far as its reviews go: what kind of thing it is, and since when it has been sold."""

    handle: str
    kind: str
    since: datetime


def seed_reviews(tables: Tables, catalog: CatalogRepository, events: Events) -> int:
    """Write the reviews of products that have none yet; returns how many reviews were written."""
    ratings = Ratings(tables)
    products = sorted(_reviewed(catalog), key=lambda product: product.handle)
    known = ratings.many(product.handle for product in products)
    fresh = [product for product in products if known[product.handle].version == 1]
    if not fresh:
        return 0
    voices = {language: _voice(language) for language in _LANGUAGES}
    made = {product.handle: reviews_of(product, voices) for product in fresh}
    waiting = list(_waiting(fresh, voices))
    everything = [review for reviews in made.values() for review in reviews] + waiting
    tables.batch_write("reviews", puts=[review.to_item() for review in everything])
    # The counters last: what has none is begun again by the next run.
    counted = [_rating(handle, reviews) for handle, reviews in made.items()]
    tables.batch_write("reviews", puts=[rating.to_item() for rating in counted])
    events.publish(RATING_CHANGED, [rating_detail(rating) for rating in counted])
    return len(everything)


def _reviewed(catalog: CatalogRepository) -> Iterator[Reviewed]:
    """The products that get reviews."""
    for handle, product in catalog.products(list(catalog.handles())).items():
        record = product.record
        kind = next((_KINDS[one] for one in record.category_ids if one in _KINDS), None)
        if kind is not None and _random(handle, "any").randrange(100) < REVIEWED_PERCENT:
            since = datetime.fromisoformat(record.published_at) if record.published_at else NEWEST - SPAN
            yield Reviewed(handle, kind, min(since, NEWEST - timedelta(days=20)))


def reviews_of(product: Reviewed, voices: Mapping[str, Any]) -> list[StoredReview]:
    """A product's reviews, newest last."""
    draw = _random(product.handle, "reviews")
    temper = draw.choice(_TEMPERS)
    # Most products have a handful, some have many.
    count = FEWEST + round((MOST - FEWEST) * draw.random() ** 2)
    start = max(product.since, NEWEST - SPAN)
    moments = sorted(start + (NEWEST - start) * draw.random() for _ in range(count))
    told: set[str] = set()
    reviews = []
    for number, moment in enumerate(moments):
        rating = draw.choices(_STARS, temper)[0]
        language = draw.choices(_LANGUAGES, _SHARES)[0]
        voice = voices[language]
        body = _body(draw, voice, product.kind, rating, told)
        reviews.append(_review(draw, product, number, moment, rating, body, language=language, voice=voice))
    return reviews


def _review(
    draw: random.Random,
    product: Reviewed,
    number: int,
    moment: datetime,
    rating: int,
    body: str,
    *,
    language: str,
    voice: Mapping[str, Any],
) -> StoredReview:
    mood = _mood(rating)
    answered = draw.random() < (0.5 if mood == "bad" else 0.06)
    reply = draw.choice(voice["replies"]["bad" if mood == "bad" else "good"]) if answered else None
    stamp = rfc3339(moment)
    return StoredReview(
        id=f"rev_demo{_random(product.handle, str(number)).getrandbits(64):016x}",
        handle=product.handle,
        rating=rating,
        title=draw.choice(voice["titles"][mood]) if draw.random() < 0.65 else None,  # noqa: PLR2004 - a share
        body=body,
        author=draw.choice(voice["names"]),
        locale=language,
        verified_buyer=draw.random() < 0.7,  # noqa: PLR2004 - a share
        helpful=min(int(draw.expovariate(0.45)), 24),
        created_at=stamp,
        reply=reply,
        reply_at=rfc3339(moment + timedelta(hours=31)) if reply else None,
        state="approved",
        version=2,
        updated_at=stamp,
    )


def _body(draw: random.Random, voice: Mapping[str, Any], kind: str, rating: int, told: set[str]) -> str:
    """An opening, something of the thing itself, and perhaps an ending. What one has said, no other does."""
    mood, about = _mood(rating), voice["kinds"][kind]
    wanted = {
        5: ["good"] * draw.choice((1, 2, 2)),
        4: draw.choice((["good"], ["good", "mixed"], ["good", "good"], ["good", "good"])),
        3: draw.choice((["mixed"], ["good", "mixed"])),
        2: ["bad"],
        1: ["bad"],
    }[rating]
    parts = [_pick(draw, voice["openings"][mood], told)] if draw.random() < 0.75 else []  # noqa: PLR2004
    # Of a thing's own virtues there are few, so what can be said of any comes in between.
    parts += [_pick(draw, [*about[one], *voice["general"].get(one, [])], told) for one in wanted]
    if draw.random() < 0.5 or len(parts) == 1:  # noqa: PLR2004 - a share
        parts.append(_pick(draw, voice["closings"][mood], told))
    return " ".join(dict.fromkeys(parts))


def _pick(draw: random.Random, sentences: list[str], told: set[str]) -> str:
    """A sentence that nobody has said of this product yet, while there is one."""
    fresh = [sentence for sentence in sentences if sentence not in told]
    chosen = draw.choice(fresh or sentences)
    told.add(chosen)
    return chosen


def _waiting(products: list[Reviewed], voices: Mapping[str, Any]) -> Iterator[StoredReview]:
    """A few that nobody has read yet; some of them are odd."""
    draw = _random("waiting", "reviews")
    chosen = draw.sample(products, min(WAITING, len(products)))
    for number, (product, tail) in enumerate(zip(chosen, _ODD_TAILS, strict=False)):
        body = _body(draw, voices["en"], product.kind, 4, set()) + tail
        moment = NEWEST + timedelta(hours=3 * number)
        yield StoredReview(
            id=f"rev_demowait{number:04d}",
            handle=product.handle,
            rating=4,
            title=None,
            body=body,
            author=draw.choice(voices["en"]["names"]),
            locale="en",
            verified_buyer=False,
            created_at=rfc3339(moment),
            flags=tuple(screened("", body)),
            updated_at=rfc3339(moment),
        )


def _rating(handle: str, reviews: Iterable[StoredReview]) -> Rating:
    rating = Rating(handle)
    for review in reviews:
        rating = rating.with_change(review.rating, 1, review.updated_at)
    return rating


def _mood(rating: int) -> Mood:
    if rating == 3:  # noqa: PLR2004 - of five
        return "mixed"
    return "good" if rating > 3 else "bad"  # noqa: PLR2004


def _voice(language: str) -> Any:
    return json.loads((DATA / f"{language}.json").read_text(encoding="utf-8"))


def _random(*seed: str) -> random.Random:
    """A generator that a text seeds in the same way on every machine (SHA-512 of it, says `random`)."""
    return random.Random(":".join(("reviews", *seed)))  # noqa: S311 - nobody's secret
