from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil
import pytest

from nodreel.episode import Picture
from nodreel.episode.writer import MAX_PENDING
from nodreel.errors import DiskFullError, StoreError
from nodreel.events import SECOND, Gap, Geometry, Monitor, Move, Nanos, Note, Pace, Rect, Sparing
from tests.episode.studio import Limits, Screen, Studio, at, click, key, move

if TYPE_CHECKING:
    from pathlib import Path


def segments(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.glob("*/*.seg"))


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """A disk that is full while the list says so."""
    full = [False]
    real = os.write

    def write(fd: int, data: bytes) -> int:
        if full[0]:
            raise OSError(28, "No space left on device")
        return real(fd, data)

    monkeypatch.setattr(os, "write", write)
    return full


def test_no_events_no_file(studio: Studio) -> None:
    writer = studio.writer()
    writer.tick()
    writer.seal()
    writer.close()
    assert list(studio.folder.iterdir()) == []


def test_who_leaves_keeps_no_file_open(
    studio: Studio, full_disk: list[bool], tmp_path: Path
) -> None:
    before = psutil.Process().num_fds()
    writer = studio.writer()
    writer.add(key(0))
    writer.seal()
    full_disk[0] = True
    with pytest.raises(DiskFullError):
        writer.close()
    writer.leave()
    writer.leave()
    assert psutil.Process().num_fds() == before


def test_a_segment_is_sealed_three_seconds_after_its_first_event(studio: Studio) -> None:
    writer = studio.writer()
    writer.add(key(0))
    studio.clock.pass_(2.9)
    writer.add(key(2900))
    writer.tick()
    assert segments(studio.folder) == []
    assert writer.stats.last_written is None
    studio.clock.pass_(0.1)
    writer.tick()
    assert segments(studio.folder) == ["00000000.seg"]
    assert writer.stats.last_written == at(2900)
    writer.tick()
    assert writer.stats.segments == 1
    writer.close()


def test_on_battery_it_may_wait_longer(studio: Studio) -> None:
    writer = studio.writer()
    writer.seal_after = Nanos(10 * SECOND)
    writer.add(key(0))
    studio.clock.pass_(9.9)
    writer.tick()
    assert writer.stats.segments == 0
    studio.clock.pass_(0.2)
    writer.tick()
    assert writer.stats.segments == 1
    writer.close()


def test_a_segment_is_sealed_at_a_mebibyte(studio: Studio) -> None:
    writer = studio.writer()
    count = 0
    while writer.stats.segments == 0:
        writer.add(Note(at(count), "x" * 500))
        count += 1
    assert 1_500 < count < 2_100
    writer.close()


