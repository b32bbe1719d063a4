"""Who asks, as far as their address on the network tells: for counting tries, never for trusting anybody."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

_SALT = "storefront.client_address"


def client_name(request: HttpRequest) -> str:
    """A name for the network address that the request comes from; the address can't be read back from it.

    Behind proxies it is what the outermost of them saw: the setting PROXY_HOPS says how many there are, and
    each adds the address it was called from at the end of X-Forwarded-For. What stands further left was
    written by the browser and is worth nothing.
    """
    return salted_hmac(_SALT, _address(request), algorithm="sha256").hexdigest()[:32]


def _address(request: HttpRequest) -> str:
    hops: int = settings.PROXY_HOPS
    said = request.headers.get("X-Forwarded-For", "").split(",")
    forwarded = [part.strip() for part in said if part.strip()]
    if 0 < hops <= len(forwarded):
        return forwarded[-hops]
    return str(request.META.get("REMOTE_ADDR", ""))
