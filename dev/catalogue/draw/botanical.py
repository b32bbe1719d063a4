"""Repeats that grow: leaves, ferns, meadows, fruit, birds. Each returns a seamless index tile."""


# ruff: noqa: PLR2004, PLR0917  a drawing is made of proportions, told in the order x, y, width, height

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dev.catalogue.draw.canvas import Canvas, curve, dry_ink, hand_cut, leaf

if TYPE_CHECKING:
    from random import Random

    from dev.catalogue.draw.raster import Bytes, Point


def _print(canvas: Canvas, rng: Random, wobble: float = 2.6, bare: float = 0.007) -> Bytes:
    return dry_ink(hand_cut(canvas.samples(), wobble, rng.randrange(9999)), bare, rng.randrange(9999))


def veined(canvas: Canvas, at: Point, length: float, width: float, turn: float, ink: int, vein: int) -> None:
    """One leaf with its midrib and side veins cut out of it."""
    canvas.polygon(leaf(*at, length, width, turn), ink)
    rib = [(at[0] + math.cos(turn) * length * t, at[1] + math.sin(turn) * length * t) for t in (0, 0.5, 0.92)]
    canvas.stroke(rib, length * 0.022, vein, taper=0.5)
    for share in (0.2, 0.34, 0.48, 0.62, 0.75):
        x, y = at[0] + math.cos(turn) * length * share, at[1] + math.sin(turn) * length * share
        reach = width * 0.33 * math.sin(math.pi * min(share + 0.12, 0.95))
        for side in (-1, 1):
            angle = turn + side * 0.75
            canvas.stroke(
                [(x, y), (x + math.cos(angle) * reach, y + math.sin(angle) * reach)], length * 0.013, vein
            )


def sprigs(rng: Random, across: int = 4) -> Bytes:
    """Block-printed sprigs in a half-drop, three pairs of leaves and a tip to each."""
    canvas, step = Canvas(0), 1 / across
    for column in range(across):
        for row in range(across):
            x, y = (column + 0.5) * step, (row + 0.5 + (column % 2) / 2) * step
            lean = (-1) ** (row + column) * 0.16 - math.pi / 2
            stem = curve((x, y + step * 0.4), lean, step * 0.76, (-1) ** column * 0.3)
            canvas.stroke(stem, step * 0.03, 4, taper=0.6)
            for index, node in enumerate((7, 12, 17)):
                size = step * (0.42 - index * 0.06)
                for side in (-1, 1):
                    veined(
                        canvas,
                        stem[node],
                        size,
                        size * 0.44,
                        lean + side * (0.85 - index * 0.12),
                        1 if index != 1 else 2,
                        0,
                    )
            veined(canvas, stem[-1], step * 0.2, step * 0.09, lean, 1, 0)
            canvas.disc(x + step * 0.42, y % 1, step * 0.035, 3)
    return _print(canvas, rng)


def ferns(rng: Random, across: int = 3) -> Bytes:
    """Tall fern fronds in two inks that lean past each other."""
    canvas = Canvas(0)
    for index in range(across * 3):
        x, y = (index * 0.381966 + 0.1) % 1, (index / (across * 3) + 0.5) % 1
        lean = -math.pi / 2 + rng.uniform(-0.4, 0.4)
        stem = curve((x, y), lean, 0.46, rng.choice((-0.7, 0.7)), 30)
        ink = (1, 2, 1, 4)[index % 4]
        canvas.stroke(stem, 0.007, ink, taper=0.4)
        for node in range(3, 30):
            t = node / 30
            size = 0.115 * math.sin(math.pi * (0.16 + 0.84 * t)) ** 0.8 + 0.012
            heading = math.atan2(stem[node][1] - stem[node - 1][1], stem[node][0] - stem[node - 1][0])
            for side in (-1, 1):
                canvas.polygon(leaf(*stem[node], size, 0.0145, heading + side * 1.05), ink)
    return _print(canvas, rng, 2.0)


def vine(rng: Random, across: int = 3) -> Bytes:
    """Trailing vines: a waving stem the height of the tile, leaves left and right, berries between."""
    canvas, step = Canvas(0), 1 / across
    for column in range(across):
        x0, phase = (column + 0.5) * step, (column % 2) * math.pi

        def at(t: float, x0: float = x0, phase: float = phase) -> Point:
            return x0 + math.sin(t * math.tau * 2 + phase) * step * 0.17, t

        canvas.stroke([at(k / 120) for k in range(121)], 0.0085, 4)
        for node in range(16):
            t = (node + 0.5) / 16
            side = 1 if node % 2 else -1
            size = 0.135 + 0.02 * rng.random()
            turn = (0.42 if side > 0 else math.pi - 0.42) + rng.uniform(-0.25, 0.25) - side * 0.9
            veined(canvas, at(t), size, size * 0.5, turn, (1, 2, 1)[node % 3], 0)
            if node % 4 == 1:
                px, py = at(t + 0.02)
                for k in range(3):
                    canvas.disc(px - side * (0.04 + 0.02 * k), py + 0.014 * (k % 2), 0.0135, 3)
    return _print(canvas, rng)


