"""Who asks, as far as their address on the network tells: for counting tries, never for trusting anybody."""

import re
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

_SALT = "storefront.client_address"
_NETWORK_BITS = 64
# Some proxies write the port as well (ALB, when told to): each connection would be a client of its own.
_PORT: Final = re.compile(r"(?:\[(?P<six>[^\]]*)\]|(?P<four>[^:\]]+))(?::[0-9]{1,5})?")
_UNREADABLE = "unreadable"


def client_name(request: HttpRequest) -> str:
    """A name for the network address that the request comes from; the address can't be read back from it.

    Behind proxies it is what the outermost of them saw: the setting PROXY_HOPS says how many there are, and
    each adds the address it was called from at the end of X-Forwarded-For. What stands further left was
    written by the browser and is worth nothing. Of an IPv6 address the first 64 bits count: whoever has one
    has all that begin so. A port does not count, and all that is no address counts as one client.
    """
    return salted_hmac(_SALT, _network(client_address(request)), algorithm="sha256").hexdigest()[:32]


def _network(address: str) -> str:
    found = _PORT.fullmatch(address)
    bare = (found["six"] or found["four"] or "") if found else address
    try:
        read = ip_address(bare)
    except ValueError:
        return _UNREADABLE
    if not isinstance(read, IPv6Address):
        return bare
    return str(read.ipv4_mapped or ip_network((int(read), _NETWORK_BITS), strict=False))


def client_address(request: HttpRequest) -> str:
    """The network address itself, personal as it is: for those who judge addresses, never for logs."""
    hops: int = settings.PROXY_HOPS
    said = request.headers.get("X-Forwarded-For", "").split(",")
    forwarded = [part.strip() for part in said if part.strip()]
    if 0 < hops <= len(forwarded):
        return forwarded[-hops]
    return str(request.META.get("REMOTE_ADDR", ""))
