from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.consent.tombstone import read_tombstone
from nodreel.episode import open_episode
from nodreel.errors import EpisodeError
from nodreel.upload import collect as collecting
from nodreel.upload.asking import ask_for_deletion
from nodreel.upload.batch import read_manifest
from nodreel.upload.collect import collect
from nodreel.upload.objects import content_key
from tests.upload.machine import Machine, Unhurried

if TYPE_CHECKING:
    from pathlib import Path

    from tests.upload.memory import MemoryStore


def test_an_episode_arrives_byte_for_byte(
    machine: Machine, memory: MemoryStore, tmp_path: Path
) -> None:
    episode = machine.record(4, filler=5)
    before = {
        f.name: f.read_bytes()
        for f in (machine.paths.episodes / episode).iterdir()
        if f.suffix in {".seg", ".jsonl"}
    }
    machine.send(memory, Unhurried(largest=1))
    found = collect(memory, tmp_path / "got")
    assert found.episodes == [episode]
    after = {f.name: f.read_bytes() for f in (tmp_path / "got" / episode).iterdir()}
    assert after == before
    assert open_episode(tmp_path / "got" / episode).verify() == []
    assert collect(memory, tmp_path / "got").episodes == []


def test_what_was_cut_before_it_was_sent_is_still_in_order(
    machine: Machine, memory: MemoryStore, tmp_path: Path
) -> None:
    episode = machine.record(4, release=False)
    whole = machine.store.episodes()[0]
    machine.store.cut(episode, whole.length, whole.length, machine.grant.sign)  # type: ignore[arg-type]
    machine.store.release_early(episode)
    machine.send(memory)
    collect(memory, tmp_path / "got")
    assert open_episode(tmp_path / "got" / episode).verify() == []


def test_what_was_withdrawn_is_left_out_and_the_tombstone_lies_beside(
    machine: Machine, memory: MemoryStore, tmp_path: Path
) -> None:
    episode = machine.record(1)
    machine.send(memory)
    machine.withdraw()
    ask_for_deletion(machine.paths, lambda _: memory)
    found = collect(memory, tmp_path / "got")
    assert (found.episodes, found.left_out) == ([], [episode])
    (file,) = (tmp_path / "got").iterdir()
    assert read_tombstone(file.read_bytes()).name == file.name


def test_what_lies_too_far_apart_is_not_laid_into_memory() -> None:
    files = collecting._Files()
    files.lay("00000000.seg", 100, b"abc")
    files.lay("00000000.seg", 0, b"xy")
    assert files.laid == {"00000000.seg": b"xy" + bytes(98) + b"abc"}
    for name, at in (("00000000.seg", 1 << 40), ("00000001.seg", collecting._LARGEST - 105)):
        with pytest.raises(EpisodeError, match="too far apart"):
            files.lay(name, at, b"abc")
    assert {name: len(laid) for name, laid in files.laid.items()} == {
        "00000000.seg": 103, "00000001.seg": 0,
    }  # fmt: skip


def test_a_manifest_that_names_a_batch_again_and_again_is_none(
    machine: Machine, memory: MemoryStore, tmp_path: Path
) -> None:
    machine.record(1)
    machine.send(memory)
    (key,) = memory.keys("manifests")
    manifest = read_manifest(memory.held.pop(key))
    many = manifest.model_copy(update={"batches": manifest.batches * 1000}).data
    memory.held[content_key("manifests", many)] = many
    memory.log.clear()
    assert len(collect(memory, tmp_path / "got").wrong) == 1
    assert [folder for verb, folder in memory.log if verb == "get"] == [
        content_key("manifests", many)
    ]


def test_a_tombstone_of_any_size_stops_nothing(
    machine: Machine, memory: MemoryStore, tmp_path: Path
) -> None:
    episode = machine.record(1)
    machine.send(memory)
    memory.held["tombstones/big"] = bytes(2 << 20)
    found = collect(memory, tmp_path / "got")
    assert found.episodes == [episode]
    assert list(found.wrong) == ["tombstones/big"]


def test_damage_is_told_and_the_rest_is_written(
    machine: Machine, memory: MemoryStore, tmp_path: Path
) -> None:
    machine.record(2)
    machine.send(memory)
    bad = memory.keys("batches")[0]
    good = machine.record(2)
    machine.send(memory)
    memory.held[bad] = memory.held[bad][:-1] + b"x"
    memory.held["tombstones/" + "ab" * 16 + ".tombstone"] = b"nonsense"
    memory.held["manifests/" + "cd" * 32] = b"{}"
    found = collect(memory, tmp_path / "got")
    assert found.episodes == [good]
    assert len(found.wrong) == 3
    assert {p.name for p in (tmp_path / "got").iterdir() if not p.name.endswith(".part")} == {good}
