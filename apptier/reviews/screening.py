"""What a machine can notice in a review: told to the moderator, never a reason to drop it."""

import hashlib
import re
import unicodedata

from apptier.reviews.models import Flag

# Each of these reads a text once: a stretch that may start anywhere has a bound, or 4,000 letters without an
# end would be read from each of them anew. Of a host's name two letters before the dot are enough; the bounds
# of an address are those of RFC 5321 (64 before the @) and RFC 1035 (63 between dots).
_LINK = re.compile(
    r"(?:https?://|www\.)\S|[\w-]{2}\.(?:com|net|org|info|biz|shop|xyz|io|ru|cn|de|eu|ie|uk|online|site|top)\b",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.|\s?\(dot\)\s?)\w{2,63}", re.IGNORECASE
)
# Seven digits or more in one breath (\d takes Arabic ones too); sizes and prices have fewer.
_PHONE = re.compile(r"(?<!\w)(?:\+|00)?\d(?:[\s()./-]{0,2}\d){6,}(?!\w)")
_LEAST_CAPITALS = 12
_MANY_CAPITALS = 0.6
_MANY_MARKS = re.compile(r"[!?]{4,}")


def screened(title: str, body: str) -> list[Flag]:
    """What is odd about these words, in the contract's order."""
    text = f"{title}\n{body}"
    flags: list[Flag] = []
    if _LINK.search(_EMAIL.sub(" ", text)):
        flags.append("link")
    if _EMAIL.search(text) or _PHONE.search(text):
        flags.append("contact")
    if _shouts(text):
        flags.append("shouting")
    return flags


def _shouts(text: str) -> bool:
    """Most of the letters that have a case are capitals, or marks come in heaps."""
    cased = [c for c in text if c.isupper() or c.islower()]
    capitals = sum(c.isupper() for c in cased)
    return (capitals >= _LEAST_CAPITALS and capitals > _MANY_CAPITALS * len(cased)) or bool(
        _MANY_MARKS.search(text)
    )


def text_digest(body: str) -> str:
    """The same for texts that differ only in case, space, marks and accents."""
    plain = unicodedata.normalize("NFKD", body.casefold())
    letters = "".join(c for c in plain if unicodedata.category(c)[0] in "LN")
    return hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()
