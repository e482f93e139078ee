"""Looks at every recorded picture: nothing foreign in it, nothing of ours missing. Pure."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from tests.demo.eyes import read_beacon
from tests.demo.truth import Whose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from nodreel.events import Nanos, Rect
    from tests.demo.truth import Deed, Glimpse, Photo

    Image = NDArray[np.uint8]
    Mask = NDArray[np.bool_]


class Picture(Protocol):
    """What the judge needs of a recorded picture (times since the episode's start)."""

    @property
    def t(self) -> Nanos: ...
    @property
    def done(self) -> Nanos: ...
    @property
    def since(self) -> Nanos | None: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def kept(self) -> tuple[Rect, ...]: ...
    @property
    def tiles(self) -> Mapping[int, bytes]: ...
    @property
    def pixels(self) -> bytes: ...


@dataclass(slots=True)
class Seen:
    pictures: int = 0
    foreign_pixels: int = 0
    canaries: dict[str, int] = field(default_factory=dict)
    ours: int = 0
    ours_kept: int = 0
    photos: int = 0
    clicks: int = 0
    straddled_clicks: int = 0
    activating_clicks: int = 0
    clicks_without_prior_frame: int = 0
    prior_frame_mismatches: int = 0
    activating_without_prior_frame: int = 0
    remarks: list[str] = field(default_factory=list)

    @property
    def kept_share(self) -> float | None:
        """Share of the visible designated pixels that were recorded as they were, 0 to 1."""
        return round(self.ours_kept / self.ours, 5) if self.ours else None


class Album:
    """The pictures of all episodes on the injector's clock, in time order."""

    def __init__(self, episodes: Iterable[tuple[int, Iterable[Picture]]]) -> None:
        rows = [
            (p.done + start, (p.since or p.t) + start, p)
            for start, pictures in episodes
            for p in pictures
        ]
        rows.sort(key=lambda row: row[0])
        self._done = [done for done, _, _ in rows]
        self._begun = [begun for _, begun, _ in rows]
        self.pictures = [picture for _, _, picture in rows]

    def before(self, at: int) -> Picture | None:
        """Return the last picture that was complete at that time."""
        place = bisect_right(self._done, at)
        return self.pictures[place - 1] if place else None

    def straddles(self, at: int) -> bool:
        """Whether the picture after that time says that what it shows had begun by then."""
        place = bisect_right(self._done, at)
        return place < len(self._begun) and self._begun[place] <= at


def image(picture: Picture) -> Image:
    flat = np.frombuffer(picture.pixels, np.uint8)
    return flat.reshape(picture.height, picture.width, 3)


def mask(shape: tuple[int, ...], rects: Iterable[Rect]) -> Mask:
    made = np.zeros(shape[:2], bool)
    for r in rects:
        made[max(0, r.y) : max(0, r.y + r.h), max(0, r.x) : max(0, r.x + r.w)] = True
    return made


def search_canaries(pictures: Iterable[Picture], canaries: Mapping[str, int], seen: Seen) -> None:
    """Look for colours that only foreign windows have, once in every tile of every picture."""
    looked: set[bytes] = set()
    wanted = {name: (rgb & 255, rgb >> 8 & 255, rgb >> 16) for name, rgb in canaries.items()}
    seen.canaries = dict.fromkeys(wanted, 0)
    for picture in pictures:
        seen.pictures += 1
        for tile in picture.tiles.values():
            if tile in looked:
                continue
            looked.add(tile)
            dots = np.frombuffer(tile, np.uint8).reshape(-1, 3)
            for name, bgr in wanted.items():
                found = int((dots == bgr).all(axis=1).sum())
                seen.canaries[name] += found
                seen.foreign_pixels += found


def compare_photos(album: Album, photos: Sequence[Photo], seen: Seen) -> None:
    """At quiet moments the picture must be the real screen inside of our windows, blank outside."""
    for photo in photos:
        ours = mask(photo.pixels.shape, photo.ours)
        seen.photos += 1
        seen.ours += int(ours.sum())
        picture = album.before(photo.after)
        if picture is None:
            seen.remarks.append(f"photo {seen.photos}: no picture at all")
            continue
        had = image(picture)
        same = (had == photo.pixels).all(axis=2) & ours & mask(had.shape, picture.kept)
        seen.ours_kept += int(same.sum())
        outside = had.any(axis=2) & ~ours
        foreign = int((outside & (had == photo.pixels).all(axis=2)).sum())
        seen.foreign_pixels += foreign
        stale = int(outside.sum()) - foreign  # where a window of ours had been before
        lost = int(ours.sum() - same.sum())
        if foreign or stale or lost:
            seen.remarks.append(
                f"photo {seen.photos}: {lost} pixels lost, {foreign} foreign, {stale} stale"
            )


def compare_clicks(
    album: Album,
    glimpses: Sequence[Glimpse],
    deeds: Sequence[Deed],
    matched: Mapping[int, int],
    seen: Seen,
) -> None:
    """The last picture before a click must show the screen as it was then, and not its answer.

    On a busy machine a frame may come late; then the next one must say that it straddles the click.
    """
    for glimpse in glimpses:
        deed = deeds[glimpse.click]
        if deed.whose is not Whose.OURS:
            continue
        at = matched.get(glimpse.click, deed.before)
        picture = album.before(at)
        right = picture is not None and shows(picture, glimpse)
        if deed.activating:
            seen.activating_clicks += 1
            seen.activating_without_prior_frame += not right
            continue
        seen.clicks += 1
        if picture is None:
            seen.clicks_without_prior_frame += 1
        elif not right and album.straddles(at):
            seen.straddled_clicks += 1
        elif not right:
            seen.prior_frame_mismatches += 1
            beacon = read_beacon(image(picture), glimpse.beacon_at)
            seen.remarks.append(
                f"click {seen.clicks} on {deed.app}: the frame before it shows beacon {beacon},"
                f" the screen showed {glimpse.beacon}"
            )


def shows(picture: Picture, glimpse: Glimpse) -> bool:
    """Whether the picture holds the pointer's surroundings, and the beacon, as they really were."""
    had, area = image(picture), glimpse.area
    kept = mask(had.shape, picture.kept)
    part = (slice(area.y, area.y + area.h), slice(area.x, area.x + area.w))
    known = kept[part]
    if not known.any() or not (had[part] == glimpse.patch).all(axis=2)[known].all():
        return False
    x, y = glimpse.beacon_at
    if glimpse.beacon is None or not kept[y : y + 8, x : x + 144].all():
        return True  # the page is not in sight: its beacon cannot tell
    return read_beacon(had, glimpse.beacon_at) == glimpse.beacon
