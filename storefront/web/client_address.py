"""Who asks, as far as their address on the network tells: for counting tries, never for trusting anybody."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

_SALT = "storefront.client_address"
_NETWORK_BITS = 64


def client_name(request: HttpRequest) -> str:
    """A name for the network address that the request comes from; the address can't be read back from it.

    Behind proxies it is what the outermost of them saw: the setting PROXY_HOPS says how many there are, and
    each adds the address it was called from at the end of X-Forwarded-For. What stands further left was
    written by the browser and is worth nothing. Of an IPv6 address the first 64 bits count: whoever has one
    has all that begin so.
    """
    return salted_hmac(_SALT, _network(client_address(request)), algorithm="sha256").hexdigest()[:32]


def _network(address: str) -> str:
    try:
        read = ip_address(address)
    except ValueError:  # a proxy may add a port, a test a word
        return address
    if not isinstance(read, IPv6Address):
        return address
    return str(read.ipv4_mapped or ip_network((int(read), _NETWORK_BITS), strict=False))


def client_address(request: HttpRequest) -> str:
    """The network address itself, personal as it is: for those who judge addresses, never for logs."""
    hops: int = settings.PROXY_HOPS
    said = request.headers.get("X-Forwarded-For", "").split(",")
    forwarded = [part.strip() for part in said if part.strip()]
    if 0 < hops <= len(forwarded):
        return forwarded[-hops]
    return str(request.META.get("REMOTE_ADDR", ""))
