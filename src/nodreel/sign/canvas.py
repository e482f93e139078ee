"""Draws a look into a pixmap with the X server's own fonts and colours; no toolkit."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import xcffib
import xcffib.xproto

from nodreel.sign.icon import LEVELS, coverage
from nodreel.sign.looks import GROUND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.sign.looks import Colour, Look
    from nodreel.sign.menu import Entry

_XPROTO: Any = xcffib.xproto

HEIGHT = 26
NARROWEST = 190
_MARK = 12
_PAD = 9
_LINE = 2
_INK: Colour = (0xF4, 0xF5, 0xF7)
_FAINT: Colour = (0xAD, 0xB5, 0xBD)
_CHOSEN: Colour = (0x2F, 0x5D, 0x9B)
_FONTS = {
    1: "-misc-fixed-medium-r-normal--14-*-*-*-*-*-iso10646-1",
    2: "-misc-fixed-medium-r-normal--20-*-*-*-*-*-iso10646-1",
}
_ALWAYS = "fixed"
_FIRST_PAGE = 256


class Canvas:
    """One font, one graphics context; makes pixmaps of looks."""

    def __init__(self, connection: Any, screen: Any, scale: int) -> None:
        self._x = connection
        self._screen = screen
        self.scale = scale
        self._font, self._whole = self._open_font()
        self._colours: dict[Colour, int] = {}
        metrics = self._x.core.QueryFont(self._font).reply()
        self._cell = metrics.max_bounds.character_width
        self._ascent, self._descent = metrics.font_ascent, metrics.font_descent
        self._gc = self._x.generate_id()
        values = [self.colour(_INK), self.colour(GROUND), self._font, 0]
        kinds = xcffib.xproto.GC
        mask = kinds.Foreground | kinds.Background | kinds.Font | kinds.GraphicsExposures
        self._x.core.CreateGC(self._gc, screen.root, mask, values)

    def size(self, look: Look) -> tuple[int, int]:
        """Width and height of a look in pixels."""
        text = len(look.words) * self._cell
        width = (3 * _PAD + _MARK) * self.scale + text
        return max(NARROWEST * self.scale, width), HEIGHT * self.scale

    def draw(self, look: Look) -> int:
        """Return a new pixmap of that look; the caller frees it."""
        width, height = self.size(look)
        pixmap: int = self._x.generate_id()
        self._x.core.CreatePixmap(self._screen.root_depth, pixmap, self._screen.root, width, height)
        line = _LINE * self.scale
        self._fill(pixmap, look.colour, (0, 0, width, height))
        self._fill(pixmap, GROUND, (line, line, width - 2 * line, height - 2 * line))
        self._mark(pixmap, look, height)
        self._write(pixmap, look.words, (2 * _PAD + _MARK) * self.scale, (0, height))
        return pixmap

    def menu_size(self, entries: Sequence[Entry]) -> tuple[int, int]:
        """Width and height in pixels of a menu with a line of ``HEIGHT`` for each entry."""
        text = max(len(entry.label) for entry in entries) * self._cell
        return text + 2 * _PAD * self.scale, len(entries) * HEIGHT * self.scale

    def draw_menu(self, entries: Sequence[Entry], chosen: int | None) -> int:
        """Return a new pixmap of a menu; ``chosen`` is the line under the pointer."""
        width, height = self.menu_size(entries)
        pixmap: int = self._x.generate_id()
        self._x.core.CreatePixmap(self._screen.root_depth, pixmap, self._screen.root, width, height)
        self._fill(pixmap, GROUND, (0, 0, width, height))
        line, pad = HEIGHT * self.scale, _PAD * self.scale
        for number, entry in enumerate(entries):
            ground = _CHOSEN if number == chosen and entry.enabled else GROUND
            self._fill(pixmap, ground, (0, number * line, width, line))
            if entry.label:
                ink = _INK if entry.enabled else _FAINT
                self._write(pixmap, entry.label, pad, (number * line, line), ink=ink, ground=ground)
            else:
                middle = number * line + line // 2
                self._fill(pixmap, _FAINT, (pad, middle, width - 2 * pad, 1))
        return pixmap

    def colour(self, colour: Colour) -> int:
        """Return the server's number of a colour."""
        if colour not in self._colours:
            cells = self._screen.default_colormap
            asked = self._x.core.AllocColor(cells, *(part * 257 for part in colour))
            self._colours[colour] = asked.reply().pixel
        return self._colours[colour]

    def _open_font(self) -> tuple[int, bool]:
        """Open the font we like, or the one that every server has; whether it knows all scripts."""
        for name, whole in ((_FONTS[self.scale], True), (_ALWAYS, False)):
            font: int = self._x.generate_id()
            try:
                self._x.core.OpenFontChecked(font, len(name), name).check()
            except xcffib.XcffibException:
                continue
            return font, whole
        raise xcffib.XcffibException("the X server has no font")

    def _ink(self, colour: Colour) -> None:
        self._x.core.ChangeGC(self._gc, xcffib.xproto.GC.Foreground, [self.colour(colour)])

    def _fill(self, pixmap: int, colour: Colour, rect: tuple[int, int, int, int]) -> None:
        self._ink(colour)
        place = _XPROTO.RECTANGLE.synthetic(*rect)
        self._x.core.PolyFillRectangle(pixmap, self._gc, 1, [place])

    def _mark(self, pixmap: int, look: Look, height: int) -> None:
        size = _MARK * self.scale
        left, top = _PAD * self.scale, (height - size) // 2
        levels: dict[int, list[tuple[int, int]]] = {}
        for (x, y), level in coverage(look.shape, size).items():
            levels.setdefault(level, []).append((left + x, top + y))
        for level, points in levels.items():
            self._ink(_mix(GROUND, look.colour, level / LEVELS))
            packed = [_XPROTO.POINT.synthetic(*point) for point in points]
            self._x.core.PolyPoint(0, pixmap, self._gc, len(packed), packed)

    def _write(
        self, pixmap: int, words: str, left: int, line: tuple[int, int],
        *, ink: Colour = _INK, ground: Colour = GROUND,
    ) -> None:  # fmt: skip
        """Write into a line, given by its top and its height."""
        self._ink(ink)
        self._x.core.ChangeGC(self._gc, xcffib.xproto.GC.Background, [self.colour(ground)])
        top, height = line
        base = top + (height + self._ascent - self._descent) // 2
        codes = [self._code(character) for character in words]
        text = [_XPROTO.CHAR2B.synthetic(*struct.pack(">H", code)) for code in codes]
        self._x.core.ImageText16(len(text), pixmap, self._gc, left, base, text)

    def _code(self, character: str) -> int:
        highest = 0xFFFF if self._whole else _FIRST_PAGE - 1
        return ord(character) if ord(character) <= highest else ord("?")


def _mix(under: Colour, over: Colour, share: float) -> Colour:
    red, green, blue = (round(u + (o - u) * share) for u, o in zip(under, over, strict=True))
    return red, green, blue
