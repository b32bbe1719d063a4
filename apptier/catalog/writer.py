"""Writing the catalog: what an importer calls. One writer at a time; readers never see half a product.

    writer = CatalogWriter(tables, events, clock)
    writer.put_categories([CategoryRecord(...), ...])        # all of them, parents too, before products
    writer.put_products([ProductRecord(...), ...])           # any number at a time
    writer.put_levels([LevelChange("SKU-1", "handle", 12)])  # after the products they belong to
    writer.retire(handles)                                   # what the shop doesn't sell any more

Each call writes only what differs from what is there, and tells the bus of that and nothing else.

Languages. A record's own texts are English, and so are the words that addresses and filters are made of: the
names and values of options, the codes and values of attributes. `translations` adds labels and texts, by
language (ISO 639-1); whatever is left out stays English, text by text:

    ProductRecord(
        handle="meadow-cushion", title="Meadow cushion",
        options=(OptionRecord(name="Colour", values=("Ink", "Moss")), ...),
        attributes=(AttributeRecord(code="material", name="Material", values=("Linen",)), ...), ...
        translations={
            "de": ProductText(
                title="Kissen Wiese", description_html="<p>Gräser …</p>", summary="Gräser …",
                options={"Colour": "Farbe", "Size": "Größe"},         # option name -> label
                values={"Ink": "Tinte", "Moss": "Moos", "Linen": "Leinen"},  # value of either kind -> label
                attributes={"material": "Material"},                   # attribute code -> label
                images=("Kissen Wiese in Tinte", ...),                 # alternative texts, by index
            ),
            "ar": ProductText(...),
        },
    )
    CategoryRecord(id="cushions", ..., translations={"de": CategoryText(name="Kissen", description="…")})

A variant's title lists the labels of its values where it lists the values in English ("Moss / 60 cm").

Measures. `VariantRecord(unit_measure=UnitMeasure(quantity=Decimal("10"), unit="m"))` makes the offers carry
the price per metre; `reference` is the quantity that the price is told for (100 with "g": per 100 g).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from apptier.catalog.layout import (
    EVERYTHING,
    CardText,
    CardVariant,
    StoredCard,
    StoredCategory,
    card_key,
    doc_key,
    list_pk,
)
from apptier.catalog.news import CatalogNews, stock_detail
from apptier.catalog.records import CategoryRecord, ProductRecord, VariantRecord
from apptier.catalog.repository import CatalogRepository
from apptier.catalog.texts import alternative, labels, variant_title
from apptier.inventory import Inventory, Level, LevelChange
from apptier.kit.clock import Clock, rfc3339
from apptier.kit.dynamo import Item, Tables
from apptier.kit.events import Events
from apptier.kit.idempotency import fingerprint
from apptier.kit.markets import MARKETS

__all__ = ["BATCH", "CatalogWriter", "Outcome", "Written", "stock_detail"]

BATCH = 50
# Part of every hash: raise it when the stored form changes, and the next import rewrites everything.
_FORM = 2
_COLOUR_NAMES = {"colour", "color", "colours", "colors"}

Outcome = Literal["created", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one product or category."""

    key: str
    outcome: Outcome
    version: int


