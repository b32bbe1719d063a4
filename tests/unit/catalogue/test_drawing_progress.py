"""Who waits for the pictures is told how far they are; who has them all already is told nothing."""

from __future__ import annotations

import pytest

from dev.catalogue.draw.scene import Picture
from dev.catalogue.media import studio_run
from dev.catalogue.media.studio_run import Progress, lay_out, run


@pytest.mark.parametrize("workers", [1, 2])
def test_drawing_says_how_far_it_is_and_is_quiet_without_work(tmp_path, monkeypatch, workers: int) -> None:
    monkeypatch.setattr(studio_run, "LOOK_EVERY", 0.05)
    wanted = lay_out(
        [
            (f"mug-{number}", Picture("vessel", "ink", "glaze:dip", number, "mug", (40,)))
            for number in range(4)
        ]
    )
    said: list[str] = []
    run(wanted, tmp_path, workers, said.append)
    assert said[0] == "pictures: 4 to draw"
    assert set(said[1:]) <= {f"pictures: {number} of 4 drawn" for number in (1, 2, 3)}
    if workers == 1:
        assert len(said) == 4

    said.clear()
    run(wanted, tmp_path, workers, said.append)
    assert said == []


def test_progress_is_told_after_a_tenth_or_ten_seconds(monkeypatch) -> None:
    now, said = [100.0], []
    monkeypatch.setattr(studio_run.time, "monotonic", lambda: now[0])
    progress = Progress(845, said.append)
    progress.at(84)
    assert said == []
    progress.at(85)
    progress.at(86)
    now[0] += 10
    progress.at(87)
    progress.at(845)
    assert said == ["pictures: 85 of 845 drawn", "pictures: 87 of 845 drawn"]
