"""What a press on the sign becomes: a click, or a way along which the person pulls it. Pure."""

from __future__ import annotations

from typing import Final

SLACK: Final = 5
"""Pixels that a hand may shake while it clicks."""


class Pulling:
    """From the press of a button to its release."""

    def __init__(self, mark: int, pointer: tuple[int, int], at: tuple[int, int]) -> None:
        self.mark = mark
        self._from, self._at = pointer, at
        self._moved = False

    def to(self, x: int, y: int) -> tuple[int, int] | None:
        """Return where its top left has to go with the pointer at (x, y); None while it is a click.

        Once pulled it stays so, even back to where it was.
        """
        far_x, far_y = x - self._from[0], y - self._from[1]
        self._moved |= max(abs(far_x), abs(far_y)) > SLACK
        return (self._at[0] + far_x, self._at[1] + far_y) if self._moved else None
