from __future__ import annotations

import json
import os
import resource
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from nodreel.episode import open_episode, recover
from nodreel.episode.segments import by_file, segment_name, whole_until
from nodreel.errors import DiskFullError
from tests.episode.faults import CALLS, called, record_under
from tests.episode.studio import Screen, Studio, key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SEGMENTS = 3  # a key, a segment of a frame, a segment of a key press
ALL_CALLS = 60  # more than record_two makes


def look(studio: Studio, folder: Path) -> int:
    """How many segments survived; they are the first ones, whole, and nothing else lies about."""
    recover(folder, studio.signing.sign, studio.public_key)
    episodes = [p for p in folder.iterdir() if len(p.name) == 26]
    if not episodes:
        return 0
    (episode,) = episodes
    found = open_episode(episode, studio.identity)
    assert found.verify() == []
    assert found.state in {"end", "recovered"}
    chain = found.parts[0].chain
    segments = sorted(chain.segments)
    assert segments == list(range(len(segments)))
    files = {p.name: p.stat().st_size for p in episode.glob("*.seg")}
    assert {p.name for p in episode.iterdir()} - set(files) == {"chain.jsonl", "local.json"}
    assert files == {segment_name(n): whole_until(chain, n) for n in by_file(chain)}
    assert all(files.values())
    return len(segments)


def test_every_file_is_durable_before_the_next_one_says_so(studio: Studio, tmp_path: Path) -> None:
    log = tmp_path / "calls"
    assert record_under(studio, studio.folder, "-e", f"trace={CALLS}", log=log) == 0
    name = studio.only().name
    file, chain = f"{name}/00000000.seg", f"{name}/chain.jsonl"
    calls = [c for c in called(log) if c[0] != "ftruncate"]
    for made in ("local.json", "chain.jsonl"):
        renamed = calls.index(("rename", made))
        assert [kind for kind, _ in calls[renamed - 2 : renamed + 2]] == [
            "write", "fsync", "rename", "fsync",
        ]  # fmt: skip
    first = calls.index(("write", file))
    assert calls[first : first + 8] == [
        ("write", file), ("fsync", file), ("fsync", name), ("write", chain),  # key and frame
        ("write", file), ("fsync", file), ("write", chain),  # one fsync makes a segment durable
        ("write", chain),  # the end
    ]  # fmt: skip
    assert calls[first + 8] == ("fsync", chain)
    assert look(studio, studio.folder) == SEGMENTS


def test_killed_at_any_system_call_it_is_old_or_new_never_torn(tmp_path: Path) -> None:
    survived = []
    for number in range(1, ALL_CALLS):
        studio = Studio(tmp_path / str(number) / "episodes")
        studio.folder.parent.mkdir()
        code = record_under(
            studio, studio.folder, "-e", f"inject={CALLS}:signal=KILL:when={number}"
        )
        if code == 0:
            break
        if studio.folder.exists():
            survived.append(look(studio, studio.folder))
    else:
        pytest.fail("it never got through")
    assert survived == sorted(survived), "killed later, something earlier was lost"
    assert set(survived) == {0, 2, 3}  # a key and what leans on it come together


@pytest.mark.faults
@pytest.mark.parametrize("fault", ["write:error=ENOSPC", "fsync:error=EIO", "renameat:error=EIO"])
def test_a_call_that_fails_once_costs_nothing(
    tmp_path: Path, fault: str, rounds: Callable[[int, int], int]
) -> None:
    for number in range(1, 17, rounds(3, 1)):  # then only the end and the local note follow
        studio = Studio(tmp_path / str(number) / "episodes")
        studio.folder.mkdir(mode=0o700, parents=True)
        code = record_under(
            studio, studio.folder, "-e", f"trace={CALLS}", "-e", f"inject={fault}:when={number}"
        )
        assert code in {0, 1}
        assert look(studio, studio.folder) == SEGMENTS


def test_a_disk_that_fails_for_ever_leaves_what_was_there(tmp_path: Path) -> None:
    for number in (6, 7, 8, 9, 10):
        studio = Studio(tmp_path / str(number) / "episodes")
        studio.folder.mkdir(mode=0o700, parents=True)
        record_under(studio, studio.folder, "-e", f"inject=fsync:error=EIO:when={number}+")
        assert look(studio, studio.folder) <= SEGMENTS


@pytest.fixture
def file_limit() -> Callable[[int], None]:
    """Limit the size of files, undone after the test (SIGXFSZ is ignored by Python)."""
    return lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.fixture(autouse=True)
def _no_limit_left() -> object:
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def test_a_file_that_may_not_grow_is_a_full_disk(
    studio: Studio, file_limit: Callable[[int], None]
) -> None:
    writer, screen = studio.writer(), Screen()
    writer.add(key(0))
    writer.seal()
    before = sorted(p.name for p in studio.only().iterdir())
    writer.add(screen.frame(10, full=True))
    file_limit(700)
    with pytest.raises(DiskFullError):
        writer.seal()
    with pytest.raises(DiskFullError):
        writer.seal()
    file_limit(-1)
    assert sorted(p.name for p in studio.only().iterdir()) == before
    writer.close()
    assert studio.read().verify() == []
    assert len(list(studio.read().frames())) == 1


def test_a_really_full_disk_loses_nothing_that_was_stored(small_disk: Path) -> None:
    fill_and_go_on(small_disk / "writer")


def fill_and_go_on(place: Path) -> None:
    """Fill a small file system, then make room: stored stays, the rest follows or is given up."""
    place.mkdir(mode=0o700)
    studio = Studio(place / "episodes")
    writer = studio.writer()
    writer.add(key(0))
    writer.seal()
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    assert os.statvfs(place).f_bavail == 0
    writer.add(Screen().frame(10, full=True))
    with pytest.raises(DiskFullError):
        writer.seal()
    assert len(list(studio.read().events())) == 1
    ballast.unlink()
    writer.close()
    assert studio.read().verify() == []
    assert len(list(studio.read().frames())) == 1


def test_the_wall_time_stays_in_the_local_file(studio: Studio) -> None:
    folder = studio.record([key(0)])
    local = json.loads((folder / "local.json").read_text())
    assert local["reason"] == "test"
    chain = (folder / "chain.jsonl").read_text()
    assert str(local["wall"])[:6] not in chain
    assert '"month":"2026-09"' in chain
