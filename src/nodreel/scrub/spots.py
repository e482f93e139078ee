"""Where on the screen a typed secret can be read, and since when: those pixels fall with it. Pure.

A spot is the field that had the keyboard, or the whole window where that is not known. It moves
with its window. It may be seen again when the secret was edited away or turned out to be none, or
when the window shows another page; and then only in a whole frame, for what a frame does not carry
stays as it was. A spot whose text is no longer followed (after a click, say) stays for good.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from nodreel.events import MILLISECOND, Frame, Nanos, Rect
from nodreel.rects import Region, clip, subtract
from nodreel.veil import blank

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nodreel.events import Focus
    from nodreel.scene import Scene, Window

EARLIER: Final = 5 * MILLISECOND
"""Clocks of keys and pixels may differ by so much."""
LINGERS: Final = 500 * MILLISECOND
"""So long after the last key an app may still show what it showed before."""
MOST: Final = 64
_BEFORE: Final = -1  # text of what is no longer followed
EVERYTHING: Final = Rect(-(1 << 20), -(1 << 20), 1 << 21, 1 << 21)


@dataclass(slots=True)
class Spot:
    """``text`` names the text typed there. ``over``: when it stopped to show the secret."""

    app: str
    text: int
    since: Nanos
    window: int | None = None
    inner: Rect | None = None  # of the window, when ``field`` was where it says
    field: Rect | None = None  # None: the whole window
    page: tuple[str, str | None] = ("", None)
    lasting: bool = False
    over: Nanos | None = None
    away: bool = False  # another page is shown there
    clear: bool = False  # and a whole frame has shown it

    def rects(self, scene: Scene | None) -> Region:
        """Return what to blank while the desktop is so: what shows of it, nothing if it is gone."""
        if self.window is None:
            return (self.field or EVERYTHING,)
        if scene is None:
            return (EVERYTHING,)
        window = scene.window(self.window)
        if window is None:
            return ()
        above = scene.windows[scene.windows.index(window) + 1 :]
        return subtract((self._within(window),), (r for w in above for r in _covers(w)))

    def _within(self, window: Window) -> Rect:
        """Return where it is in its window, as that lies now."""
        now, then, field = window.inner, self.inner, self.field
        if field is None or then is None or (now.w, now.h) != (then.w, then.h):
            return window.inner
        return replace(field, x=field.x + now.x - then.x, y=field.y + now.y - then.y)


def _covers(window: Window) -> Region:
    """Return the pixels that ``window`` hides from what lies below it."""
    return window.shape if window.shape is not None else (window.outer,)


def _merged(spots: Sequence[Spot]) -> list[Spot]:
    """Make one of all spots of a window: all of it, for good; of too many windows: everything."""
    first: dict[int | None, Spot] = {}
    for spot in sorted(spots, key=lambda spot: spot.since):
        first.setdefault(spot.window, spot)
    if None in first or len(first) > MOST // 2:
        return [Spot("", _BEFORE, min(spot.since for spot in spots), lasting=True)]
    return [Spot(s.app, _BEFORE, s.since, window, lasting=True) for window, s in first.items()]


class Spots:
    """All that must stay blank. Tell it in time order."""

    def __init__(self) -> None:
        self._spots: list[Spot] = []

    def __contains__(self, text: int) -> bool:
        return any(spot.text == text for spot in self._spots)

    def detach(self) -> None:
        """Begin anew with the texts: what was typed before is no longer followed."""
        for spot in self._spots:
            spot.text = _BEFORE
            if not spot.lasting and spot.over is None:
                spot.over = spot.since

    @property
    def wants_full(self) -> bool:
        """Whether something could be seen again if only a whole frame came."""
        return any(spot.over is not None and not spot.clear for spot in self._spots)

    def rects(self, scenes: Iterable[Scene | None]) -> tuple[Rect, ...]:
        """Return what is blank while the desktop is as in any of ``scenes``."""
        shown = [spot for spot in self._spots if not spot.clear]
        return tuple(
            dict.fromkeys(rect for s in shown for scene in scenes for rect in s.rects(scene))
        )

    def add(self, spot: Spot) -> Spot:
        """Keep it, or take up again the one of the same text; too many become one per window."""
        for old in self._spots:
            if old.text == spot.text and not old.away:
                old.over = None
                return old
        self._spots.append(spot)
        if len(self._spots) > MOST:
            self._spots = _merged(self._spots)
        return spot if spot in self._spots else self._spots[-1]

    def settle(self, text: int, t: Nanos, *, shown: bool, lasting: bool) -> None:
        """Say what ``text``, the present one, shows at ``t``; other texts are not followed."""
        for spot in self._spots:
            if spot.text == text:
                spot.lasting = lasting
                if shown and not spot.away:
                    spot.over = None
            goes = not shown if spot.text == text else not spot.lasting
            if goes and spot.over is None:
                spot.over = t

    def scrolled(self, app: str, t: Nanos) -> None:
        """Something in a window of ``app`` moved; where the fields in it are now is not known."""
        for spot in self._spots:
            if spot.app == app and spot.since <= t:
                spot.field = None

    def turned(self, focus: Focus) -> None:
        """Take note of which page is in front; without an address no page can be told."""
        page = (focus.site, focus.address)
        for spot in self._spots:
            if spot.app != focus.app or focus.t < spot.since:
                continue
            if None in {spot.page[1], focus.address}:
                continue
            if spot.page == page and spot.away:
                spot.away, spot.clear, spot.over = False, False, None
            elif spot.page != page and not spot.away:
                spot.away, spot.over = True, focus.t

    def veil(self, frame: Frame, scenes: Sequence[Scene | None]) -> Frame:
        """Return the frame without what must not be seen in it."""
        rects: list[Rect] = []
        for spot in self._spots:
            over = spot.over is not None and frame.t >= spot.over + LINGERS
            spot.clear |= over and frame.full
            if not spot.clear and frame.done + EARLIER >= spot.since:
                rects += [rect for scene in scenes for rect in spot.rects(scene)]
        self._spots = [spot for spot in self._spots if spot.away or not spot.clear]
        rects = [rect for rect in rects if clip(frame.kept, (rect,))]
        return blank(frame, rects) if rects else frame
