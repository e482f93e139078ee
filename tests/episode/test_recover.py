from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.episode import open_episode, recover
from tests.episode.studio import Studio, key

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def crashed(studio: Studio) -> Path:
    """An episode of two segments without an end."""
    writer = studio.writer()
    for ms in (0, 10):
        writer.add(key(ms))
        writer.seal()
    return studio.only()


def run(studio: Studio) -> list[str]:
    return recover(studio.folder, studio.signing.sign, studio.public_key)


def test_an_open_episode_is_closed_once_and_says_recovered(studio: Studio, crashed: Path) -> None:
    assert run(studio) == [crashed.name]
    assert run(studio) == []
    episode = studio.read()
    assert (episode.state, episode.verify()) == ("recovered", [])
    assert len(list(episode.events())) == 2


def test_a_closed_episode_is_left_as_it_is(studio: Studio) -> None:
    folder = studio.record([key(0)])
    before = (folder / "chain.jsonl").read_bytes()
    assert run(studio) == []
    assert (folder / "chain.jsonl").read_bytes() == before


@pytest.mark.parametrize("what", ["file", "link", "dangling"])
def test_what_only_is_called_like_an_episode_stops_no_start(
    studio: Studio, crashed: Path, tmp_path: Path, what: str
) -> None:
    odd = crashed.with_name("0" * 26)
    if what == "file":
        odd.write_text("mine")
    else:
        odd.symlink_to(tmp_path if what == "link" else tmp_path / "nothing")
    assert run(studio) == [crashed.name]
    assert odd.is_symlink() or odd.read_text() == "mine"


@pytest.mark.parametrize("torn", [b"{", b'{"consent":"C', b"\x00" * 300])
def test_a_torn_line_is_cut_off(studio: Studio, crashed: Path, torn: bytes) -> None:
    with (crashed / "chain.jsonl").open("ab") as chain:
        chain.write(torn)
    assert run(studio) == [crashed.name]
    assert studio.read().verify() == []


def test_what_no_header_counts_is_removed(studio: Studio, crashed: Path) -> None:
    (crashed / "00000002.seg").write_bytes(b"whatever somebody put there")
    (crashed / ".00000002.seg.abcd.tmp").write_bytes(b"half")
    (crashed / "00000003.seg").mkdir()
    (crashed / "notes.txt").write_text("not ours")
    run(studio)
    assert sorted(p.name for p in crashed.iterdir()) == [
        "00000000.seg", "00000001.seg", "00000003.seg", "chain.jsonl", "local.json", "notes.txt",
    ]  # fmt: skip


def test_an_episode_that_never_began_is_removed(studio: Studio, crashed: Path) -> None:
    empty = studio.folder / ("B" * 26)
    empty.mkdir()
    (empty / "local.json").write_text("{}")
    run(studio)
    assert not empty.exists()


def test_an_episode_of_another_key_stays_open_but_readable(
    studio: Studio, crashed: Path, tmp_path: Path
) -> None:
    other = Studio(tmp_path)
    assert recover(studio.folder, other.signing.sign, other.public_key) == []
    episode = open_episode(crashed, studio.identity)
    assert episode.state == "open"
    assert len(list(episode.events())) == 2


def test_a_chain_that_is_gone_or_unreadable_is_not_ours_to_judge(
    studio: Studio, crashed: Path
) -> None:
    chain = crashed / "chain.jsonl"
    kept = chain.read_bytes()
    for data in (None, b"nonsense\n"):
        chain.unlink(missing_ok=True)
        if data is not None:
            chain.write_bytes(data)
        assert run(studio) == []
        assert (crashed / "00000000.seg").exists()
    chain.write_bytes(kept)
    assert run(studio) == [crashed.name]


def test_other_names_are_not_touched(studio: Studio, crashed: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / ".x.tmp").write_text("mine")
    (studio.folder / "elsewhere").symlink_to(victim)
    run(studio)
    assert (victim / ".x.tmp").exists()