class CatalogWriter:
    """Puts products, categories and levels; see the module's text for the order of calls."""

    def __init__(self, tables: Tables, events: Events, clock: Clock) -> None:
        self._tables = tables
        self._outbox = CatalogNews(tables, clock).outbox(events)
        self._clock = clock
        self._repository = CatalogRepository(tables, clock)
        self._inventory = Inventory(tables, clock)

    def put_categories(self, records: Sequence[CategoryRecord]) -> list[Written]:
        """Write the categories that changed. Raises ValueError for a parent that isn't there, or a circle."""
        known = {category.record.slug: category for category in self._repository.categories()}
        everything = {c.record.id: c.record for c in known.values()} | {r.id: r for r in records}
        for record in records:
            _ancestors(record.id, everything)
        changed = [r for r in records if r.slug not in known or known[r.slug].record != r]
        news = self._outbox.begin("CategoryChanged", [{"slug": record.slug} for record in changed])
        self._tables.batch_write("catalog", puts=(_category_item(r, known.get(r.slug)) for r in changed))
        self._outbox.tell(news)
        version = self._repository.stamp().version
        outcomes = {r.slug: _outcome(known.get(r.slug), r in changed) for r in records}
        return [Written(slug, outcome, version) for slug, outcome in outcomes.items()]

    def put_products(self, records: Sequence[ProductRecord]) -> list[Written]:
        """Write the products that changed; the rest cost one read.

        Raises:
            ValueError: a category isn't known.
        """
        tree = {category.record.id: category.record for category in self._repository.categories()}
        written: list[Written] = []
        touched: set[str] = set()
        for start in range(0, len(records), BATCH):
            batch = {record.handle: record for record in records[start : start + BATCH]}
            written += self._put_batch(batch, tree, touched)
        self._count(touched)
        return written

    def put_levels(self, changes: Sequence[LevelChange]) -> list[Level]:
        """Take over an import's quantities where they differ from the import before; return what changed."""
        news = self._outbox.begin("StockChanged", [{"sku": change.sku} for change in changes])
        moved = self._inventory.import_levels(changes)
        told = self._outbox.rows("StockChanged", [{"sku": level.sku} for level in moved])
        self._outbox.tell_instead(news, told)
        return moved

    def end_import(self, changed: int, categories: int) -> None:
        """Tell that an import is through and the index built anew; nothing is told of one without changes.

        `changed` products were written or withdrawn, so many `categories` written.
        """
        about = [{"changed": changed, "categories": categories}] if changed or categories else []
        self._outbox.tell(self._outbox.begin("ImportEnded", about))

    def retire(self, handles: Iterable[str]) -> list[str]:
        """Stop selling these products; their links answer 404 from now on. Returns those that were active."""
        cards = list(self._repository.cards(handles).values())
        now = rfc3339(self._clock.now())
        gone = [
            replace(c, active=False, version=c.version + 1, updated_at=now, memberships=()) for c in cards
        ]
        news = self._outbox.begin("ProductChanged", [{"handle": card.handle, "moved": True} for card in gone])
        self._tables.batch_write("catalog", puts=(card.to_item() for card in gone))
        self._tables.batch_write("catalog", puts=(_ledger_item(card) for card in gone))
        leave = [{"pk": pk, "sk": _place(card)} for card in cards for pk in card.memberships]
        leave += [doc_key(card.handle) for card in cards]
        self._tables.batch_write("catalog", deletes=leave)
        self._count({pk for card in cards for pk in card.memberships})
        self._outbox.tell(news)
        return [card.handle for card in cards]

    def _put_batch(
        self, batch: dict[str, ProductRecord], tree: dict[str, CategoryRecord], touched: set[str]
    ) -> list[Written]:
        keys = [card_key(handle) for handle in batch]
        found = [StoredCard.from_item(item) for item in self._tables.batch_get("catalog", keys)]
        known = {card.handle: card for card in found}
        now = rfc3339(self._clock.now())
        cards = {h: self._card(record, tree, known.get(h), now) for h, record in batch.items()}
        changed = {h: card for h, card in cards.items() if card is not known.get(h)}
        news = self._outbox.begin("ProductChanged", [_about(c, known.get(h)) for h, c in changed.items()])
        other = [h for h, card in changed.items() if h in known and _prices(card) != _prices(known[h])]
        news += self._outbox.begin("PriceChanged", [{"handle": handle} for handle in other])
        self._store(changed, batch, known)
        for handle, card in changed.items():
            touched |= set(card.memberships) | set(known[handle].memberships if handle in known else ())
        self._outbox.tell(news)
        return [Written(h, _outcome(known.get(h), h in changed), card.version) for h, card in cards.items()]

    def _card(
        self, record: ProductRecord, tree: dict[str, CategoryRecord], old: StoredCard | None, now: str
    ) -> StoredCard:
        """The new card, or the old one itself when nothing changed."""
        memberships = tuple(sorted(_memberships(record, tree)))
        content_hash = fingerprint(_FORM, record.model_dump(mode="json"), memberships)
        if old is not None and old.active and old.content_hash == content_hash:
            return old
        images = record.images
        return StoredCard(
            handle=record.handle,
            active=True,
            content_hash=content_hash,
            version=old.version + 1 if old else 1,
            updated_at=now,
            published_at=record.published_at or (old.published_at if old else now),
            source_hash=record.source_hash,
            offers_base=self._offers_base(record, old),
            title=record.title,
            vendor=record.vendor,
            image=images[0] if images else None,
            colours=_colours(record),
            memberships=memberships,
            variants=tuple(_card_variant(record, variant) for variant in record.variants),
            texts={language: _card_text(record, language) for language in record.translations},
        )

    def _offers_base(self, record: ProductRecord, old: StoredCard | None) -> int:
        """What the versions of SKUs that left were worth: without it the version of the offers would fall."""
        if old is None:
            return 0
        left = {variant.sku for variant in old.variants} - {variant.sku for variant in record.variants}
        return old.offers_base + sum(level.version for level in self._inventory.levels(left).values())

    def _store(
        self, changed: dict[str, StoredCard], batch: dict[str, ProductRecord], known: dict[str, StoredCard]
    ) -> None:
        """Documents and lists first, cards last: a list leaves out a product whose card isn't there yet."""
        docs = [_doc_item(batch[handle], card) for handle, card in changed.items()]
        members = [
            {"pk": pk, "sk": _place(card), "updated_at": card.updated_at}
            for card in changed.values()
            for pk in card.memberships
        ]
        self._tables.batch_write("catalog", puts=docs + members)
        self._tables.batch_write("catalog", puts=(card.to_item() for card in changed.values()))
        self._tables.batch_write("catalog", puts=(_ledger_item(card) for card in changed.values()))
        kept = {(item["pk"], item["sk"]) for item in members}
        olds = [known[handle] for handle in changed if handle in known]
        left = {(pk, _place(old)) for old in olds for pk in old.memberships} - kept
        self._tables.batch_write("catalog", deletes=({"pk": pk, "sk": sk} for pk, sk in left))

    def _count(self, lists: set[str]) -> None:
        """Write the counts of the categories whose lists changed."""
        for pk in sorted(lists):
            _, market, slug = pk.split("#", 2)
            if slug == EVERYTHING:
                continue
            members = self._tables.query_all("catalog", "pk = :pk", {":pk": pk}, attributes="sk")
            self._tables.update(
                "catalog",
                {"pk": "TREE", "sk": slug},
                "SET counts.#market = :count",
                names={"#market": market},
                values={":count": sum(1 for _ in members)},
            )


