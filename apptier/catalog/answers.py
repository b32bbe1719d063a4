"""Answers made of what is kept: products, offers and cards in one market and one language."""

from collections.abc import Mapping, Sequence

from apptier.catalog import models, texts
from apptier.catalog.layout import CardVariant, StoredCard, StoredProduct
from apptier.catalog.measures import measure_answer, unit_price
from apptier.catalog.records import ProductRecord, VariantRecord
from apptier.inventory import Level, availability
from apptier.kit.markets import Market
from apptier.kit.models import ProductCard, Rating


def product_answer(stored: StoredProduct, variants: Sequence[VariantRecord], language: str) -> models.Product:
    """The product's page in a language, with these of its variants."""
    record = stored.record
    text = texts.text_in(record, language)
    return models.Product(
        handle=record.handle,
        title=text.title or record.title,
        vendor=record.vendor,
        description_html=text.description_html or record.description_html,
        summary=text.summary or record.summary,
        category_ids=list(record.category_ids),
        tags=list(record.tags),
        options=_options(record, language),
        variants=[
            models.Variant(
                sku=variant.sku,
                title=texts.variant_title(record, variant, language),
                options=variant.options,
                image_index=variant.image_index,
                unit_measure=measure_answer(variant.unit_measure),
                sample=variant.is_sample,
            )
            for variant in variants
        ],
        images=texts.images(record, language),
        attributes=_attributes(record, language),
        markets=sorted({market for variant in record.variants for market in variant.prices}),
        version=stored.version,
        updated_at=stored.updated_at,
    )


def offer(market: Market, variant: CardVariant, levels: Mapping[str, Level]) -> models.Offer:
    """The offer of a variant that this market sells."""
    price = variant.prices[market.code]
    quantity = max(levels[variant.sku].quantity, 0) if variant.sku in levels else 0
    return models.Offer(
        sku=variant.sku,
        price=market.money(price.amount),
        compare_at=None if price.compare_at is None else market.money(price.compare_at),
        unit_price=unit_price(market, price.amount, variant.measure),
        availability=availability(quantity),
        quantity=quantity,
    )


def product_card(
    market: Market,
    card: StoredCard,
    variants: Sequence[CardVariant],
    best: int,
    rating: tuple[float, int] | None = None,
) -> ProductCard:
    """A card with the lowest price among `variants`, and the availability of the best-stocked one.

    The price of a sample is not the product's, unless samples are all there is. `card` is in the language to
    answer in (`StoredCard.in_language`). `rating` is the average in stars and the number of reviews.
    """
    prices = [variant.prices[market.code] for variant in variants if not variant.sample]
    prices = prices or [variant.prices[market.code] for variant in variants]
    lowest = min(prices, key=lambda price: price.amount)
    return ProductCard(
        handle=card.handle,
        title=card.title,
        vendor=card.vendor,
        image=card.image,
        price_from=market.money(lowest.amount),
        compare_at=None if lowest.compare_at is None else market.money(lowest.compare_at),
        price_varies=len({price.amount for price in prices}) > 1,
        availability=availability(best),
        variant_count=len(variants),
        colours=list(card.colours),
        colour_labels=dict(card.colour_labels),
        variant_sku=variants[0].sku if len(variants) == 1 else None,
        rating=None if rating is None else Rating(average=rating[0], count=rating[1]),
        version=card.version,
        updated_at=card.updated_at,
    )


def _options(record: ProductRecord, language: str) -> list[models.Option]:
    return [
        models.Option(
            name=option.name,
            label=texts.option_label(record, option.name, language),
            values=list(option.values),
            labels=texts.labels(record, option.values, language),
        )
        for option in record.options
    ]


def _attributes(record: ProductRecord, language: str) -> list[models.Attribute]:
    return [
        models.Attribute(
            code=attribute.code,
            name=texts.attribute_label(record, attribute.code, attribute.name, language),
            values=list(attribute.values),
            labels=texts.labels(record, attribute.values, language),
        )
        for attribute in record.attributes
    ]
