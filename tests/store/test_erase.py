from __future__ import annotations

import random
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from nodreel.clock import WallNanos
from nodreel.episode import open_episode
from nodreel.episode.folder import Folder
from nodreel.episode.journal import FILE_SIZE
from nodreel.episode.segments import span
from nodreel.errors import DiskFullError
from nodreel.events import Note
from nodreel.store.erase import (
    GONE,
    NOTED,
    Deleted,
    Tombstones,
    erase_episode,
    erase_segments,
    finish_episode,
    finish_segments,
    is_gone,
    waits,
)
from tests.episode.faults import CALLS, under_strace
from tests.episode.studio import Studio, at, key

if TYPE_CHECKING:
    from pathlib import Path

NOW = WallNanos(10**18)


def erase_under(studio: Studio, recorded: Path, number: int) -> int:
    """Delete in a process that is killed at its ``number``-th call."""
    secret = studio.signing.private_bytes_raw().hex()
    tombstones = str(studio.folder.parent / "tombstones")
    what = ["tests.store.erase_two", str(recorded), tombstones, secret]
    return under_strace(what, "-e", f"inject={CALLS}:signal=KILL:when={number}")


class NoRoom(Tombstones):
    def lay(self, episode: str, removed: list[list[int]] | None, now: WallNanos) -> None:
        raise DiskFullError("full")


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path / "episodes")


@pytest.fixture
def tombstones(tmp_path: Path) -> Tombstones:
    return Tombstones(tmp_path / "tombstones")


@pytest.fixture
def recorded(studio: Studio) -> Path:
    return studio.record([key(10 * n) for n in range(5)], 1)


def test_segments_go_and_the_chain_says_so(
    studio: Studio, recorded: Path, tombstones: Tombstones, tmp_path: Path
) -> None:
    with Folder(recorded) as episode:
        assert erase_segments(episode, [1, 2, 4], studio.signing.sign, tombstones, NOW) == 3
        assert erase_segments(episode, [0], studio.signing.sign, tombstones, NOW) == 1
    opened = open_episode(recorded, studio.identity)
    assert opened.verify() == []
    assert opened.parts[0].numbers() == [3]
    note = (tmp_path / "tombstones" / f"{recorded.name}.json").read_text()
    assert "[[1, 2], [4, 4], [0, 0]]" in note


def test_an_interrupted_deletion_is_finished(
    studio: Studio, recorded: Path, tombstones: Tombstones
) -> None:
    (recorded / "00000002.seg").rename(recorded / f"00000002{GONE}")
    with Folder(recorded) as episode:
        assert finish_segments(episode, None, tombstones, NOW) == 0
        assert (recorded / f"00000002{GONE}").stat().st_size == 0
        assert finish_segments(episode, studio.signing.sign, tombstones, NOW) == 1
    assert open_episode(recorded).verify() == []


def test_a_whole_episode_is_emptied_even_without_room_for_a_note(
    studio: Studio, recorded: Path, tombstones: Tombstones, tmp_path: Path
) -> None:
    with Folder(studio.folder) as root:
        erase_episode(root, recorded.name, NoRoom(tmp_path), NOW)
        gone = studio.folder / (recorded.name + GONE)
        assert is_gone(gone.name)
        assert sum(p.stat().st_size for p in gone.iterdir()) == 0
        finish_episode(root, gone.name, tombstones, NOW)
    assert list(studio.folder.iterdir()) == []


def test_what_is_not_ours_stays(studio: Studio, recorded: Path, tombstones: Tombstones) -> None:
    (recorded / "thesis.doc").write_text("years of work")
    with Folder(studio.folder) as root:
        erase_episode(root, recorded.name, tombstones, NOW)
        erase_episode(root, recorded.name, tombstones, NOW)  # nothing more to do
    left = studio.folder / (recorded.name + GONE)
    assert [p.name for p in left.iterdir()] == ["thesis.doc"]


def test_what_was_deleted_is_said_in_words() -> None:
    assert str(Deleted()) == "There was nothing to delete."
    both = Deleted(segments=1) + Deleted(("A", "B"), unsigned=True)
    assert str(both).startswith("Deleted 1 segment and 2 whole episodes, for good. (")


