"""A product's texts in one language: what is translated, and English for the rest."""

from collections.abc import Iterable

from apptier.catalog.records import ProductRecord, ProductText, VariantRecord
from apptier.kit.models import Image

_NOTHING = ProductText()


def text_in(record: ProductRecord, language: str) -> ProductText:
    """The translation into the language of a locale; empty when there is none."""
    return record.translations.get(language[:2], _NOTHING)


def labels(record: ProductRecord, words: Iterable[str], language: str) -> dict[str, str]:
    """The labels of these values where they differ from the values themselves."""
    known = text_in(record, language).values
    return {word: known[word] for word in words if known.get(word, word) != word}


def variant_title(record: ProductRecord, variant: VariantRecord, language: str) -> str:
    """A title that lists values of options lists their labels; another is the same in all languages."""
    values = list(variant.options.values())
    if variant.title != " / ".join(values):
        return variant.title
    known = text_in(record, language).values
    return " / ".join(known.get(value, value) for value in values)


def alternative(record: ProductRecord, index: int | None, language: str) -> str:
    """The alternative text of the picture at `index`; "" where there is no picture."""
    if index is None or index >= len(record.images):
        return ""
    translated = text_in(record, language).images
    return (translated[index] if index < len(translated) else "") or record.images[index].alt


def images(record: ProductRecord, language: str) -> list[Image]:
    """The pictures with their alternative texts."""
    return [with_alt(image, alternative(record, at, language)) for at, image in enumerate(record.images)]


def with_alt(image: Image, alt: str) -> Image:
    """The same picture with another alternative text; "" keeps the one it has."""
    return image.model_copy(update={"alt": alt}) if alt and alt != image.alt else image


def option_label(record: ProductRecord, name: str, language: str) -> str:
    """What an option is called."""
    return text_in(record, language).options.get(name, name)


def attribute_label(record: ProductRecord, code: str, name: str, language: str) -> str:
    """What an attribute is called; `name` is what it is called in English."""
    return text_in(record, language).attributes.get(code, name)
