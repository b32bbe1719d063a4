"""Makes one of the words that Arabic writes in several ways, the same in texts and in what is typed.

Letters with and without hamza, dots and vowel signs are one; articles and a few endings are taken off: so
كتان is found as الكتان, and سجادات as سجادة. Done here and not by an analyser of OpenSearch, whose own
takes a first و for "and" (وسائد, cushions, would lose it), and whose filters the local server does not
apply. Texts in other languages stay as they are: their analysers know their stems.
"""

import re

_SIGNS = re.compile("[\u064b-\u0652\u0670\u0640]")
_LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ة": "ه", "ى": "ي", "ؤ": "و", "ئ": "ي"})
_WORD = re.compile("[\u0621-\u064a]+")
_ARTICLE = re.compile("(?:وال|بال|كال|فال|لل|ال)(?=.{3})")
_ENDING = re.compile("(?<=.{3})(?:ات|ون|ين|ان|ه)$")


def fold(text: str, locale: str, *, endings: bool = True) -> str:
    """The text as it is searched for; without `endings` words keep theirs: one may still be typing them."""
    if locale != "ar":
        return text
    plain = _SIGNS.sub("", text).translate(_LETTERS)
    return _WORD.sub(lambda found: _folded(found[0], endings=endings), plain)


def _folded(word: str, *, endings: bool) -> str:
    bare = _ARTICLE.sub("", word, count=1) if _ARTICLE.match(word) else word
    return _ENDING.sub("", bare) if endings else bare
