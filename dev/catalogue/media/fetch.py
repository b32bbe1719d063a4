"""Downloads one picture from a stranger's server: bounded in time, size and reach, never from inside."""

from __future__ import annotations

import ipaddress
import socket
import time
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

import urllib3
from PIL import Image, ImageOps

if TYPE_CHECKING:
    from urllib.parse import SplitResult

SECONDS: Final = 5.0
LARGEST: Final = 8 * 1024 * 1024
"""Bytes of one picture as it travels."""
MOST_PIXELS: Final = 40_000_000
MOST_REDIRECTS: Final = 3
FORMATS: Final = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
_CHUNK: Final = 64 * 1024
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_OK: Final = 200
_HEADERS: Final = {
    "Accept": "image/avif,image/webp,image/*",
    "Accept-Encoding": "identity",
    "User-Agent": "storefront-catalogue-import",
}


class PictureError(Exception):
    """A picture cannot be had; the message says why in a few words."""


class UnreachableError(PictureError):
    """Its host does not answer: the next picture from there will fail as well."""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches pictures over http and https; `allow_private` lets it reach this machine and its network."""

    allow_private: bool = False

    def fetch(self, url: str) -> Image.Image:
        """The picture at `url` as RGB, turned the right way up.

        Raises:
            UnreachableError: no connection, or none in time.
            PictureError: refused, too large, or not a picture.
        """
        deadline = time.monotonic() + SECONDS
        for _ in range(MOST_REDIRECTS + 1):
            data, onward = self._step(url, deadline)
            if onward is None:
                return decode(data)
            url = urljoin(url, onward)
        message = f"redirects more than {MOST_REDIRECTS} times"
        raise PictureError(message)

    def _step(self, url: str, deadline: float) -> tuple[bytes, str | None]:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            message = "its address is malformed"
            raise PictureError(message) from error
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
            message = "is not an http or https address"
            raise PictureError(message)
        address = self._address(parts.hostname, port or (443 if parts.scheme == "https" else 80))
        left = deadline - time.monotonic()
        if left <= 0:
            message = f"took longer than {SECONDS:.0f} s"
            raise UnreachableError(message)
        try:
            return _read(parts, address, port, left, deadline)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            message = f"{parts.hostname} does not answer"
            raise UnreachableError(message) from error

    def _address(self, host: str, port: int) -> str:
        """One address of the host, checked: what is connected to is what was looked at (no DNS rebinding)."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            message = f"{host} is not known"
            raise UnreachableError(message) from error
        address = str(found[0][4][0])
        reachable = ipaddress.ip_address(address.partition("%")[0])
        if not self.allow_private and (not reachable.is_global or reachable.is_multicast):
            message = f"{host} is an address inside this network; --allow-private-images lets it pass"
            raise PictureError(message)
        return address


def _read(
    parts: SplitResult, address: str, port: int | None, left: float, deadline: float
) -> tuple[bytes, str | None]:
    host = parts.hostname or ""
    timeout = urllib3.Timeout(connect=left, read=left)
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address,
            port or 443,
            timeout=timeout,
            retries=False,
            maxsize=1,
            server_hostname=host,
            assert_hostname=host,
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, port or 80, timeout=timeout, retries=False, maxsize=1)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    named = host if port is None else f"{host}:{port}"
    with pool:
        response = pool.urlopen(
            "GET", target, headers={**_HEADERS, "Host": named}, redirect=False, preload_content=False
        )
        try:
            if response.status in _REDIRECTS and response.headers.get("Location"):
                return b"", response.headers["Location"]
            if response.status != _OK:
                message = f"answers {response.status}"
                raise PictureError(message)
            return _body(response, deadline), None
        finally:
            response.close()


def _body(response: urllib3.BaseHTTPResponse, deadline: float) -> bytes:
    data = bytearray()
    while chunk := response.read(_CHUNK, decode_content=False):
        data += chunk
        if len(data) > LARGEST:
            message = f"is larger than {LARGEST // 2**20} MB"
            raise PictureError(message)
        if time.monotonic() > deadline:
            message = f"took longer than {SECONDS:.0f} s"
            raise UnreachableError(message)
    return bytes(data)


def decode(data: bytes) -> Image.Image:
    """The picture in some bytes, whatever their name says. Raises PictureError when there is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(data), formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            message = f"has {image.width} by {image.height} pixels"
            raise PictureError(message)
        image.draft("RGB", (2160, 2160))
        upright = ImageOps.exif_transpose(image)
        if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
            clear = upright.convert("RGBA")
            white = Image.new("RGBA", clear.size, (255, 255, 255, 255))
            return Image.alpha_composite(white, clear).convert("RGB")
        return upright.convert("RGB")
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        message = "is not a picture"
        raise PictureError(message) from error
