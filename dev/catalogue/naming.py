"""Names for machines from names for people: handles, SKUs, category ids, facet codes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

HANDLE_LENGTH: Final = 100
SKU: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,79}")
_SKU_ROOM: Final = 60


def slug(text: str, longest: int = HANDLE_LENGTH) -> str:
    """Lower-case ASCII words joined by hyphens; a text without such letters becomes a hash of itself."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().replace("'", "")
    words = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
    if not words:
        return f"x-{digest(text, 10)}" if text.strip() else ""
    return words if len(words) <= longest else f"{words[: longest - 9].rstrip('-')}-{digest(text, 8)}"


def code(text: str) -> str:
    """A facet's code: a slug with underscores; American and British colours are one facet."""
    name = slug(text, 50).replace("-", "_")
    return {"color": "colour", "colors": "colour", "colours": "colour"}.get(name, name)


def derived_sku(handle: str, values: Iterable[str]) -> str:
    """The SKU of a variant that came without: the same handle and values always give the same one."""
    listed = [handle, *values]
    readable = "-".join(part for part in map(slug, listed) if part)
    if len(readable) <= _SKU_ROOM and all(value.isascii() for value in listed):
        return readable
    return f"{readable[:_SKU_ROOM].rstrip('-')}-{digest(chr(31).join(listed), 8)}"


def digest(text: str, length: int) -> str:
    """Hex digits of a hash of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]
