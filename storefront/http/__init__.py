"""The only door to HTTP: everything REST services have in common. Nothing else imports `requests`."""

from storefront.http.addresses import QueryValue, build_url
from storefront.http.client import RestClient
from storefront.http.decoding import Answer
from storefront.http.messages import (
    MOST_BODY_BYTES,
    BodyTooLarge,
    HttpRequest,
    HttpResponse,
    Transport,
    TransportError,
    TransportFailure,
    TransportTimeout,
)
from storefront.http.mock import MockTransport
from storefront.http.transport import RequestsTransport
from storefront.http.upstream import Upstream

__all__ = [
    "MOST_BODY_BYTES",
    "Answer",
    "BodyTooLarge",
    "HttpRequest",
    "HttpResponse",
    "MockTransport",
    "QueryValue",
    "RequestsTransport",
    "RestClient",
    "Transport",
    "TransportError",
    "TransportFailure",
    "TransportTimeout",
    "Upstream",
    "build_url",
]
