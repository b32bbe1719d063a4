"""How many shoppers one network address may be, as far as experiments count them.

An id is given to whoever asks without one, so a single client could be any number of shoppers and tell of
those alone that suit it. The limits are generous, since many people share an address: an office, a campus, a
carrier of mobile phones. Beyond them pages are as they always are; whoever asks is a stranger, and is not
counted, whatever variant they would have been dealt.
"""

import secrets

from django.utils.crypto import salted_hmac

from storefront.web.client_address import client_name
from storefront.web.requests import ShopRequest
from storefront.web.windows import Window

_HOUR = 3600  # seconds
# New ids, by address.
MET = Window("met", 300, _HOUR)
# Different shoppers who take part in an experiment, by address: ids may have been gathered for days.
TOOK_PART = Window("took_part", 600, _HOUR, lenient=True)
KINDS = frozenset({MET.kind, TOOK_PART.kind})
_SALT = "storefront.limits.shopper"


def may_meet(request: ShopRequest) -> bool:
    """Count a new id; False where its address has had too many."""
    return request.shop.limits.take(MET, client_name(request), secrets.token_hex(8)) <= 0


def may_take_part(request: ShopRequest, shopper: str) -> bool:
    """Count somebody who takes part in an experiment, once an hour; False where the address was too many.

    Who was counted within the hour takes part all the same.
    """
    token = salted_hmac(_SALT, shopper, algorithm="sha256").hexdigest()[:16]
    return request.shop.limits.take(TOOK_PART, client_name(request), token) <= 0
