from __future__ import annotations

import io
import json
import os
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from mcap.writer import IndexType, Writer

from nodreel.episode import open_episode, recover
from nodreel.episode.chain import sign_line
from nodreel.episode.folder import Folder
from nodreel.episode.journal import FILE_SIZE
from nodreel.episode.segments import SegmentFile, by_file, read_segment, span, whole_until
from nodreel.errors import EpisodeError, StoreError
from nodreel.events import Button, Key, KeyClass, Move, Nanos
from tests.episode.bombs import about, build
from tests.episode.studio import Screen, Studio, key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path / "episodes", file_size=FILE_SIZE)


@pytest.fixture
def recorded(studio: Studio) -> Path:
    """Five segments in one file."""
    return studio.record([key(10 * n) for n in range(5)], 1)


def only_file(episode: Path) -> Path:
    (found,) = episode.glob("*.seg")
    return found


def test_segments_lie_in_one_file_each_behind_its_header(studio: Studio, recorded: Path) -> None:
    data, lines = only_file(recorded).read_bytes(), (recorded / "chain.jsonl").read_bytes()
    part = studio.read().parts[0]
    for seq, line in enumerate(lines.splitlines()[1:-1]):
        at, size = span(part.chain, seq)
        assert data[:at].endswith(line + b"\n")
        assert data[at : at + size].startswith(b"age-encryption.org/v1\n")
    assert whole_until(part.chain, 0) == len(data)
    assert by_file(part.chain) == {0: [0, 1, 2, 3, 4]}
    assert studio.read().verify() == []


def test_a_file_is_followed_by_another_when_it_is_big_enough(tmp_path: Path) -> None:
    studio = Studio(tmp_path / "episodes", file_size=2500)
    folder = studio.record([key(10 * n) for n in range(6)], 1)
    names = sorted(p.name for p in folder.glob("*.seg"))
    assert names == ["00000000.seg", "00000002.seg", "00000004.seg"]
    assert len(list(studio.read().events())) == 6


