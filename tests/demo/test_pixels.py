from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest

from nodreel.events import Nanos, Rect
from tests.demo import eyes
from tests.demo.pixels import Album, Seen, compare_clicks, compare_photos, search_canaries
from tests.demo.truth import Deed, Glimpse, Photo, What, Whose

if TYPE_CHECKING:
    from numpy.typing import NDArray

W, H = 320, 128
OURS = Rect(0, 0, 256, 100)


@dataclass
class Shot:
    t: Nanos
    done: Nanos
    data: NDArray[np.uint8]
    kept: tuple[Rect, ...] = (OURS,)
    width: int = W
    height: int = H
    tiles: dict[int, bytes] = field(default_factory=dict)
    since: Nanos | None = None

    def __post_init__(self) -> None:
        self.tiles = {0: self.data.tobytes()}

    @property
    def pixels(self) -> bytes:
        return self.data.tobytes()


def desk(clicks: int = 0) -> NDArray[np.uint8]:
    """A real screen: our window with its beacon, and a foreign colour around it."""
    screen = np.full((H, W, 3), (5, 241, 199), np.uint8)
    screen[0:100, 0:256] = (200, 190, 180)
    screen[8:16, 16:24] = eyes.LEFT_MARK
    screen[8:16, 24:152] = 0
    for bit in range(16):
        if clicks >> bit & 1:
            screen[8:16, 24 + 8 * bit : 32 + 8 * bit] = 255
    screen[8:16, 152:160] = eyes.RIGHT_MARK
    return screen


def shot(ms: int, clicks: int = 0) -> Shot:
    data = desk(clicks)
    data[100:] = 0
    data[:, 256:] = 0
    return Shot(Nanos(ms * 1_000_000 - 1000), Nanos(ms * 1_000_000), data)


@pytest.mark.parametrize("clicks", [0, 1, 5, 65535])
def test_beacon_is_found_and_read(clicks: int) -> None:
    at = eyes.find_beacon(desk(clicks))
    assert at == (16, 8)
    assert eyes.read_beacon(desk(clicks), at) == clicks


def test_half_a_beacon_is_no_number() -> None:
    screen = desk(3)
    screen[8:12, 24:32] = 0
    assert eyes.read_beacon(screen, (16, 8)) is None
    screen[8:16, 16:24] = 0
    assert eyes.find_beacon(screen) is None


def test_canaries_are_counted() -> None:
    clean, dirty = shot(1), shot(2)
    dirty.data[90:92, 300:304] = (5, 241, 199)
    dirty.tiles = {0: dirty.data.tobytes()}
    for pictures, expected in (([clean], 0), ([clean, dirty], 8)):
        seen = Seen()
        search_canaries(pictures, {"lookalike": 0xC7F105}, seen)
        assert seen.foreign_pixels == expected
    assert seen.pictures == 2


def photo(ms: int) -> Photo:
    return Photo(ms * 1_000_000, (ms + 50) * 1_000_000, desk(), (OURS,))


def test_a_true_picture_keeps_everything() -> None:
    seen = Seen()
    compare_photos(Album([(0, [shot(10)])]), [photo(20)], seen)
    assert (seen.kept_share, seen.foreign_pixels) == (1.0, 0)


def test_lost_and_foreign_pixels_are_counted() -> None:
    bad = shot(10)
    bad.data[0:10, 0:10] = 0
    bad.data[120, 300] = desk()[120, 300]
    bad.data[121, 300] = 9  # not what the screen showed: left over from before
    seen = Seen()
    compare_photos(Album([(0, [bad])]), [photo(20)], seen)
    assert (seen.ours - seen.ours_kept, seen.foreign_pixels) == (100, 1)


def test_no_picture_keeps_nothing() -> None:
    seen = Seen()
    compare_photos(Album([(0, [])]), [photo(20)], seen)
    assert seen.kept_share == 0


def click(ms: int, *, activating: bool = False) -> Deed:
    before = ms * 1_000_000
    return Deed(
        What.BUTTON, 1, True, 60, 60, before, before + 1000, Whose.OURS, "chromium", activating
    )  # fmt: skip


def glimpse(clicks: int) -> Glimpse:
    area = Rect(40, 40, 40, 40)
    return Glimpse(0, clicks, (16, 8), area, desk(clicks)[40:80, 40:80].copy())


def judged(album: Album, deed: Deed, clicks: int) -> Seen:
    seen = Seen()
    compare_clicks(album, [glimpse(clicks)], [deed], {}, seen)
    return seen


def test_the_frame_before_a_click_is_true() -> None:
    seen = judged(Album([(0, [shot(10, 2), shot(30, 3)])]), click(20), 2)
    assert (seen.clicks, seen.clicks_without_prior_frame, seen.prior_frame_mismatches) == (1, 0, 0)


def test_a_frame_that_shows_the_answer_is_a_mismatch() -> None:
    seen = judged(Album([(0, [shot(10, 3)])]), click(20), 2)
    assert seen.prior_frame_mismatches == 1


def test_a_stale_frame_is_a_mismatch() -> None:
    stale = shot(10, 2)
    stale.data[60, 60] = 7
    assert judged(Album([(0, [stale])]), click(20), 2).prior_frame_mismatches == 1


def test_a_frame_that_came_late_and_says_so_is_none() -> None:
    stale, late, sure = shot(10, 2), shot(30, 3), shot(30, 3)
    stale.data[60, 60] = 7
    late.since, sure.since = Nanos(15_000_000), Nanos(25_000_000)
    seen = judged(Album([(0, [stale, late])]), click(20), 2)
    assert (seen.straddled_clicks, seen.prior_frame_mismatches) == (1, 0)
    assert judged(Album([(0, [stale, sure])]), click(20), 2).prior_frame_mismatches == 1


def test_no_frame_before_a_click_is_noticed() -> None:
    assert judged(Album([(0, [shot(30)])]), click(20), 0).clicks_without_prior_frame == 1


def test_activating_clicks_are_counted_apart() -> None:
    seen = judged(Album([(0, [shot(30)])]), click(20, activating=True), 0)
    assert (seen.clicks, seen.activating_clicks, seen.activating_without_prior_frame) == (0, 1, 1)