def test_a_stranger_cannot_finish_a_deletion(
    studio: Studio, recorded: Path, tombstones: Tombstones, tmp_path: Path
) -> None:
    before = (recorded / "chain.jsonl").read_bytes()
    (recorded / "00000002.seg").rename(recorded / f"00000002{GONE}")
    with Folder(recorded) as episode:
        stranger = Studio(tmp_path / "other")
        assert finish_segments(episode, stranger.signing.sign, tombstones, NOW) == 0
    assert (recorded / "chain.jsonl").read_bytes() == before


def test_a_deletion_killed_at_any_call_is_finished_later(tmp_path: Path) -> None:
    for number in range(1, 60):
        studio = Studio(tmp_path / str(number) / "episodes")
        studio.folder.parent.mkdir()
        recorded = studio.record([key(10 * n) for n in range(5)], 1)
        code = erase_under(studio, recorded, number)
        tombstones = Tombstones(tmp_path / str(number) / "tombstones")
        with Folder(recorded) as episode:
            finish_segments(episode, studio.signing.sign, tombstones, NOW)
        opened = open_episode(recorded, studio.identity)
        assert opened.verify() == []
        assert opened.parts[0].numbers() in ([0, 1, 2, 3, 4], [0, 2, 3, 4], [0, 3, 4])
        if code == 0:
            assert opened.parts[0].numbers() == [0, 3, 4]
            return
    pytest.fail("it never got through")


@pytest.fixture
def together(tmp_path: Path) -> Studio:
    """Segments share a file, as they do when the agent records."""
    return Studio(tmp_path / "together", file_size=FILE_SIZE)


def test_segments_that_share_a_file_go_alone(
    together: Studio, tombstones: Tombstones, tmp_path: Path
) -> None:
    recorded = together.record([Note(at(n), "x" * 400 * n) for n in range(1, 6)], 1)
    before = (recorded / "00000000.seg").read_bytes()
    with Folder(recorded) as episode:
        assert erase_segments(episode, [1, 3], together.signing.sign, tombstones, NOW) == 2
        assert erase_segments(episode, [3], together.signing.sign, tombstones, NOW) == 0
    opened = open_episode(recorded, together.identity)
    assert opened.verify() == []
    assert opened.parts[0].numbers() == [0, 2, 4]
    assert len(list(opened.events())) == 3 + 2  # and what says that something is missing
    chain, data = opened.parts[0].chain, (recorded / "00000000.seg").read_bytes()
    for seq in range(5):
        start, size = span(chain, seq)
        there = bytes(size) if seq in {1, 3} else before[start : start + size]
        assert data[start : start + size] == there
    assert "[[1, 1], [3, 3]]" in (tmp_path / "tombstones" / f"{recorded.name}.json").read_text()
    with Folder(recorded) as episode:
        assert erase_segments(episode, [0, 2, 4], together.signing.sign, tombstones, NOW) == 3
    assert not list(recorded.glob("*.seg"))
    assert open_episode(recorded).verify() == []


def test_the_room_of_a_deleted_segment_is_given_back(
    together: Studio, tombstones: Tombstones
) -> None:
    noise = random.Random(1)
    events = [Note(at(n), noise.randbytes(250).hex()) for n in range(300)]
    recorded = together.record(events, 100)
    with Folder(recorded) as episode:
        before = episode.room("00000000.seg")
        erase_segments(episode, [1], together.signing.sign, tombstones, NOW)
        assert episode.room("00000000.seg") < before * 0.8
        assert episode.size("00000000.seg") >= before - 4096