def _about(card: StoredCard, old: StoredCard | None) -> dict[str, object]:
    """What `ProductChanged` has to know of the change itself; the rest is in the table."""
    created = old is None or not old.active
    moved = old is not None and (old.memberships, _place(old)) != (card.memberships, _place(card))
    return {"handle": card.handle, "created": created, "moved": moved}


def _prices(card: StoredCard) -> dict[str, object]:
    """What the product's variants cost, and what their prices are told per."""
    return {variant.sku: (dict(variant.prices), variant.measure) for variant in card.variants}


def _outcome(known: object | None, changed: bool) -> Outcome:  # noqa: FBT001 - called with a comparison
    if not changed:
        return "unchanged"
    return "created" if known is None else "changed"


def _ancestors(category_id: str, tree: dict[str, CategoryRecord]) -> list[CategoryRecord]:
    """The category and all above it. Raises ValueError for one that isn't known, or a circle."""
    line: list[CategoryRecord] = []
    next_id: str | None = category_id
    while next_id is not None:
        record = tree.get(next_id)
        if record is None:
            raise ValueError(f"there is no category {next_id!r}")
        if record in line:
            raise ValueError(f"category {category_id!r} is below itself")
        line.append(record)
        next_id = record.parent_id
    return line


def _memberships(record: ProductRecord, tree: dict[str, CategoryRecord]) -> set[str]:
    """The list partitions that the product belongs to, in each market that sells it."""
    slugs = {c.slug for category_id in record.category_ids for c in _ancestors(category_id, tree)} | {
        EVERYTHING
    }
    markets = [m for m in MARKETS if any(m in variant.prices for variant in record.variants)]
    return {list_pk(market, slug) for market in markets for slug in slugs}


def _colours(record: ProductRecord) -> tuple[str, ...]:
    axes = [option.values for option in record.options if option.name.lower() in _COLOUR_NAMES]
    axes += [attribute.values for attribute in record.attributes if attribute.code in _COLOUR_NAMES]
    return tuple(axes[0][:50]) if axes else ()


def _card_variant(record: ProductRecord, variant: VariantRecord) -> CardVariant:
    index = variant.image_index
    return CardVariant(
        variant.sku,
        variant.title,
        None if index is None else record.images[index],
        variant.prices,
        measure=variant.unit_measure,
        sample=variant.is_sample,
        titles={language: variant_title(record, variant, language) for language in record.translations},
        alts={language: alternative(record, index, language) for language in record.translations},
    )


def _card_text(record: ProductRecord, language: str) -> CardText:
    text = record.translations[language]
    return CardText(
        title=text.title or record.title,
        alt=alternative(record, 0, language),
        colours=labels(record, _colours(record), language),
    )


def _place(card: StoredCard) -> str:
    return f"{card.published_at}#{card.handle}"


def _doc_item(record: ProductRecord, card: StoredCard) -> Item:
    return {
        **doc_key(card.handle),
        "doc": record.model_dump_json(),
        "status": "active",
        "version": card.version,
        "updated_at": card.updated_at,
    }


def _ledger_item(card: StoredCard) -> Item:
    status = "active" if card.active else "retired"
    return {
        "pk": "ALL",
        "sk": card.handle,
        "status": status,
        "source_hash": card.source_hash,
        "version": card.version,
    }


def _category_item(record: CategoryRecord, known: StoredCategory | None) -> Item:
    counts = dict(known.counts) if known else dict.fromkeys(MARKETS, 0)
    return {"pk": "TREE", "sk": record.slug, "doc": record.model_dump_json(), "counts": counts}
