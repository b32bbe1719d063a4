"""Pictures of an import: what can be had is kept, what cannot is drawn, and nobody reaches into the house."""

from __future__ import annotations

import socket
import struct
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pytest
from PIL import Image
from shop_files import Shelf, row, shop_file

from dev.catalogue import csvfile, shopify
from dev.catalogue.media import placeholder
from dev.catalogue.media.fetch import Fetcher, PictureError, decode
from dev.catalogue.media.pictures import PATIENCE, DownloadedPictures


def products(*rows: str):
    return shopify.read(csvfile.parse(shop_file(*rows)), "EUR").products


def png(width: int = 800, height: int = 1000, mode: str = "RGB") -> bytes:
    out = BytesIO()
    Image.new(mode, (width, height), 128 if mode == "L" else (180, 90, 60)).save(out, "png")
    return out.getvalue()


def test_a_picture_is_kept_in_the_widths_it_has_and_not_fetched_twice(tmp_path) -> None:
    url = "https://a.example/mug.png"
    shelf = Shelf({url: Image.new("RGB", (800, 1000), (180, 90, 60))})
    goods = products(row("mug", "Mug", "9", Image_Src=url, Image_Alt_Text="A mug"))
    image = DownloadedPictures(tmp_path, shelf).collect(goods)["mug"][url]
    assert (image.widths, image.width, image.height, image.alt) == ((360, 720), 720, 900, "A mug")
    files = sorted(path.name.rpartition("-")[2] for path in tmp_path.rglob("*") if path.is_file())
    assert files == ["360.avif", "360.webp", "720.avif", "720.webp"]
    again = DownloadedPictures(tmp_path, shelf)
    assert again.collect(goods)["mug"][url] == image
    assert shelf.asked == [url]
    assert again.notes() == []


def test_a_dead_host_is_left_alone_after_three_failures_and_stand_ins_are_drawn(tmp_path) -> None:
    rows = [
        row(f"p{n}", f"Blue thing {n}", "9", Image_Src=f"https://gone.example/{n}.jpg") for n in range(30)
    ]
    shelf = Shelf()
    pictures = DownloadedPictures(tmp_path, shelf)
    found = pictures.collect(products(*rows))
    assert PATIENCE <= len(shelf.asked) <= PATIENCE + 8
    assert all(list(images) == [""] for images in found.values())
    (note,) = pictures.notes()
    assert "30 images" in note
    assert "gone.example" in note
    assert len({images[""].base for images in found.values()}) == 30


def test_the_picture_that_failed_alone_is_missing_and_the_others_stay(tmp_path) -> None:
    good = "https://a.example/1.png"
    shelf = Shelf({good: Image.new("RGB", (400, 400))})
    goods = products(
        row("mug", "Mug", "9", Image_Src=good), row("mug", Image_Src="https://gone.example/2.png")
    )
    found = DownloadedPictures(tmp_path, shelf).collect(goods)["mug"]
    assert list(found) == [good]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/x.png",
        "http://localhost/x.png",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/x.png",
        "http://[::1]/x.png",
        "http://0.0.0.0/x.png",
        "http://2130706433/x.png",
        "http://224.0.0.1/x.png",
    ],
)
def test_addresses_inside_are_refused(url: str) -> None:
    with pytest.raises(PictureError, match="inside this network"):
        Fetcher().fetch(url)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://", "https://user:pw@a.example/x", "http://a.example:99999/"]
)
def test_odd_addresses_are_refused(url: str) -> None:
    with pytest.raises(PictureError):
        Fetcher(allow_private=True).fetch(url)


class _Gallery(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved.png":
            self.send_response(302)
            self.send_header("Location", "/mug.png")
            self.end_headers()
            return
        if self.path == "/round.png":
            self.send_response(302)
            self.send_header("Location", "/round.png")
            self.end_headers()
            return
        body = {
            "/mug.png": png(),
            "/page.png": b"<html>no picture</html>",
            "/huge.png": b"\x00" * (9 * 2**20),
        }.get(self.path)
        self.send_response(200 if body else 404)
        self.end_headers()
        if body:
            self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Quiet."""


@pytest.fixture
def gallery():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Gallery)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_picture_is_fetched_over_http_through_a_redirect(gallery: str) -> None:
    assert Fetcher(allow_private=True).fetch(f"{gallery}/moved.png").size == (800, 1000)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/page.png", "not a picture"),
        ("/none.png", "404"),
        ("/huge.png", "larger"),
        ("/round.png", "redirects"),
    ],
)
def test_what_is_no_picture_is_refused(gallery: str, path: str, why: str) -> None:
    with pytest.raises(PictureError, match=why):
        Fetcher(allow_private=True).fetch(gallery + path)


def test_a_host_that_accepts_and_says_nothing_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr("dev.catalogue.media.fetch.SECONDS", 0.3)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(PictureError, match="does not answer"),
    ):
        Fetcher(allow_private=True).fetch(f"http://127.0.0.1:{silent.getsockname()[1]}/x.png")


def test_a_decompression_bomb_is_refused_before_it_is_unpacked() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    for edge in (8000, 12_000, 60_000):
        head = chunk(b"IHDR", struct.pack(">IIBBBBB", edge, edge, 8, 2, 0, 0, 0))
        bomb = (
            b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\x00" * 1000)) + chunk(b"IEND", b"")
        )
        with pytest.raises(PictureError):
            decode(bomb)


def test_a_clear_picture_is_laid_on_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "png")
    assert decode(out.getvalue()).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("title", ["", "x" * 300, "青い " * 40, "\u202eevil\x07", "A very long title " * 9])
def test_a_stand_in_can_be_drawn_for_any_title(title: str) -> None:
    way = placeholder.colourway_of([title], title)
    assert placeholder.draw(title, placeholder.repeat_of(title), way).size == (720, 900)


def test_a_stand_in_takes_its_colour_from_the_title() -> None:
    assert placeholder.colourway_of(["Navy jacket"], "Navy jacket").slug == "midnight"
    assert placeholder.colourway_of(["Chequered Red Shirt"], "x").slug == "rosewood"
