"""Words that mean the same to a shopper, put into the query itself, so that the index needn't know them."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

MOST_VARIANTS = 6


class Synonyms:
    """Groups of words and phrases; each member of a group may stand for any other."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._groups = [[member.lower() for member in group] for group in groups]

    @classmethod
    def shipped(cls) -> dict[str, "Synonyms"]:
        """The groups in the file beside this module, by language."""
        text = Path(__file__).with_name("synonyms.json").read_text(encoding="utf-8")
        return {locale: cls(groups) for locale, groups in json.loads(text).items()}

    def variants(self, query: str) -> list[str]:
        """Other ways to ask for the same, at most `MOST_VARIANTS`, the query itself not among them.

        One phrase is exchanged at a time, the longest first; an ending of the plural in the query is
        overlooked.
        """
        text = " ".join(query.lower().split())
        found: dict[str, None] = {}
        for group in self._groups:
            for member in sorted(group, key=len, reverse=True):
                pattern = re.compile(rf"\b{re.escape(member)}(?:s|es|n|en|e)?\b")
                if not pattern.search(text):
                    continue
                for other in group:
                    if other != member:
                        found[pattern.sub(other, text, count=1)] = None
                break
        found.pop(text, None)
        return list(found)[:MOST_VARIANTS]