def test_any_changed_byte_costs_its_segment_alone(studio: Studio, recorded: Path) -> None:
    file = only_file(recorded)
    data = bytearray(file.read_bytes())
    chain = studio.read().parts[0].chain
    start, end = chain.segments[2].at, chain.segments[3].at
    for at in range(start, end, (end - start) // 40):
        data[at] ^= 4
        file.write_bytes(data)
        data[at] ^= 4
        episode = studio.read()
        assert [e.t // 10**6 for e in episode.events()] == [0, 10, 30, 40]
        assert "segment 2" in str(episode.damage[0])


def test_a_file_cut_short_loses_what_was_cut(studio: Studio, recorded: Path) -> None:
    file = only_file(recorded)
    file.write_bytes(file.read_bytes()[:-1])
    episode = studio.read()
    assert len(list(episode.events())) == 4
    assert len(episode.damage) == 1


def lose_lines(episode: Path, kept: int) -> None:
    """What a power cut does to lines that were never fsynced."""
    chain = episode / "chain.jsonl"
    lines = chain.read_bytes().splitlines(keepends=True)
    chain.write_bytes(b"".join(lines[:kept]))


@pytest.mark.parametrize("kept", [1, 2, 4, 6])
@pytest.mark.parametrize("torn", [b"", b'{"consent"', b"\x00" * 700])
def test_lines_that_a_power_cut_took_come_back(
    studio: Studio, recorded: Path, kept: int, torn: bytes
) -> None:
    lose_lines(recorded, kept)
    with (recorded / "chain.jsonl").open("ab") as chain:
        chain.write(torn)
    assert recover(studio.folder, studio.signing.sign, studio.public_key) == [recorded.name]
    episode = studio.read()
    assert (episode.state, episode.verify()) == ("recovered", [])
    assert len(list(episode.events())) == 5


def test_half_a_record_is_cut_off(studio: Studio, recorded: Path) -> None:
    lose_lines(recorded, 3)
    file = only_file(recorded)
    whole = span(studio.read().parts[0].chain, 1)
    data = file.read_bytes()
    for size in range(sum(whole), len(data), 97):
        file.write_bytes(data[:size])
        lose_lines(recorded, 3)
        recover(studio.folder, studio.signing.sign, studio.public_key)
        episode = studio.read()
        assert episode.verify() == []
        found = len(list(episode.events()))
        assert found >= 2
        assert file.stat().st_size == whole_until(episode.parts[0].chain, 0)


def test_a_record_of_somebody_else_is_not_adopted(
    studio: Studio, recorded: Path, tmp_path: Path
) -> None:
    other = Studio(tmp_path / "other", file_size=FILE_SIZE)
    theirs = only_file(other.record([key(0)])).read_bytes()
    lose_lines(recorded, 6)
    file = only_file(recorded)
    mine = file.read_bytes()
    file.write_bytes(mine + theirs)
    (recorded / "00000005.seg").write_bytes(theirs)
    recover(studio.folder, studio.signing.sign, studio.public_key)
    assert file.read_bytes() == mine
    assert not (recorded / "00000005.seg").exists()
    assert studio.read().verify() == []


def test_a_record_signed_by_another_key_is_not_adopted(studio: Studio, recorded: Path) -> None:
    lose_lines(recorded, 6)
    file, chain = only_file(recorded), studio.read().parts[0].chain
    mine = file.read_bytes()
    at, size = span(chain, 0)
    values = chain.segments[0].model_dump(exclude={"sig", "v", "prev"})
    forged = sign_line(
        values | {"seq": 5, "file": 0, "at": len(mine)}, chain.tail,
        Ed25519PrivateKey.generate().sign,
    )  # fmt: skip
    file.write_bytes(mine + forged + mine[at : at + size])
    recover(studio.folder, studio.signing.sign, studio.public_key)
    assert file.read_bytes() == mine
    assert studio.read().verify() == []


def failing(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let the next call of each of these functions of ``os`` fail."""
    for name in names:
        real, left = getattr(os, name), [True]

        def once(*how: int, real: Callable[..., None] = real, left: list[bool] = left) -> None:
            if left and left.pop():
                raise OSError(5, "Input/output error")
            real(*how)

        monkeypatch.setattr(os, name, once)


@pytest.mark.parametrize("calls", [("fsync",), ("fsync", "ftruncate")])
def test_what_a_failed_fsync_left_is_never_gone_on_with(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, calls: tuple[str, ...]
) -> None:
    """Even when that write reached the disk after all, and the power then fails."""
    writer = studio.writer()
    writer.add(key(0))
    writer.seal()
    failing(monkeypatch, *calls)
    for ms in (10, 20):
        writer.add(key(ms))
        writer.seal()
    episode = studio.only()
    assert sorted(p.name for p in episode.glob("*.seg")) == ["00000000.seg", "00000001.seg"]
    lose_lines(episode, 2)
    recover(studio.folder, studio.signing.sign, studio.public_key)
    assert studio.read().verify() == []
    assert [e.t // 10**6 for e in studio.read().events()] == [0, 10, 20]


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    (tmp_path / "00000003.seg").write_bytes(b"somebody's")
    with Folder(tmp_path) as folder, pytest.raises(StoreError, match="already there"):
        SegmentFile(folder, 3)
    assert (tmp_path / "00000003.seg").read_bytes() == b"somebody's"


def test_a_file_shorter_than_its_header_says_is_damage(studio: Studio, recorded: Path) -> None:
    chain = studio.read().parts[0].chain
    only_file(recorded).unlink()
    with Folder(recorded) as folder, pytest.raises(EpisodeError):
        read_segment(folder, chain.segments[0], chain.lines[0])
    assert len(open_episode(recorded, studio.identity).verify()) == 5


def test_many_segments_make_few_files(studio: Studio) -> None:
    screen = Screen()
    frames = [screen.frame(100 * n, (n % 3, n % 4), full=n == 0) for n in range(60)]
    folder = studio.record(frames, 1)
    assert len(list(folder.iterdir())) == 3
    assert len(list(studio.read().frames())) == 60


def of_before(sink: io.BytesIO) -> None:
    """What the first version wrote: a message for each event, nothing in a chunk."""
    writer = Writer(
        sink, use_chunking=False, index_types=IndexType.NONE, repeat_channels=False,
        repeat_schemas=False, use_statistics=False, use_summary_offsets=False,
    )  # fmt: skip
    writer.start("nodreel", "nodreel")
    writer.add_metadata("segment", about(0))
    messages = [
        ("input/button", {"t": 5, "press": True, "button": 1, "x": 3, "y": 4, "app": "editor"}),
        ("pointer/path", {"t": 1, "dt": [0, 3], "x": [1, 2], "y": [3, 4], "app": "editor"}),
        ("input/key", {"t": 5, "press": True, "key_class": "character", "app": "editor"}),
    ]
    for number, (topic, said) in enumerate(messages):
        channel = writer.register_channel(topic, "json", 0)
        data = json.dumps(said).encode()
        writer.add_message(channel, int(str(said["t"])), data, 0, number)
    writer.finish()  # type: ignore[no-untyped-call]


def test_episodes_of_before_are_read(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = io.BytesIO()
    of_before(sink)
    monkeypatch.setattr("nodreel.episode.chain.VERSION", 1)
    folder = build(studio, ("events", sink.getvalue()))
    assert b'"v":1}' in (folder / "chain.jsonl").read_bytes()
    episode = studio.read()
    assert episode.verify() == []
    assert list(episode.events()) == [
        Move(Nanos(1), 1, 3, "editor"), Move(Nanos(4), 2, 4, "editor"),
        Button(Nanos(5), True, 1, 3, 4, app="editor"),
        Key(Nanos(5), True, KeyClass.CHARACTER, app="editor"),
    ]  # fmt: skip


def test_what_is_written_to_a_deleted_file_does_not_count(tmp_path: Path) -> None:
    with Folder(tmp_path) as folder:
        file = SegmentFile(folder, 0)
        file.add(b"one")
        (tmp_path / "00000000.seg").unlink()
        with pytest.raises(StoreError, match="No such file"):
            file.add(b"two")
        assert not file.sound
        file.close()


def test_a_deleted_chain_ends_the_writing_too(studio: Studio) -> None:
    writer = studio.writer()
    writer.add(key(0))
    writer.seal()
    (studio.only() / "chain.jsonl").unlink()
    writer.add(key(10))
    with pytest.raises(StoreError):
        writer.seal()
    writer.discard()
    writer.leave()
