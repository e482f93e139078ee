"""The engine itself, on real sealed episodes; only in ``scripts/test --lane dataset``."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
from typing import TYPE_CHECKING

import numpy as np
import pytest

from nodreel.dataset.build import TABLES
from nodreel.episode import open_episode
from nodreel.episode.chain import CHAIN
from nodreel.export.source import read_source
from tests.bed.waiting import wait_for
from tests.dataset.cluster import cluster
from tests.dataset.engine import build, files, look, start
from tests.dataset.folder import Folder
from tests.dataset.people import Person
from tests.findings import found

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.dataset

COUNTS = (125, 250, 500, 1000)
EACH = 5  # episodes of one person


def record(folder: Folder, count: int, rounds: int = 6) -> Folder:
    for number in range(count // EACH):
        folder.record(Person(number, apps=(f"app{number % 7}",)), EACH, rounds)
    return folder


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """As many episodes as the largest build takes."""
    return record(Folder(tmp_path_factory.mktemp("many")), COUNTS[-1])


def some(many: Folder, home: Path, count: int) -> Folder:
    """A folder with the first so many of them, which share their bytes."""
    folder = Folder(home, many.secret)
    for name in sorted(p.name for p in many.episodes.iterdir())[:count]:
        shutil.copytree(many.episodes / name, folder.episodes / name, copy_function=os.link)
    return folder


def exponent(sizes: tuple[int, ...], values: list[float]) -> float:
    """Return b of the best a * size ** b."""
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])


def test_rows_are_what_the_reader_says(folder: Folder) -> None:
    people = [Person(n, apps=(f"app{n}",)) for n in range(6)]
    names = [name for person in people for name in folder.record(person, 2)]
    build(folder, folder.target)
    seen = look(folder.target)
    assert seen["wrong"] == 0
    for name in names:
        source = read_source(open_episode(folder.episodes / name, folder.secret))
        assert seen["actions"][name] == len(source.actions)
        assert seen["episodes"][name]["score"] == 1.0
        shown = {
            str(p.done): hashlib.sha256(p.pixels).hexdigest()
            for p in source.pictures(source.keyframes, lambda *_: None)
        }
        assert seen["frames"][name] == shown
    assert len(seen["splits"]) == len(people)
    card = json.loads((folder.target / "card.json").read_bytes())
    assert sum(s["episodes"] for s in card["splits"].values()) == len(names)
    told = json.loads((folder.target / "dataset.json").read_bytes())
    assert told["complete"]
    listed = (folder.target / "files.jsonl").read_bytes()
    assert told["files_sha256"] == hashlib.sha256(listed).hexdigest()
    tables = [json.loads(line) for line in listed.splitlines()]
    assert len(tables) == len(list(folder.target.rglob("*.parquet")))
    for file in tables:
        data = (folder.target / file["name"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["size"], file["sha256"])


def test_what_cannot_be_used_costs_itself_alone(folder: Folder) -> None:
    good = [n for p in range(4) for n in folder.record(Person(p), 2)]
    bad = [n for p in range(10, 15) for n in folder.record(Person(p))]
    places = [folder.episodes / name for name in bad]
    segment = next(places[0].glob("*.seg"))
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.write_bytes(data)
    chain = places[1] / CHAIN
    lines = chain.read_bytes().splitlines(keepends=True)
    chain.write_bytes(b"".join(lines[:-1]))  # the end is missing
    chain = places[2] / CHAIN
    chain.write_bytes(chain.read_bytes().replace(b'"first":', b'"first" :', 1))  # a byte more
    next(places[3].glob("*.seg")).unlink()
    foreign = Folder(folder.home / "foreign")
    (name,) = foreign.record(Person(20))
    shutil.move(foreign.episodes / name, folder.episodes / name)
    bad[4:] = [*bad[4:], name]
    (folder.episodes / bad[4] / CHAIN).write_bytes(b"no chain\n")
    build(folder, folder.target)
    seen = look(folder.target)
    assert sorted(seen["episodes"]) == sorted(good)
    assert sorted(seen["actions"]) == sorted(good)
    lines = (folder.target / "held.jsonl").read_bytes().splitlines()
    held = {line["episode"]: line["reason"] for line in map(json.loads, lines)}
    assert sorted(held) == sorted(bad)
    assert "sealed to another key" in held[name]
    assert "no last line" in held[bad[1]]
    assert str(folder.home) not in "".join(held.values())


def test_time_is_linear_and_memory_flat(many: Folder, tmp_path: Path) -> None:
    costs = []
    for count in COUNTS:
        folder = some(many, tmp_path / str(count), count)
        costs.append(build(folder, folder.target))
        shutil.rmtree(folder.target)
    memory = exponent(COUNTS, [float(c.peak) for c in costs])
    line = np.polyfit(COUNTS, [c.cpu for c in costs], 1)
    off = max(abs(c.cpu / (line[0] * n + line[1]) - 1) for n, c in zip(COUNTS, costs, strict=True))
    for count, cost in zip(COUNTS, costs, strict=True):
        print(f"{count:5} episodes: {cost.cpu:6.1f} CPU s, {cost.wall:6.1f} s, "
              f"peak {cost.peak / 2**20:5.0f} MiB")  # fmt: skip
    print(f"memory grows with the power {memory:.3f}; time is {line[1]:.1f} s + "
          f"{line[0] * 1000:.1f} ms an episode, at most {off:.1%} off that line")  # fmt: skip
    assert memory <= 0.1
    assert off <= 0.2


def test_a_killed_build_goes_on_and_comes_out_the_same(many: Folder, tmp_path: Path) -> None:
    folder = some(many, tmp_path / "250", 250)
    build(folder, tmp_path / "whole")
    kills = 0
    for after in (1, 3, 6):  # shards
        going = start(folder, folder.target)
        notes = folder.target / "shards"
        wait_for(lambda: len(list(notes.glob("*.json"))) >= after, "shards", 300)  # noqa: B023
        os.killpg(going.pid, signal.SIGKILL)
        going.communicate()
        kills += 1
        assert not json.loads((folder.target / "dataset.json").read_bytes())["complete"]
    done = len(list((folder.target / "shards").iterdir()))
    said = build(folder, folder.target).said
    assert f"{done:,} of them there already" in said
    assert files(folder.target) == files(tmp_path / "whole")
    again = build(folder, folder.target)
    assert files(folder.target) == files(tmp_path / "whole")
    assert again.cpu < 10
    found("C13", "kills of a data set's build, which came out the same", kills)


def test_who_withdrew_leaves_no_row(many: Folder, tmp_path: Path) -> None:
    folder = some(many, tmp_path / "250", 250)
    build(folder, folder.target)
    before = files(folder.target)
    people = {Person(n).consent: Person(n) for n in range(COUNTS[-1] // EACH)}
    there = look(folder.target)["consents"]
    gone = [people[consent] for consent in sorted(there)[:3]]
    for person in gone:
        folder.bury(person)
    build(folder, folder.target)
    seen = look(folder.target)
    for person in gone:
        assert there[person.consent] > 0
        assert person.consent not in seen["consents"]
        assert person.consent not in {e["consent"] for e in seen["episodes"].values()}
    assert seen["consents"].keys() == there.keys() - {p.consent for p in gone}
    after = files(folder.target)
    tables = {n for n in before if n.startswith(TABLES)}
    kept = tables & after.keys()
    assert all(before[name] == after[name] for name in kept)
    assert len(tables - kept) <= 2 * len(TABLES) * len(gone)
    build(folder, tmp_path / "afresh")
    assert files(tmp_path / "afresh") == after
    found("C9", "withdrawn people, of whom a data set built again holds no row", len(gone))


def test_a_cluster_makes_the_same_bytes(many: Folder, tmp_path: Path) -> None:
    folder = some(many, tmp_path / "125", 125)
    build(folder, tmp_path / "here", "--workers", "1")
    build(folder, tmp_path / "two", "--workers", "2")
    with cluster(workers=2) as address:
        build(folder, tmp_path / "cluster", "--workers", "2", "--ray", address)
    assert files(tmp_path / "here") == files(tmp_path / "two")
    assert files(tmp_path / "here") == files(tmp_path / "cluster")
    print(f"{len(files(tmp_path / 'here'))} files, the same bytes from one process, two processes "
          "and two workers of a Ray cluster")  # fmt: skip
