from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from nodreel.clock import WallNanos
from nodreel.consent.highwater import start_high_water
from nodreel.episode import open_episode, recover
from nodreel.errors import StoreError
from nodreel.events import SECOND, Gap, Nanos
from nodreel.paths import Paths
from nodreel.store import Deleted, Store
from tests.episode.studio import Screen, Studio, at, key

if TYPE_CHECKING:
    from pathlib import Path

HOUR = 3600
DAY = 24 * HOUR


@dataclass(frozen=True)
class Limits:
    undo_hours: int = 24
    device_days: int = 14
    quota_mb: int = 2048


LIMITS = Limits()


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "data", tmp_path / "run", tmp_path / "config", tmp_path / "managed")


@pytest.fixture
def studio(paths: Paths) -> Studio:
    paths.data.mkdir(mode=0o700)
    return Studio(paths.episodes)


@pytest.fixture
def store(paths: Paths, studio: Studio) -> Store:
    return Store(paths, studio.clock)


def wall(studio: Studio, ms: float) -> WallNanos:
    return WallNanos(studio.clock.wall() - studio.clock.mono() + at(ms))


def record_minutes(studio: Studio, *, frames: bool = False) -> Path:
    """One segment every 10 s, for a minute; the clock goes along."""
    writer, screen = studio.writer(), Screen()
    for number in range(6):
        ms = 10_000 * number
        studio.clock.now = at(ms)
        if frames:
            writer.add(screen.frame(ms, (number % 3, 0), full=number == 0))
        writer.add(key(ms + 5))
        writer.seal()
    writer.close()
    return studio.only()


def test_an_episode_is_held_until_both_conditions_are_met(store: Store, studio: Studio) -> None:
    studio.record([key(0)])
    assert [e.state for e in store.episodes()] == ["held"]
    store.enforce(LIMITS)
    studio.clock.pass_(25 * HOUR)
    assert store.enforce(LIMITS).released == ()  # nobody was offered a review
    assert store.offer_review() == 1
    (name,) = store.enforce(LIMITS).released
    assert store.counts() == {"held": 0, "released": 1}
    assert store.episodes()[0].id == name
    assert store.offer_review() == 0


def test_review_alone_does_not_release(store: Store, studio: Studio) -> None:
    name = studio.record([key(0)]).name
    store.offer_review()
    store.enforce(LIMITS)
    studio.clock.pass_(23 * HOUR)
    assert store.enforce(LIMITS).released == ()
    studio.clock.pass_(2 * HOUR)
    assert store.enforce(LIMITS).released == (name,)
    assert store.counts()["released"] == 1


def test_the_wait_counts_from_the_end_and_a_crash_shortens_nothing(
    store: Store, studio: Studio
) -> None:
    writer = studio.writer()
    writer.add(key(0))
    writer.seal()  # and then the power fails
    assert store.episodes()[0].state == "recording"
    store.enforce(LIMITS)
    studio.clock.pass_(48 * HOUR)
    assert recover(studio.folder, studio.signing.sign, studio.public_key) == [studio.only().name]
    store.offer_review()
    assert store.enforce(LIMITS).released == ()
    studio.clock.pass_(25 * HOUR)
    assert len(store.enforce(LIMITS).released) == 1


def test_setting_the_clock_back_or_losing_the_note_only_lengthens_the_wait(
    store: Store, studio: Studio, paths: Paths
) -> None:
    start_high_water(paths, studio.clock)
    folder = studio.record([key(0)])
    store.offer_review()
    studio.clock.shift = -10 * DAY * SECOND
    studio.clock.pass_(12 * HOUR)
    assert store.enforce(LIMITS).released == ()
    (folder / "hold.json").write_text("{]")
    store.offer_review()
    studio.clock.pass_(13 * HOUR)
    assert store.enforce(LIMITS).released == ()


def test_nothing_lies_here_longer_than_agreed(store: Store, studio: Studio) -> None:
    name = studio.record([key(0)]).name
    store.enforce(LIMITS)
    studio.clock.pass_(14 * DAY - HOUR)
    assert store.enforce(LIMITS).expired == ()
    studio.clock.pass_(2 * HOUR)
    assert store.enforce(LIMITS).expired == (name,)
    assert store.episodes() == []


def test_over_quota_is_said_and_nothing_is_lost(store: Store, studio: Studio) -> None:
    studio.record([key(0)])
    assert not store.enforce(LIMITS).over_quota
    assert store.enforce(Limits(quota_mb=0)).over_quota
    (left,) = store.episodes()
    assert left.segments == 1
    assert left.bytes > 0


