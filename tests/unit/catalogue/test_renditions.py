"""Pictures as files: a phone that waits for one waits for at most so many bytes."""

import random
from pathlib import Path

from PIL import Image

from dev.catalogue.media import renditions

WIDTH, HEIGHT = 240, 300


def picture(spread: int) -> Image.Image:
    """Noise, which is the hardest to pack; the same each time."""
    dice = random.Random(7)
    flat = bytes(128 + dice.randint(-spread, spread) for _ in range(WIDTH * HEIGHT * 3))
    return Image.frombytes("RGB", (WIDTH, HEIGHT), flat)


def written(folder: Path, image: Image.Image) -> dict[str, int]:
    renditions.write(image, folder, "/media/demo/noise", (WIDTH,))
    return {path.suffix: path.stat().st_size for path in (folder / "demo").iterdir()}


def test_a_dense_picture_gives_up_quality_until_it_fits(tmp_path, monkeypatch):
    free = written(tmp_path / "free", picture(12))
    monkeypatch.setattr(renditions, "_MOST_PER_PIXEL", 0.8 * free[".avif"] / (WIDTH * HEIGHT))
    bound = written(tmp_path / "bound", picture(12))
    assert bound[".avif"] <= 0.8 * free[".avif"]
    assert bound[".webp"] == free[".webp"]


def test_no_picture_is_given_up_altogether(tmp_path, monkeypatch):
    monkeypatch.setattr(renditions, "_MOST_PER_PIXEL", 0.0)
    assert written(tmp_path, picture(60))[".avif"] > 1_000


def test_a_plain_picture_keeps_its_quality(tmp_path, monkeypatch):
    usual = written(tmp_path / "usual", picture(0))
    monkeypatch.setattr(renditions, "_LEAST_QUALITY", 1_000)
    assert written(tmp_path / "best", picture(0)) == usual
