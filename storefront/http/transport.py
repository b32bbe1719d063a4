"""The transport over `requests`: pooled, deaf to the environment, bounded in time and in bytes."""

import os
import threading
import time
from http.client import HTTPException

import requests
import urllib3
from requests.structures import CaseInsensitiveDict

from storefront.http.messages import (
    MOST_BODY_BYTES,
    BodyTooLarge,
    HttpRequest,
    HttpResponse,
    TransportError,
    TransportFailure,
    TransportTimeout,
)
from storefront.http.wire import TimedAdapter, reading_until

_CHUNK_BYTES = 64 * 1024
_WITHOUT_BODY = frozenset({204, 304})


class _NoCookies(requests.cookies.RequestsCookieJar):
    """A jar that keeps nothing: the session is shared by all shoppers of a process."""

    def set_cookie(self, *_args: object, **_kwargs: object) -> None:
        """Forget it."""


class RequestsTransport:
    """One pooled session per process, opened at the first request, so never before a fork.

    Proxies, netrc and certificates named in the environment are ignored, redirects are answers like any
    other, cookies are not kept. `pool_size` is the number of idle connections kept per host; it should be
    at least the threads of the process. Name resolution is the one wait that cannot be bounded from here:
    the resolver's own timeout holds (`options timeout:1 attempts:1` in resolv.conf).
    """

    def __init__(self, pool_size: int = 32) -> None:
        self._pool_size = pool_size
        self._lock = threading.Lock()
        self._session: requests.Session | None = None
        self._pid = 0

    def send(self, request: HttpRequest) -> HttpResponse:
        """Send and read the whole answer within `request.timeout`; see Transport."""
        until = time.monotonic() + request.timeout
        session = self._opened()
        try:
            with (
                reading_until(until),
                session.send(
                    _prepared(request),
                    stream=True,
                    allow_redirects=False,
                    timeout=(min(request.connect_timeout, request.timeout), request.timeout),
                    proxies={},
                ) as response,
            ):
                return HttpResponse(
                    status=response.status_code,
                    headers={name.lower(): value for name, value in response.headers.items()},
                    body=_whole_body(response),
                )
        except TransportError:
            raise
        except requests.ConnectTimeout as error:
            raise TransportTimeout("connecting took too long", sent=False) from error
        except (requests.Timeout, urllib3.exceptions.ReadTimeoutError, TimeoutError) as error:
            raise TransportTimeout(f"no complete answer within {request.timeout:.3f} s") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError) as error:
            raise _failure(error, until) from error

    def close(self) -> None:
        """Close idle connections; the next request opens a new session."""
        with self._lock:
            session, self._session = self._session, None
        if session is not None:
            session.close()

    def _opened(self) -> requests.Session:
        if self._session is not None and self._pid == os.getpid():
            return self._session
        with self._lock:
            if self._session is None or self._pid != os.getpid():
                # A session inherited through fork is dropped, not closed: its sockets belong to the parent.
                self._session = self._new()
                self._pid = os.getpid()
            return self._session

    def _new(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.cookies = _NoCookies()
        adapter = TimedAdapter(pool_connections=self._pool_size, pool_maxsize=self._pool_size, max_retries=0)
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        return session


def _prepared(request: HttpRequest) -> requests.PreparedRequest:
    """A request whose URL `requests` has not touched: its own preparation decodes and normalises paths."""
    prepared = requests.PreparedRequest()
    prepared.method = request.method
    prepared.url = request.url
    prepared.headers = CaseInsensitiveDict(request.headers)
    # One hop inside a data centre: compression would cost more than the bytes it saves.
    prepared.headers.setdefault("Accept-Encoding", "identity")
    prepared.body = request.body
    if request.body is not None:
        prepared.headers["Content-Length"] = str(len(request.body))
    prepared._cookies = _NoCookies()  # type: ignore[attr-defined]  # noqa: SLF001 - Session.send reads it
    return prepared


def _whole_body(response: requests.Response) -> bytes:
    """The body, unless it is too large or shorter than announced (urllib3 checks both codings' ends).

    An answer that announces no length ends wherever the connection does: it cannot be told from one that was
    cut short, so it is not accepted.
    """
    announced = response.headers.get("Content-Length", "")
    chunked = response.headers.get("Transfer-Encoding", "").lower() == "chunked"
    if not announced and not chunked and response.status_code not in _WITHOUT_BODY:
        raise TransportFailure("an answer of unknown length")
    if announced.isascii() and announced.isdigit() and len(announced) > len(str(MOST_BODY_BYTES)):
        raise BodyTooLarge(f"announces more than {MOST_BODY_BYTES} bytes")
    chunks: list[bytes] = []
    size = 0
    while chunk := response.raw.read(_CHUNK_BYTES, decode_content=True):
        size += len(chunk)
        if size > MOST_BODY_BYTES:
            raise BodyTooLarge(f"more than {MOST_BODY_BYTES} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def _failure(error: Exception, until: float) -> TransportError:
    """What a broken exchange is to the caller. requests wraps timeouts while reading as connection errors."""
    cause: BaseException | None = error
    seen = 0
    while cause is not None and seen < 10:  # noqa: PLR2004 - chains of wrappers are short; never loop
        if isinstance(cause, TimeoutError | urllib3.exceptions.ReadTimeoutError):
            return TransportTimeout("the time allowed ran out")
        if isinstance(cause, urllib3.exceptions.NewConnectionError):
            return TransportFailure("no connection", sent=False)
        inner = cause.args[0] if cause.args and isinstance(cause.args[0], BaseException) else None
        cause = getattr(cause, "reason", None) or inner or cause.__cause__ or cause.__context__
        cause = cause if isinstance(cause, BaseException) else None
        seen += 1
    if time.monotonic() >= until:
        return TransportTimeout("the time allowed ran out")
    return TransportFailure(type(error).__name__)
