"""The marks as coverage: how much of each pixel a shape fills, so that edges look smooth. Pure."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from nodreel.sign.looks import Shape

if TYPE_CHECKING:
    from collections.abc import Callable

FINE = 4  # subpixels per edge of a pixel; coverage goes from 0 to FINE * FINE
LEVELS = FINE * FINE

_LINE = 0.26  # thickness of hollow shapes, where the half width of a mark is 1


def coverage(shape: Shape, size: int) -> dict[tuple[int, int], int]:
    """Return {(x, y): 1..LEVELS} of the pixels that ``shape`` touches in a square of ``size``."""
    inside = _INSIDE[shape]
    found: dict[tuple[int, int], int] = {}
    for x, y in product(range(size * FINE), repeat=2):
        u, v = _unit(x, size), _unit(y, size)
        if inside(u, v):
            pixel = (x // FINE, y // FINE)
            found[pixel] = found.get(pixel, 0) + 1
    return found


def _unit(at: int, size: int) -> float:
    """Map a subpixel to -1..1 over the square."""
    return (at + 0.5) / (size * FINE) * 2 - 1


def _dot(u: float, v: float) -> bool:
    return u * u + v * v <= 1


def _ring(u: float, v: float) -> bool:
    return (1 - _LINE) ** 2 <= u * u + v * v <= 1


def _triangle(u: float, v: float) -> bool:
    return -1 <= v <= 1 and abs(u) <= (v + 1) / 2


def _bar(u: float, v: float) -> bool:
    return abs(u) <= 1 and abs(v) <= _LINE


def _cross(u: float, v: float) -> bool:
    return min(abs(u - v), abs(u + v)) <= _LINE and max(abs(u), abs(v)) <= 1


_INSIDE: dict[Shape, Callable[[float, float], bool]] = {
    Shape.DOT: _dot,
    Shape.RING: _ring,
    Shape.TRIANGLE: _triangle,
    Shape.BAR: _bar,
    Shape.CROSS: _cross,
}
