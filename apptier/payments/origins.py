"""Which addresses a payment may send the browser back to."""

from collections.abc import Collection
from urllib.parse import urlsplit

from apptier.kit.problems import Problem, invalid


def return_url_problem(url: str, origins: Collection[str]) -> Problem | None:
    """Why a payment can't return there (422, pointer `/return_url`), or None.

    The origin is compared whole (scheme, host, port), and nothing that browsers and parsers read differently
    may be in the address: no user, no backslash, no white space or control character.
    """
    odd = any(char <= " " or char == "\\" or not char.isascii() for char in url)
    try:
        parts = urlsplit(url)
    except ValueError:
        odd = True
    if odd or parts.scheme not in {"http", "https"} or not parts.netloc or "@" in parts.netloc:
        return invalid(
            "/return_url", "url_invalid", "The return address must be a plain http or https address."
        )
    if f"{parts.scheme}://{parts.netloc.lower()}" not in origins:
        return invalid("/return_url", "origin_unknown", "Payments don't return to that origin.")
    return None