def test_where_room_cannot_be_given_back_zeros_are_written(
    together: Studio, tombstones: Tombstones, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nodreel.host.punch", lambda *_: False)
    test_segments_that_share_a_file_go_alone(together, tombstones, together.folder.parent)


def test_somebody_elses_name_for_the_file_keeps_its_content(
    together: Studio, tombstones: Tombstones, tmp_path: Path
) -> None:
    recorded = together.record([key(10 * n) for n in range(3)], 1)
    (tmp_path / "backup").hardlink_to(recorded / "00000000.seg")
    before = (tmp_path / "backup").read_bytes()
    with Folder(recorded) as episode:
        assert erase_segments(episode, [1], together.signing.sign, tombstones, NOW) == 3
    assert (tmp_path / "backup").read_bytes() == before
    assert open_episode(recorded).verify() == []


def test_a_cut_that_had_not_begun_is_taken_back(together: Studio, tombstones: Tombstones) -> None:
    recorded = together.record([key(10 * n) for n in range(3)], 1)
    (recorded / "00000000.seg").rename(recorded / "00000000.cut")
    assert len(list(together.read().events())) == 3  # meanwhile it is read
    with Folder(recorded) as episode:
        assert finish_segments(episode, together.signing.sign, tombstones, NOW) == 0
    assert [p.name for p in recorded.glob("0*")] == ["00000000.seg"]


@pytest.mark.parametrize("file_size", [0, 1000, FILE_SIZE])
def test_what_was_noted_before_a_crash_is_done_and_not_taken_back(
    tmp_path: Path, tombstones: Tombstones, file_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = Studio(tmp_path / "crashed", file_size=file_size)
    recorded = studio.record([key(10 * n) for n in range(5)], 1)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with Folder(recorded) as episode, monkeypatch.context() as power:
        power.setattr(Folder, "blank", crash)  # the names are taken, and nothing is overwritten yet
        power.setattr(Folder, "empty", crash)
        with pytest.raises(KeyboardInterrupt):
            erase_segments(episode, [1, 3], studio.signing.sign, tombstones, NOW)
    with Folder(recorded) as episode:
        assert waits(episode)
        assert finish_segments(episode, studio.signing.sign, tombstones, NOW) == 2
        assert not waits(episode)
    opened = open_episode(recorded, studio.identity)
    assert opened.verify() == []
    assert opened.parts[0].numbers() == [0, 2, 4]


def test_a_deletion_needs_no_room_for_its_note(
    together: Studio, tombstones: Tombstones, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = together.record([key(10 * n) for n in range(3)], 1)

    def full(*_: object) -> None:
        raise DiskFullError("full")

    monkeypatch.setattr(Folder, "replace", full)
    with Folder(recorded) as episode, suppress(DiskFullError):
        erase_segments(episode, [1], together.signing.sign, tombstones, NOW)
    assert together.read().parts[0].numbers() == [0, 2]


@pytest.mark.parametrize("note", [b"", b"{}", b"7", b'["1", null]', b"[9]"])
def test_a_note_that_makes_no_sense_deletes_nothing(
    together: Studio, tombstones: Tombstones, note: bytes
) -> None:
    recorded = together.record([key(10 * n) for n in range(3)], 1)
    (recorded / NOTED).write_bytes(note)
    with Folder(recorded) as episode:
        assert finish_segments(episode, together.signing.sign, tombstones, NOW) == 0
        assert not waits(episode)
    assert together.read().parts[0].numbers() == [0, 1, 2]


def test_a_cut_killed_at_any_call_is_finished_later(tmp_path: Path) -> None:
    for number in range(1, 60):
        studio = Studio(tmp_path / str(number) / "episodes", file_size=FILE_SIZE)
        studio.folder.parent.mkdir()
        recorded = studio.record([key(10 * n) for n in range(5)], 1)
        code = erase_under(studio, recorded, number)
        tombstones = Tombstones(tmp_path / str(number) / "tombstones")
        with Folder(recorded) as episode:
            finish_segments(episode, studio.signing.sign, tombstones, NOW)
        opened = open_episode(recorded, studio.identity)
        assert opened.verify() == []
        assert opened.parts[0].numbers() in ([0, 1, 2, 3, 4], [0, 2, 3, 4], [0, 3, 4])
        assert not list(recorded.glob("*.cut"))
        if code == 0:
            assert opened.parts[0].numbers() == [0, 3, 4]
            return
    pytest.fail("it never got through")
