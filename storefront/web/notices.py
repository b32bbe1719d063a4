"""Short sentences for the shopper's next page ("Meadow cushion is in your cart"), kept in the session.

Each notice is an entry of its own, so that two requests can add one at the same time and neither is lost.
A notice is never worth an error: while the session table is away they are dropped.
"""

import secrets
import time

from storefront.sessions.backend import SOFT_PREFIX
from storefront.web.requests import ShopRequest

MOST_NOTICES = 10
MOST_CHARACTERS = 300


def add_notice(request: ShopRequest, text: str) -> None:
    """Show `text` on the page that comes next; the oldest gives way when there are ten."""
    names = _names(request)
    for name in names[: max(0, len(names) - MOST_NOTICES + 1)]:
        del request.session[name]
    # The time first, so that the names sort by age.
    request.session[f"{SOFT_PREFIX}{time.time_ns():020d}:{secrets.token_hex(4)}"] = text[:MOST_CHARACTERS]


def take_notices(request: ShopRequest) -> tuple[str, ...]:
    """The notices so far, oldest first; they are gone from the session afterwards."""
    return tuple(str(request.session.pop(name)) for name in _names(request))


def _names(request: ShopRequest) -> list[str]:
    return sorted(name for name in request.session.keys() if name.startswith(SOFT_PREFIX))  # noqa: SIM118 - not a dict