def test_a_segment_is_sealed_at_as_many_frames_as_a_reader_takes(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nodreel.episode.canvas.MAX_FRAMES", 5)
    writer, screen = studio.writer(), Screen()
    for n in range(11):
        writer.add(screen.frame(n, (0, 0), full=n == 0))
    assert writer.stats.segments == 3  # and a key
    writer.close()
    assert len(list(studio.read().frames())) == 11


def test_an_episode_ends_after_a_minute_without_events(studio: Studio) -> None:
    writer = studio.writer()
    writer.add(key(0))
    studio.clock.pass_(59)
    writer.tick()
    assert studio.read().state == "open"
    studio.clock.pass_(1)
    writer.tick()
    assert writer.episode == ""
    assert studio.read().state == "end"
    writer.add(key(70_000))
    writer.close()
    assert writer.stats.episodes == 2


def test_late_events_too_begin_another_episode(studio: Studio) -> None:
    writer = studio.writer()
    writer.add(key(0))
    writer.add(key(60_000))
    writer.close()
    assert len(studio.read().parts) == 2


def test_an_episode_ends_after_fifteen_minutes(studio: Studio) -> None:
    writer = studio.writer()
    for second in range(0, 901, 50):
        writer.add(key(second * 1000))
    writer.close()
    assert [p.length // SECOND for p in studio.read().parts] == [850, 0]


def test_an_episode_ends_at_its_size(tmp_path: Path) -> None:
    studio = Studio(tmp_path / "episodes", limits=Limits(episode_mb=0))
    writer = studio.writer()
    for second in range(3):
        writer.add(key(second * 1000))
        writer.seal()
    writer.close()
    assert len(studio.read().parts) == 3


def test_each_episode_says_what_its_coordinates_mean_and_shows_a_picture(studio: Studio) -> None:
    writer, screen = studio.writer(), Screen()
    shape = Geometry(at(0), 1, 300, 200, (Monitor(Rect(0, 0, 300, 200)),))
    writer.add(shape)
    writer.add(screen.frame(10, full=True))
    writer.close("rotated")
    assert not writer.wants_full
    writer.add(screen.frame(90_000, (0, 0)))
    writer.close()
    second = studio.read().parts[1]
    items = sorted(second.items(second.numbers()[0]), key=lambda e: e.t)
    assert items[0] == replace(shape, t=Nanos(0))
    assert isinstance(items[1], Picture)
    assert items[1].pixels == screen.pixels()


def test_each_episode_says_how_sparingly_it_is_recorded(studio: Studio) -> None:
    writer = studio.writer()
    writer.add(Pace(at(0), Sparing.FRAMES))
    writer.add(move(10))
    writer.close("rotated")
    writer.add(move(90_000))
    writer.add(Pace(at(90_500), Sparing.NOTHING))
    writer.close("rotated")
    writer.add(move(180_000))
    writer.close()
    told = [
        [e.spares if isinstance(e, Pace) else "" for e in part.events(part.numbers()[0])]
        for part in studio.read().parts
    ]
    assert told == [[Sparing.FRAMES, ""], [Sparing.FRAMES, "", Sparing.NOTHING], [""]]


def test_what_is_discarded_is_never_written(studio: Studio) -> None:
    writer, screen = studio.writer(), Screen()
    writer.add(screen.frame(0, full=True))
    writer.seal()
    writer.add(key(10))
    writer.add(screen.frame(20, (1, 1)))
    writer.discard()
    assert writer.wants_full
    writer.add(screen.frame(30, (2, 2)))  # adds to a picture nobody has any more
    assert writer.stats.dropped == 1
    writer.add(screen.frame(40, full=True))
    writer.close()
    episode = studio.read()
    assert list(episode.events()) == []
    pictures = list(episode.frames())
    assert [p.t for p in pictures] == [0, 40_000_000]
    assert pictures[1].pixels == screen.pixels()
    assert episode.verify() == []


def test_on_a_full_disk_it_waits_in_memory_and_is_written_later(
    studio: Studio, full_disk: list[bool]
) -> None:
    writer, screen = studio.writer(), Screen()
    writer.add(key(0))
    writer.seal()
    full_disk[0] = True
    writer.add(screen.frame(10, full=True))
    for _ in range(2):
        with pytest.raises(DiskFullError):
            writer.seal()
    writer.add(screen.frame(20, (1, 1)))
    with pytest.raises(DiskFullError):
        writer.tick()
    assert studio.read().verify()[0].args[0].endswith("or its end was lost.")
    full_disk[0] = False
    writer.tick()
    writer.close()
    assert studio.read().verify() == []
    assert len(list(studio.read().frames())) == 2
    assert not list(studio.folder.glob("*/.*"))


def test_what_waits_for_a_disk_is_bounded(
    studio: Studio, full_disk: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nodreel.episode.writer.MAX_PENDING", 5000)
    writer, screen = studio.writer(), Screen()
    full_disk[0] = True
    for second in range(20):
        writer.add(key(second * 1000) if second != 15 else screen.frame(15_000, full=True))
        if second < 15:
            with pytest.raises(DiskFullError):
                writer.seal()
    assert 5 < writer.stats.dropped < 19
    assert writer.wants_full
    full_disk[0] = False
    writer.close()
    assert studio.read().verify() == []
    assert len(list(studio.read().events())) == 20 - writer.stats.dropped
    assert MAX_PENDING == 8 << 20


def test_given_up_on_a_full_disk_nothing_remains(studio: Studio, full_disk: list[bool]) -> None:
    writer = studio.writer()
    full_disk[0] = True
    writer.add(key(0))
    with pytest.raises(DiskFullError):
        writer.close()
    writer.discard()
    writer.close()
    assert list(studio.folder.iterdir()) == []


def test_what_does_not_fit_the_format_is_dropped_and_counted(studio: Studio) -> None:
    writer = studio.writer()
    writer.add(key(0))
    writer.add(replace(click(1), x=10**9))
    writer.add(Move(at(2), 10**9, 0, "editor"))
    writer.add(replace(Screen().frame(3, full=True), epoch=-5))
    writer.close()
    assert writer.stats.dropped == 3
    assert writer.stats.events == 1
    assert len(list(studio.read())) == 1


def test_a_gap_is_written_as_such(studio: Studio) -> None:
    studio.record([key(0), Gap(at(10), at(2000)), move(2100)])
    assert list(studio.read().events())[1] == Gap(Nanos(10_000_000), Nanos(2_000_000_000))


def test_every_recipient_can_open_it(studio: Studio, tmp_path: Path) -> None:
    other = Studio(tmp_path)
    writer = studio.writer(other.recipient)
    writer.add(key(0))
    writer.close()
    from nodreel.episode import open_episode

    for identity in (studio.identity, other.identity):
        assert len(list(open_episode(studio.folder, identity).events())) == 1


def test_a_folder_that_is_not_private_is_refused(studio: Studio) -> None:
    studio.folder.mkdir(mode=0o755)
    studio.folder.chmod(0o755)
    with pytest.raises(StoreError, match="open to other users"):
        studio.writer()


def test_a_folder_taken_away_is_an_error_of_ours(studio: Studio) -> None:
    import shutil

    writer = studio.writer()
    writer.add(key(0))
    writer.seal()
    shutil.rmtree(studio.folder)
    writer.add(key(10))
    with pytest.raises(StoreError):
        writer.seal()


def test_a_desktop_that_changes_size_begins_a_segment(studio: Studio) -> None:
    writer, small, wide = studio.writer(), Screen(), Screen(width=640)
    for frame in (small.frame(0, full=True), small.frame(10, (0, 0)), wide.frame(20, full=True)):
        writer.add(frame)
    writer.close()
    pictures = list(studio.read().frames())
    assert [p.width for p in pictures] == [300, 300, 640]
    assert pictures[2].pixels == wide.pixels()
    assert writer.stats.segments == 4


def test_after_an_impossible_frame_the_next_full_one_is_right(studio: Studio) -> None:
    writer, screen = studio.writer(), Screen()
    writer.add(screen.frame(0, full=True))
    writer.add(replace(screen.frame(10, (0, 0)), kept=(Rect(2**40, 0, 0, 0),)))
    writer.add(screen.frame(20, full=True))
    writer.close()
    assert [p.t for p in studio.read().frames()] == [0, 20_000_000]
    assert studio.read().verify() == []


@pytest.fixture
def poor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A budget that one full frame of the little desktop uses up for long."""
    monkeypatch.setattr("nodreel.episode.budget.BURST", 100)
    monkeypatch.setattr("nodreel.episode.budget.RATE", 10)


def test_what_changes_too_much_makes_fewer_frames_but_none_worse(
    studio: Studio, poor: None
) -> None:
    writer, screen = studio.writer(), Screen()
    del poor
    for n in range(20):
        writer.add(screen.frame(100 * n, (n % 3, n % 4), full=n == 0))
    writer.close()
    pictures = list(studio.read().frames())
    assert [p.t // 10**6 for p in pictures] == [0, 1900]
    assert pictures[-1].since == 100 * 10**6, "what those left out showed was there since then"
    assert pictures[-1].pixels == screen.pixels()
    assert writer.stats.thinned == 18
    assert writer.stats.frames == 2


def test_the_picture_that_somebody_acted_on_is_written_all_the_same(
    studio: Studio, poor: None
) -> None:
    writer, screen = studio.writer(), Screen()
    del poor
    seen: list[bytes] = []
    for n in range(20):
        writer.add(screen.frame(100 * n, (n % 3, n % 4), full=n == 0))
        if n in {7, 13}:
            seen.append(screen.pixels())
            writer.add(key(100 * n + 50) if n == 7 else click(100 * n + 50))
            writer.seal()
    writer.close()
    episode = studio.read()
    for ms, pixels in zip((750, 1350), seen, strict=True):
        picture = episode.frame_at(ms * 10**6)
        assert picture is not None
        assert picture.done < ms * 10**6
        assert picture.pixels == pixels
    assert episode.verify() == []


def test_the_picture_at_rest_is_written(studio: Studio, poor: None) -> None:
    writer, screen = studio.writer(), Screen()
    del poor
    for n in range(3):
        writer.add(screen.frame(100 * n, (n, n), full=n == 0))
    writer.add(move(600))
    assert writer.stats.frames == 1
    writer.add(move(1300))
    assert writer.stats.frames == 2
    writer.add(screen.frame(1400, (0, 0)))
    studio.clock.pass_(1)
    writer.tick()
    assert (writer.stats.frames, writer.stats.thinned) == (3, 1)
    writer.close()
    assert [p.pixels for p in studio.read().frames()][-1] == screen.pixels()
