"""A text in several languages, as templates hold it: `{"en": "Gifts", "de": "Geschenke", "ar": "هدايا"}`."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

DEFAULT_LANGUAGE = "en"
LONGEST = 1_000
_LANGUAGE = re.compile(r"[a-z]{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class WordsError(ValueError):
    """A text is not usable. `at` is the place below it (`.de`), empty for the text as a whole."""

    def __init__(self, at: str, message: str) -> None:
        super().__init__(message)
        self.at = at
        self.message = message


class Words:
    """One text. A plain string in the file is the same in every language (a number, a name).

    No dataclass: msgspec would read one by itself, and could not say which language is wrong.
    """

    __slots__ = ("texts",)

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    @classmethod
    def read(cls, raw: Any) -> "Words":
        """The text from what a JSON file holds. Raises WordsError naming the language that is wrong."""
        if isinstance(raw, str):
            return cls(MappingProxyType({DEFAULT_LANGUAGE: _checked("", raw)}))
        if not isinstance(raw, dict):
            raise WordsError("", 'must be a text, or texts by language such as {"en": "Gifts"}')
        for language in raw:
            if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
                raise WordsError(f".{language}", "is not the code of a language, such as en")
        if DEFAULT_LANGUAGE not in raw:
            raise WordsError(f".{DEFAULT_LANGUAGE}", "is missing: the text for every other language")
        texts = {language: _checked(f".{language}", text) for language, text in raw.items()}
        return cls(MappingProxyType(texts))

    def text(self, language: str) -> str:
        """The text in a language, English where it is not translated."""
        return self.texts.get(language) or self.texts[DEFAULT_LANGUAGE]

    def missing(self, languages: tuple[str, ...]) -> tuple[str, ...]:
        """The languages that it is not translated into; none for a text that is the same in all."""
        if set(self.texts) == {DEFAULT_LANGUAGE}:
            plain = self.texts[DEFAULT_LANGUAGE]
            return () if not any(letter.isalpha() for letter in plain) else _others(languages)
        return tuple(language for language in languages if language not in self.texts)


def _others(languages: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(language for language in languages if language != DEFAULT_LANGUAGE)


def _checked(at: str, text: Any) -> str:
    if not isinstance(text, str):
        raise WordsError(at, f"must be a text, not {type(text).__name__}")
    if not text.strip():
        raise WordsError(at, "is empty; leave it out instead")
    if len(text) > LONGEST:
        raise WordsError(at, f"has {len(text)} characters, {LONGEST} at most")
    if _CONTROL.search(text):
        raise WordsError(at, "holds a control character")
    return text
