from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from nodreel.consent.tombstone import LARGEST
from nodreel.dataset.places import LocalPlace
from nodreel.dataset.survey import Survey, survey
from nodreel.episode.chain import CHAIN
from tests.dataset.people import Person

if TYPE_CHECKING:
    from tests.dataset.folder import Folder


def looked(folder: Folder) -> Survey:
    return survey(LocalPlace(str(folder.episodes)))


def test_episodes_are_known_by_their_first_line(folder: Folder) -> None:
    one, two = Person(1), Person(2, purpose="other")
    ids = folder.record(one, 2) + folder.record(two)
    seen = looked(folder)
    assert [f.episode for f in seen.found] == sorted(ids)
    said = {f.episode: (f.consent, f.public_key, f.purpose, f.month) for f in seen.found}
    assert said[ids[2]] == (two.consent, two.public_key.hex(), "other", "2026-09")
    sizes = [p.stat().st_size for p in (folder.episodes / ids[0]).iterdir()]
    assert next(f.size for f in seen.found if f.episode == ids[0]) == sum(sizes)
    assert (seen.held, seen.tombstones, seen.unclear) == ({}, [], {})


def test_the_mark_changes_with_the_chain_and_with_each_file(folder: Folder) -> None:
    (name,) = folder.record(Person(1))
    before = looked(folder).found[0].mark
    assert looked(folder).found[0].mark == before
    segment = next((folder.episodes / name).glob("*.seg"))
    segment.write_bytes(segment.read_bytes() + b"x")
    grown = looked(folder).found[0].mark
    chain = folder.episodes / name / CHAIN
    text = chain.read_bytes()
    chain.write_bytes(text[:-3] + b"00\n")
    assert len({before, grown, looked(folder).found[0].mark}) == 3


@pytest.mark.parametrize("how", ["no chain", "empty", "torn", "forged", "renamed", "not json"])
def test_what_has_no_signed_first_line_is_held_back(folder: Folder, how: str) -> None:
    (name,) = folder.record(Person(1))
    chain = folder.episodes / name / CHAIN
    text = chain.read_bytes()
    match how:
        case "no chain":
            chain.unlink()
        case "empty":
            chain.write_bytes(b"")
        case "torn":
            chain.write_bytes(text[:100])
        case "forged":
            chain.write_bytes(text.replace(b'"2026-09"', b'"2026-08"'))
        case "renamed":
            shutil.move(folder.episodes / name, folder.episodes / name[::-1])
        case _:
            chain.write_bytes(b"[" * 2000 + b"\n")
    seen = looked(folder)
    assert seen.found == []
    assert len(seen.held) == 1
    assert all(seen.held.values())


def test_tombstones_are_read_wherever_they_lie(folder: Folder) -> None:
    person = Person(1)
    folder.bury(person)
    (folder.episodes / "orders").mkdir()
    name, data = Person(2).tombstone()
    (folder.episodes / "orders" / name).write_bytes(data)
    (folder.episodes / "notes.txt").write_text("x")
    seen = looked(folder)
    assert sorted(s.consent for s in seen.tombstones) == sorted([person.consent, Person(2).consent])
    assert seen.others == 1


def test_a_folder_within_an_episode_parts_nothing(folder: Folder) -> None:
    (name,) = folder.record(Person(1))
    before = looked(folder).found
    inner = folder.episodes / name / "b"  # between its files, in the order of names
    inner.mkdir()
    (inner / "x").write_bytes(b"x")
    stone, data = Person(2).tombstone()
    (inner / stone).write_bytes(data)
    seen = looked(folder)
    assert (seen.found, seen.held, seen.others) == (before, {}, 1)
    assert [s.consent for s in seen.tombstones] == [Person(2).consent]


@pytest.mark.parametrize("data", [b"", b"{}", b"x" * (LARGEST + 5)])
def test_a_tombstone_that_cannot_be_read_is_named(folder: Folder, data: bytes) -> None:
    (folder.episodes / "a.tombstone").write_bytes(data)
    assert list(looked(folder).unclear) == ["a.tombstone"]


def test_links_are_not_followed(folder: Folder) -> None:
    (name,) = folder.record(Person(1))
    real = folder.home / "elsewhere"
    shutil.move(folder.episodes / name, real)
    (folder.episodes / name).symlink_to(real)
    assert looked(folder).found == []