def test_a_range_is_deleted_to_the_segment_and_signed(store: Store, studio: Studio) -> None:
    folder = record_minutes(studio)
    deleted = store.delete_range(wall(studio, 15_000), wall(studio, 31_000), studio.signing.sign)
    assert deleted == Deleted(segments=2)
    assert str(deleted) == "Deleted 2 segments, for good."
    episode = open_episode(folder, studio.identity)
    assert episode.verify() == []
    found = list(episode.events())
    gaps = [e for e in found if isinstance(e, Gap)]
    assert [e.t // SECOND for e in found if not isinstance(e, Gap)] == [0, 10, 40, 50]
    assert [(g.t // SECOND, g.until // SECOND) for g in gaps] == [(20, 20), (30, 30)]


def test_the_frames_of_a_deleted_key_are_a_gap_and_no_damage(store: Store, studio: Studio) -> None:
    folder = record_minutes(studio, frames=True)
    store.delete_range(wall(studio, 0), wall(studio, 1_000), studio.signing.sign)
    episode = open_episode(folder, studio.identity)
    assert list(episode.frames()) == []
    assert len(episode.screen_gaps) == 5
    assert len([e for e in episode.events() if not isinstance(e, Gap)]) == 5
    assert episode.verify() == []


def test_the_last_minutes_are_found_although_the_clock_was_set(
    store: Store, studio: Studio
) -> None:
    record_minutes(studio)
    studio.clock.pass_(1)
    studio.clock.shift = 7 * HOUR * SECOND
    now = studio.clock.wall()
    deleted = store.delete_range(WallNanos(now - 25 * SECOND), now, studio.signing.sign)
    assert deleted.segments == 3


@pytest.mark.parametrize("stranger", [True, False])
def test_without_the_key_of_the_episode_it_goes_whole(
    store: Store, studio: Studio, stranger: bool, tmp_path: Path
) -> None:
    folder = record_minutes(studio)
    sign = Studio(tmp_path).signing.sign if stranger else None
    deleted = store.delete_range(wall(studio, 15_000), wall(studio, 31_000), sign)
    assert deleted == Deleted((folder.name,), unsigned=True)
    assert "could sign a cut is gone" in str(deleted)
    assert not folder.exists()


def test_a_range_that_leaves_nothing_takes_the_episode(store: Store, studio: Studio) -> None:
    folder = record_minutes(studio)
    deleted = store.delete_range(wall(studio, 0), wall(studio, 90_000), studio.signing.sign)
    assert deleted == Deleted((folder.name,))
    assert str(deleted) == "Deleted 1 whole episode, for good."
    assert store.delete_range(wall(studio, 0), wall(studio, 9_000)) == Deleted()


def test_an_episode_of_unknown_time_is_not_spared(store: Store, studio: Studio) -> None:
    folder = record_minutes(studio)
    (folder / "local.json").unlink()
    store.delete_range(wall(studio, 70_000), wall(studio, 90_000), studio.signing.sign)
    assert not folder.exists()


def test_a_part_of_an_unreadable_episode_is_all_of_it(store: Store, studio: Studio) -> None:
    folder = record_minutes(studio)
    chain = folder / "chain.jsonl"
    chain.write_bytes(chain.read_bytes().replace(b'"kind":"start"', b'"kind":"stark"', 1))
    store.delete_range(wall(studio, 0), wall(studio, 1_000), studio.signing.sign)
    assert not folder.exists()


def test_one_episode_is_deleted_and_has_a_tombstone(
    store: Store, studio: Studio, paths: Paths
) -> None:
    name = studio.record([key(0)]).name
    assert store.delete_episode(name).episodes == (name,)
    assert list(paths.episodes.iterdir()) == []
    note = json.loads((paths.data / "tombstones" / f"{name}.json").read_text())
    assert (note["episode"], note["removed"]) == (name, "all")
    for missing in (name, "../../etc/passwd", ""):
        with pytest.raises(StoreError, match="There is no episode"):
            store.delete_episode(missing)


def test_everything_goes_and_nothing_else(
    store: Store, studio: Studio, paths: Paths, tmp_path: Path
) -> None:
    studio.record([key(0)])
    victim = tmp_path / "thesis"
    victim.mkdir()
    (victim / "00000000.seg").write_text("mine")
    (paths.episodes / ("A" * 26)).symlink_to(victim)
    (paths.episodes / "notes.txt").write_text("mine too")
    assert len(store.delete_all().episodes) == 2
    assert [p.name for p in paths.episodes.iterdir()] == ["notes.txt"]
    assert (victim / "00000000.seg").read_text() == "mine"


def test_links_and_strange_files_in_an_episode_hurt_nobody(
    store: Store, studio: Studio, tmp_path: Path
) -> None:
    folder = studio.record([key(0)])
    victim, other = tmp_path / "thesis.doc", tmp_path / "thesis2.doc"
    for file in (victim, other):
        file.write_text("years of work")
    os.link(victim, folder / "00000001.seg")
    (folder / "00000002.seg").symlink_to(other)
    os.mkfifo(folder / "00000003.seg")
    store.delete_all()
    assert not folder.exists()
    assert victim.read_text() == other.read_text() == "years of work"


def test_a_store_that_others_may_enter_is_refused(
    store: Store, studio: Studio, paths: Paths
) -> None:
    studio.record([key(0)])
    paths.episodes.chmod(0o755)
    with pytest.raises(StoreError, match="open to other users"):
        store.episodes()


def test_counts_are_not_counted_again_at_each_heartbeat(
    store: Store, studio: Studio, paths: Paths
) -> None:
    assert store.counts() == {"held": 0, "released": 0}
    studio.record([key(0)])
    assert store.counts()["held"] == 0
    studio.clock.pass_(6)
    assert store.counts()["held"] == 1


def test_only_what_was_sent_is_forgotten_as_sent(
    store: Store, studio: Studio, paths: Paths
) -> None:
    episode = studio.record([key(0), key(5000)], seal_every=1).name
    chain = studio.only() / "chain.jsonl"
    whole = hashlib.sha256(chain.read_bytes()).hexdigest()
    with pytest.raises(StoreError, match="was not released"):
        store.forget_sent(episode, whole)
    store.release_early(episode)
    with pytest.raises(StoreError, match="not what was sent"):
        store.forget_sent(episode, "ab" * 32)
    assert [e.id for e in store.episodes()] == [episode]
    store.forget_sent(episode, whole)
    assert store.episodes() == []
    assert list(paths.episodes.iterdir()) == []
    assert not (paths.data / "tombstones").exists(), "nobody asked for the copy to be deleted"
    with pytest.raises(StoreError, match="no episode"):
        store.forget_sent(episode, whole)


def test_a_forgotten_episode_that_a_crash_left_is_finished_without_a_tombstone(
    store: Store, studio: Studio, paths: Paths
) -> None:
    folder = studio.record([key(0)])
    folder.rename(folder.with_name(folder.name + ".sent"))
    store.finish()
    assert list(paths.episodes.iterdir()) == []
    assert not (paths.data / "tombstones").exists()


def crashed(studio: Studio) -> Path:
    """An episode that a power cut left open."""
    writer = studio.writer()
    writer.add(key(0))
    writer.seal()
    return studio.only()


def test_an_open_episode_whose_key_has_gone_waits_and_goes_like_any_other(
    store: Store, studio: Studio, tmp_path: Path
) -> None:
    name, stranger = crashed(studio).name, Studio(tmp_path)
    assert recover(studio.folder, stranger.signing.sign, stranger.public_key) == []
    store.hold_open()
    assert [e.state for e in store.episodes()] == ["held"]
    store.offer_review()
    studio.clock.pass_(25 * HOUR)
    assert store.enforce(LIMITS).released == (name,)
    studio.clock.pass_(14 * DAY)
    assert store.enforce(LIMITS).expired == (name,)


def test_what_nobody_writes_any_more_can_be_cut(store: Store, studio: Studio) -> None:
    folder = crashed(studio)
    with pytest.raises(StoreError, match="still being recorded"):
        store.cut(folder.name, at(0), at(1))
    store.hold_open()
    store.cut(folder.name, Nanos(0), Nanos(SECOND))
    assert not folder.exists()


def test_a_crash_that_can_be_closed_later_still_is(store: Store, studio: Studio) -> None:
    folder = crashed(studio)
    store.hold_open()
    assert recover(studio.folder, studio.signing.sign, studio.public_key) == [folder.name]
    assert studio.read().verify() == []
    assert [e.state for e in store.episodes()] == ["held"]


def test_without_a_grant_nothing_is_released_and_nothing_stays_too_long(
    store: Store, studio: Studio
) -> None:
    name = studio.record([key(0)]).name
    assert store.expire(14) == ()
    store.offer_review()
    studio.clock.pass_(14 * DAY - HOUR)
    assert store.expire(14) == ()
    assert [e.state for e in store.episodes()] == ["held"]
    studio.clock.pass_(2 * HOUR)
    assert store.expire(14) == (name,)
    assert store.episodes() == []
