from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from nodreel.episode import open_episode
from nodreel.episode.container import read_content, write_content
from nodreel.episode.part import Local, Part
from nodreel.episode.seal import Seal, read_identities, unseal
from nodreel.errors import EpisodeError
from nodreel.events import Note
from tests.episode.bombs import BOMBS, KEY_BOMBS, build, good_frame, good_key
from tests.episode.faults import ROOT
from tests.episode.studio import Screen, Studio, age_file, at, key
from tests.findings import found

if TYPE_CHECKING:
    from pathlib import Path

MOST = 256 * 1024  # KiB
YARDS = 40
"""It may cost as much as hashing so many times 64 MiB: what it claims to hold would cost hours."""


def blow(studio: Studio, folder: Path) -> dict[str, Any]:
    """Open it in a process of its own, with a limit that stops a real explosion."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.episode.open_bomb", folder, studio.identity],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=25,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    print(f"{said['cpu_s']} CPU s (64 MiB hashed in {said['yard_s']}), {said['peak']} KiB")
    assert said["cpu_s"] <= YARDS * said["yard_s"], said
    return said


@pytest.mark.parametrize("name", BOMBS)
def test_a_segment_made_to_hurt_is_refused_within_bounds(studio: Studio, name: str) -> None:
    folder = build(studio, ("key", good_key()), ("events", BOMBS[name]()))
    said = blow(studio, folder)
    assert said["damage"]
    assert said["peak"] < MOST, said
    found("C8", "segments made to hurt", 1, lost="that segment")


@pytest.mark.parametrize("name", KEY_BOMBS)
def test_a_key_made_to_hurt_is_refused_within_bounds(studio: Studio, name: str) -> None:
    folder = build(studio, ("key", KEY_BOMBS[name]()), ("events", good_frame()))
    said = blow(studio, folder)
    assert "need key segment 0" in said["damage"][0]
    assert said["peak"] < MOST, said
    found("C8", "key segments made to hurt", 1, lost="the pictures on it")


def test_what_is_built_right_is_read(studio: Studio) -> None:
    folder = build(studio, ("key", good_key()), ("events", good_frame()))
    episode = open_episode(folder, studio.identity)
    assert [(p.width, p.height) for p in episode.frames()] == [(7680, 4320)]
    assert episode.verify() == []


def test_a_segment_of_another_place_is_not_believed(studio: Studio, tmp_path: Path) -> None:
    """Rightly sealed and even rightly signed, but its inside says that it belongs elsewhere."""
    build(studio, ("events", good_frame()))
    (problem,) = studio.read().verify()
    assert "belongs to another segment" in str(problem)


def test_segments_swapped_between_episodes_are_named(studio: Studio) -> None:
    writer = studio.writer()
    for ms in (0, 90_000):
        writer.add(key(ms))
        writer.close()
    one, two = (p.path / "00000000.seg" for p in studio.read().parts)
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    episode = studio.read()
    assert list(episode.events()) == []
    assert len(episode.damage) == 2


def test_a_segment_sealed_anew_with_the_public_key_is_not_believed(studio: Studio) -> None:
    folder = studio.record([Note(at(0), "I agreed to nothing")])
    segment = folder / "00000000.seg"
    line = segment.read_bytes().partition(b"\n")[0] + b"\n"
    content = read_content(unseal(age_file(segment), read_identities(studio.identity)))
    (note,) = content.messages
    said = note.data.replace(b"I agreed to nothing", b"I agreed to it all!")
    forged = write_content(content.about, [note._replace(data=said)])
    size = len(age_file(segment))
    for _ in range(9000):
        sealed = Seal([studio.recipient]).close(forged)
        if len(sealed) == size:  # age pads its header at random
            break
    segment.write_bytes(line + sealed)
    assert list(studio.read().events()) == []
    (damage,) = studio.read().verify()
    assert "not the one that was signed" in str(damage)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_strange_files_in_place_of_segments_do_not_hang(studio: Studio, make: object) -> None:
    folder = studio.record([key(0), key(10)], 1)
    (folder / "00000000.seg").unlink()
    make(folder / "00000000.seg")  # type: ignore[operator]
    assert [e.t for e in studio.read().events()] == [10_000_000]
    (folder / "chain.jsonl").unlink()
    make(folder / "chain.jsonl")  # type: ignore[operator]
    with pytest.raises(EpisodeError):
        studio.read()


def test_links_are_not_followed(studio: Studio, tmp_path: Path) -> None:
    folder = studio.record([key(0)])
    segment = folder / "00000000.seg"
    segment.rename(tmp_path / "away")
    segment.symlink_to(tmp_path / "away")
    assert len(studio.read().verify()) == 1


def test_damage_is_told_once_however_often_it_is_met(studio: Studio) -> None:
    folder = studio.record([Screen().frame(0, full=True), key(10)])
    (folder / "00000001.seg").write_bytes(b"")
    episode = studio.read()
    for _ in range(3):
        list(episode.events())
        list(episode.frames())
    assert len(episode.damage) == 1


def test_only_the_recording_machine_knows_the_time(studio: Studio) -> None:
    folder = studio.record([key(0)])
    part = Part(folder, ())
    assert isinstance(part.local, Local)
    assert part.local.mono == at(0)
    assert part.local.ended is not None
    for text in ("", "[]", '{"wall": "x", "mono": 1}', "[" * 2000, '{"wall": 1}'):
        (folder / "local.json").write_text(text)
        assert Part(folder, ()).local is None