def meadow(rng: Random, stems: int = 34) -> Bytes:
    """A meadow in June: umbels, daisies and grasses, standing where they please."""
    canvas = Canvas(0)
    for index in range(stems):
        x, y = (index * 0.618034) % 1, (index / stems + rng.uniform(-0.02, 0.02)) % 1
        height = rng.uniform(0.15, 0.26)
        stem = curve((x, y), -math.pi / 2 + rng.uniform(-0.2, 0.2), height, rng.uniform(-0.5, 0.5))
        canvas.stroke(stem, 0.0055, 4, taper=0.6)
        head = stem[-1]
        if index % 3 == 0:
            _daisy(canvas, head, 0.05, 1)
        elif index % 3 == 1:
            _umbel(canvas, stem, 2)
        else:
            for node in range(8, 25, 2):
                for side in (-1, 1):
                    canvas.polygon(leaf(*stem[node], 0.032, 0.012, -math.pi / 2 + side * 0.6), 1)
        canvas.polygon(leaf(*stem[4], 0.085, 0.02, -math.pi / 2 + rng.choice((-0.7, 0.7))), 2)
    return _print(canvas, rng, 2.0, 0.005)


def _daisy(canvas: Canvas, at: Point, reach: float, ink: int) -> None:
    for petal in range(11):
        canvas.polygon(leaf(*at, reach, reach * 0.34, math.tau * petal / 11, belly=0.62), ink)
    canvas.disc(*at, reach * 0.27, 3)


def _umbel(canvas: Canvas, stem: list[Point], ink: int) -> None:
    x, y = stem[-1]
    for ray in range(9):
        turn = -math.pi / 2 + (ray - 4) * 0.27
        tip = (x + math.cos(turn) * 0.062, y + math.sin(turn) * 0.05)
        canvas.stroke([(x, y), tip], 0.0036, 4)
        for k in range(3):
            canvas.disc(tip[0] + (k - 1) * 0.009, tip[1] - 0.006 * (k % 2), 0.0072, ink)


def tulips(rng: Random, across: int = 4) -> Bytes:
    """Folk tulips in brick order, turned about in alternate rows."""
    canvas, step = Canvas(0), 1 / across
    for row in range(across):
        for column in range(across):
            x, y = (column + 0.5 + (row % 2) / 2) * step, (row + 0.5) * step
            up = 1 if row % 2 else -1
            turn = up * math.pi / 2
            foot, neck = y - up * step * 0.42, y + up * step * 0.08
            canvas.stroke([(x, foot), (x, neck)], step * 0.045, 4)
            for side in (-1, 1):
                canvas.polygon(leaf(x, foot, step * 0.5, step * 0.15, turn + side * 0.6), 2)
            for side, ink in ((-1, 1), (1, 1), (0, 3)):
                canvas.polygon(leaf(x, neck, step * 0.4, step * 0.2, turn + side * 0.42, belly=0.5), ink)
            canvas.disc(x, neck, step * 0.055, 4)
    return _print(canvas, rng)


