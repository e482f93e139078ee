"""The screen sampler: when something was drawn in a designated window, take its visible pixels.

Nothing runs while nothing is drawn. The rate is capped, the last change of a burst is always taken
(the settled frame), and right after an action the cap is lifted so that the next action finds a
true frame before it. Each frame says since when what it adds may have been on the screen, so that
a reader knows until when the one before was the whole truth. Frames that change much (a page that
scrolls, a film) have a budget besides: more than the ring can hold would only be thrown away again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.events import MILLISECOND, SECOND, Frame, Nanos, Sparing
from nodreel.rects import Region, clip, disjoint, subtract
from nodreel.sources.canvas import Canvas
from nodreel.sources.restless import Restless

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodreel.desktop.base import Desktop
    from nodreel.scene import Scene

NEVER = Nanos(0)
AFTER_ACTION = 400 * MILLISECOND
ACTION_INTERVAL = 50 * MILLISECOND
"""It looks that often then, whatever is given up: two clicks are farther apart."""
GATHER = 12 * MILLISECOND
"""What an app draws for one key it draws in one go, but not at one instant: one frame for it."""
TURNING = 150 * MILLISECOND
"""For so long after a notch the wheel counts as still turning."""
PASSING = 500 * MILLISECOND
"""So long what it turns up waits to come to rest: one frame for it, unless it goes on for longer.
A whole page is a hundred times what a key changes, and what flies by nobody has seen."""
SELDOM = 4
"""How many times as long it waits from one frame to the next while the frame rate is given up."""
BYTES_A_SECOND = 5_000_000
BURST = Nanos(5 * SECOND // 4)
"""What was not used lately may be used at once: with 6 MB and 5 MB/s the ring's 20 MB suffice for
the 2 s of hindsight, the beat and some more."""


class Sampler:
    """Makes frames of the regions it is told; ``due`` says when it wants to run, then ``take``."""

    def __init__(self, desktop: Desktop, max_fps: float) -> None:
        self._desktop = desktop
        self._interval = Nanos(int(SECOND / max_fps))
        self._regions: Mapping[int, Region] = {}
        self._canvas: Canvas | None = None
        self._drawn: set[int] = set()
        self._fresh: dict[int, Region] = {}  # newly visible, wanted although nothing was drawn
        self._whole = True
        self._blanked = False
        self._last = Nanos(0)  # when the last frame was asked for
        self._looked = Nanos(0)  # when a window was last read, whether or not it had changed
        self._since: Nanos | None = None  # the first thing that was drawn or moved since then
        self._paid = Nanos(0)  # until when the bytes of frames are paid for
        self._resting = False
        self._restless = Restless()
        self.put_off = 0  # frames that were taken later because the picture moves by itself
        self._action = self._close = self._turned = Nanos(-AFTER_ACTION)
        self._epoch = 0
        self._seldom, self._actions_only = 1, False

    def show(self, scene: Scene, regions: Mapping[int, Region]) -> None:
        """Sample these parts (disjoint desktop pixels) of these windows from now on."""
        if self._canvas is None or scene.epoch != self._epoch:
            self._canvas = Canvas(scene.width, scene.height)
            self._epoch = scene.epoch
            self._regions, self._fresh = {}, {}
            self._whole = True
        if self._resting:
            self._resting, self._whole = False, True
        if regions == self._regions:
            return
        if regions.keys() != self._regions.keys():
            self._desktop.watch(regions.keys())
            self._drawn &= regions.keys()
        gone = [
            r for w, region in self._regions.items() for r in subtract(region, regions.get(w, ()))
        ]
        self._canvas.blank(gone)
        self._blanked |= bool(gone)
        self._changed(scene.t)
        for window, region in regions.items():
            new = subtract(region, self._regions.get(window, ()))
            waiting = clip(self._fresh.get(window, ()), region)
            if new or waiting:
                self._fresh[window] = disjoint((*waiting, *new))
        self._fresh = {w: r for w, r in self._fresh.items() if w in regions}
        self._regions = dict(regions)

    def rest(self) -> None:
        """Take no frames until ``show`` is called again; the windows stay watched (no flicker)."""
        self._resting = True

    def drawn(self, window: int, t: Nanos = NEVER) -> None:
        """Take note that something was drawn in ``window``, not before ``t``."""
        if window in self._regions:
            self._changed(t)
            self._drawn.add(window)

    def _changed(self, t: Nanos) -> None:
        self._since = t if self._since is None else min(self._since, t)

    def acted(self, t: Nanos, *, closely: bool = True, turning: bool = False) -> None:
        """Take note of an action (a click, key or scroll): look more ``closely`` for a moment.

        ``turning``: a notch of the wheel; wait a moment for what it turns up to come to rest.
        """
        self._action = t
        self._close = t if closely else self._close
        self._turned = t if turning else Nanos(-AFTER_ACTION)
        self._restless.did(t)

    def moved(self, t: Nanos) -> None:
        """Take note that the pointer moved: somebody looks, and may click."""
        self._restless.did(t)

    def resync(self) -> None:
        """Make the next frame a whole one: a frame in between was not kept."""
        self._whole = True

    def spare(self, sparing: Sparing) -> None:
        """Look a quarter as often, or only right after actions, until told otherwise."""
        self._seldom = SELDOM if sparing is not Sparing.NOTHING else 1
        self._actions_only = sparing in {Sparing.FRAMES, Sparing.POINTER}

    def due(self, now: Nanos) -> Nanos | None:
        """Return when ``take`` should be called (at or before ``now``: at once), None for never."""
        if self._resting or (self._actions_only and now - self._action >= AFTER_ACTION):
            return None
        if not (self._drawn or self._fresh or self._blanked or (self._whole and self._regions)):
            return None
        soonest = self._looked + self._wait(now)
        since = self._since if self._drawn and not self._fresh else None
        gathered = 0 if since is None else self._gathered(since)
        return Nanos(max(soonest, self._paid, gathered))

    def _gathered(self, since: Nanos) -> int:
        """Return when what was first drawn at ``since`` is together."""
        turned = min(self._turned + TURNING, since + PASSING)
        return max(since + GATHER, turned)

    def _wait(self, now: Nanos) -> int:
        """Return how long to wait between two looks."""
        if now - self._close < AFTER_ACTION:
            return ACTION_INTERVAL
        wait = self._interval * self._seldom
        return max(wait, self._interval * SELDOM) if self._by_itself(now) else wait

    def _by_itself(self, now: Nanos) -> bool:
        return bool(self._restless) and not self._restless.attended(now)

    def take(self, now: Nanos) -> Frame | None:
        """Read what was drawn and return the frame, None when no pixel changed."""
        canvas = self._canvas
        if canvas is None:
            return None
        before, first, last = self._last, now, now
        since, self._since = self._since, None
        if self._drawn and since is not None:
            self._restless.looked(now, Nanos(since - self._looked))
        self.put_off += self._by_itself(now)
        self._looked = now
        for window, region in self._wanted().items():
            for pixmap in self._desktop.grab(window, region):
                canvas.paste(pixmap.rect, pixmap.data)
                first, last = min(first, pixmap.t), max(last, pixmap.done)
        whole, self._whole = self._whole, False
        tiles = canvas.whole() if whole else canvas.take()
        blanked, self._blanked = self._blanked, False
        if not tiles and not blanked and not whole:
            return None
        self._last = first
        spent = sum(len(tile.pixels) for tile in tiles) * SECOND // BYTES_A_SECOND
        self._paid = Nanos(max(self._paid, now - BURST) + spent)
        kept = tuple(r for region in self._regions.values() for r in region)
        return Frame(
            t=first, done=last, epoch=self._epoch, width=canvas.width, height=canvas.height,
            kept=kept, tiles=tiles, full=whole, after=NEVER if whole else before,
            since=NEVER if whole else since or NEVER,
        )  # fmt: skip

    def _wanted(self) -> dict[int, Region]:
        """Return what to read: what was drawn or became visible, inside what may be seen."""
        wanted: dict[int, Region] = {}
        drawn, self._drawn = self._drawn, set()
        fresh, self._fresh = self._fresh, {}
        for window, region in self._regions.items():
            # Taking the damage comes before reading: what is drawn in between is reported again.
            damaged = self._desktop.damaged(window) if window in drawn else ()
            if self._whole:
                wanted[window] = region
                continue
            parts = [*fresh.get(window, ()), *damaged]
            visible = clip(disjoint(parts), region) if parts else ()
            if visible:
                wanted[window] = visible
        return wanted
