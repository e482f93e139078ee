from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from nodreel.episode.folder import Folder
from nodreel.errors import StoreError
from nodreel.events import Nanos
from nodreel.paths import Paths
from nodreel.store import Store
from tests.episode.studio import Studio, key

if TYPE_CHECKING:
    from pathlib import Path


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


@pytest.fixture
def sent(store: Store, studio: Studio) -> tuple[str, str]:
    """An episode that was sent, and the hash of its headers."""
    episode = studio.record([key(0), key(5000)], seal_every=1).name
    store.release_early(episode)
    return episode, hashlib.sha256((studio.only() / "chain.jsonl").read_bytes()).hexdigest()


def test_what_is_just_being_cut_is_not_forgotten(
    store: Store, studio: Studio, sent: tuple[str, str]
) -> None:
    """Its segment has another name already, its headers do not say so yet."""
    segment = next(studio.only().glob("*.seg"))
    segment.rename(segment.with_suffix(".gone"))
    with pytest.raises(StoreError, match="not what was sent"):
        store.forget_sent(*sent)
    assert [e.id for e in store.episodes()] == [sent[0]]


@pytest.mark.parametrize("how", ["finish", "delete_all", "delete_episode", "delete_range", "cut"])
def test_stopped_before_it_was_compared_it_is_an_episode_like_any(
    store: Store, studio: Studio, paths: Paths, sent: tuple[str, str], how: str
) -> None:
    folder = studio.only()
    folder.rename(folder.with_name(folder.name + ".leaving"))
    assert store.episodes() == []
    match how:
        case "finish":
            store.finish()
            assert [e.id for e in store.episodes()] == [sent[0]]
            store.forget_sent(*sent)
        case "delete_all":
            store.delete_all()
        case "delete_episode":
            store.delete_episode(sent[0])
        case "delete_range":
            store.delete_range(studio.clock.wall(), studio.clock.wall())
        case _:
            store.cut(sent[0], Nanos(0), Nanos(1 << 62))
    assert list(paths.episodes.iterdir()) == []


def test_what_could_not_be_deleted_is_not_said_to_be(
    store: Store, paths: Paths, sent: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "remove", lambda *_: None)
        with pytest.raises(StoreError, match="not all of it can be deleted"):
            store.forget_sent(*sent)
    assert [p.name for p in paths.episodes.iterdir()] == [f"{sent[0]}.sent"]
    store.finish()
    assert list(paths.episodes.iterdir()) == []