def citrus(rng: Random, across: int = 3) -> Bytes:
    """Fruit on the branch: halves and wholes among leaves."""
    canvas = Canvas(0)
    for index in range(across * across * 2):
        x = (index % across + 0.5 + (index // across % 2) / 2) / across
        y = (index // across + 0.5) / (across * 2)
        radius, turn = 0.068, rng.random() * math.tau
        for k in range(3):
            angle = turn + k * 2.1
            foot = (x + math.cos(angle) * radius * 0.7, y + math.sin(angle) * radius * 0.7)
            veined(canvas, foot, 0.112, 0.05, angle, 1 if k != 1 else 4, 0)
        canvas.disc(x, y, radius, 3)
        if index % 2:
            canvas.disc(x - radius * 0.3, y - radius * 0.35, radius * 0.16, 5, squash=0.6, turn=-0.7)
            continue
        canvas.disc(x, y, radius * 0.86, 5)
        for segment in range(9):
            angle = turn + math.tau * segment / 9
            heart = (x + math.cos(angle) * 0.008, y + math.sin(angle) * 0.008)
            canvas.polygon(leaf(*heart, radius * 0.74, radius * 0.42, angle, belly=0.64), 3)
    return _print(canvas, rng, 1.8)


def birds(rng: Random, across: int = 4) -> Bytes:
    """Terns over the water, half-dropped, each with a long forked tail."""
    canvas, step = Canvas(0), 1 / across
    for column in range(across):
        for row in range(across):
            x, y = (column + 0.5) * step, (row + 0.5 + (column % 2) / 2) * step
            face = 1 if column % 2 else -1
            ink = 1 if (row + column) % 3 else 2

            def put(dx: float, dy: float, x: float = x, y: float = y, face: int = face) -> Point:
                return x + face * dx * step, y + dy * step

            wing = [(-0.02, 0.0), (-0.16, -0.16), (-0.4, -0.3), (-0.22, -0.06), (-0.08, 0.06)]
            other = [(0.04, -0.02), (0.02, -0.2), (0.2, -0.4), (0.14, -0.12), (0.12, 0.02)]
            tail = [(-0.06, 0.04), (-0.42, 0.16), (-0.24, 0.14), (-0.4, 0.27), (0.0, 0.1)]
            body = [(0.3, -0.02), (0.18, -0.07), (0.02, -0.05), (-0.12, 0.05), (0.0, 0.11), (0.18, 0.06)]
            for shape in (tail, wing, other, body):
                canvas.polygon([put(*point) for point in shape], ink)
            canvas.polygon([put(0.29, -0.035), put(0.38, 0.0), put(0.28, 0.015)], 3)
            canvas.disc(*put(0.22, -0.025), step * 0.016, 0)
            for k in (-1, 1):
                canvas.disc(*put(0.02 + 0.1 * k, 0.42), step * 0.02, 3)
    return _print(canvas, rng, 3.2)


def seedheads(rng: Random, count: int = 15) -> Bytes:
    """Dandelion clocks: rays from a point, a dot at the end of each, no two the same size."""
    canvas = Canvas(0)
    for index in range(count):
        x, y = (index * 0.381966 + 0.2) % 1, (index + 0.5) / count
        radius = (0.125, 0.085, 0.105)[index % 3]
        rays = 30 if radius > 0.1 else 22
        ink = (1, 2, 1, 4)[index % 4]
        for ray in range(rays):
            angle = math.tau * ray / rays
            reach = radius * (1 if ray % 2 else 0.72)
            tip = (x + math.cos(angle) * reach, y + math.sin(angle) * reach)
            canvas.stroke([(x, y), tip], 0.0034, ink)
            canvas.disc(*tip, 0.0068 if ray % 2 else 0.0048, 3 if index % 3 == 0 else ink)
        canvas.disc(x, y, radius * 0.12, ink)
    return _print(canvas, rng, 1.6, 0.004)


def olives(rng: Random, across: int = 5) -> Bytes:
    """Olive branches laid in diagonals: slim leaves in pairs and round fruit."""
    canvas, step = Canvas(0), 1 / across
    for row in range(across):
        for column in range(across):
            x, y = (column + (row % 2) / 2) * step, (row + 0.5) * step
            lean = -0.55 if row % 2 else math.pi + 0.55
            stem = curve((x, y), lean, step * 0.9, 0.35 if row % 2 else -0.35)
            canvas.stroke(stem, step * 0.026, 4, taper=0.5)
            for node in range(4, 25, 5):
                for side in (-1, 1):
                    canvas.polygon(
                        leaf(*stem[node], step * 0.3, step * 0.075, lean + side * 0.7), 1 if side > 0 else 2
                    )
            for node in (7, 15):
                px, py = stem[node]
                canvas.disc(px, py + step * 0.09, step * 0.055, 3, squash=1.25)
    return _print(canvas, rng, 2.0)


def mushrooms(rng: Random, across: int = 4) -> Bytes:
    """A forest floor: spotted caps, slim stems, a few blades of grass."""
    canvas, step = Canvas(0), 1 / across
    for column in range(across):
        for row in range(across):
            at = ((column + 0.5) * step, (row + 0.72 + (column % 2) / 2) * step)
            _mushroom(canvas, at, step * rng.uniform(0.3, 0.38), (1, 2, 3)[(row + 2 * column) % 3])
    return _print(canvas, rng, 2.2)


def _mushroom(canvas: Canvas, at: Point, size: float, ink: int) -> None:
    x, y = at

    def put(dx: float, dy: float) -> Point:
        return x + dx * size, y + dy * size

    canvas.polygon(
        [put(-0.16, -0.2), put(0.16, -0.2), put(0.24, 0.85), put(-0.24, 0.85)], 5 if ink == 2 else 2
    )
    canvas.stroke([put(0, 0), put(0, 0.8)], size * 0.05, 4)
    turns = [math.pi + math.pi * k / 24 for k in range(25)]
    canvas.polygon([*(put(math.cos(turn), math.sin(turn) * 0.85) for turn in turns), put(0, 0.16)], ink)
    for dx, dy, radius in ((-0.45, -0.28, 0.1), (0.05, -0.52, 0.13), (0.5, -0.25, 0.09), (0.0, -0.15, 0.07)):
        canvas.disc(*put(dx, dy), radius * size, 0)
    for blade in (-1, 1, 1.7):
        canvas.polygon(leaf(*put(blade * 0.5, 0.9), size * 0.6, size * 0.11, -math.pi / 2 + blade * 0.3), 4)
