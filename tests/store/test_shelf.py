from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.episode.folder import Folder
from nodreel.events import SECOND
from nodreel.store.hold import begin_hold
from nodreel.store.shelf import Shelf
from tests.episode.studio import WALL, Studio, at, key

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_glance_says_what_is_there(tmp_path: Path) -> None:
    studio = Studio(tmp_path / "episodes")
    folder = studio.record([key(0), key(2500)], 1)
    with Folder(studio.folder) as root:
        (found,) = Shelf().shelved(root)
    assert found.id == folder.name
    assert (found.state, found.segments, found.apps) == ("held", 2, ("editor",))
    assert found.length == 2.5 * SECOND
    assert found.started == WALL + at(0)
    assert found.bytes == sum(p.stat().st_size for p in folder.glob("*.seg"))


def test_what_is_no_episode_is_passed_over(tmp_path: Path) -> None:
    studio = Studio(tmp_path / "episodes")
    folder = studio.record([key(0)])
    (studio.folder / "notes").mkdir()
    (studio.folder / ("B" * 26)).mkdir()
    (studio.folder / ("C" * 26)).symlink_to(folder)
    with Folder(studio.folder) as root:
        assert [e.id for e in Shelf().shelved(root)] == [folder.name]


def test_local_files_of_strangers_are_not_believed(tmp_path: Path) -> None:
    studio = Studio(tmp_path / "episodes")
    folder = studio.record([key(0)])
    (folder / "local.json").write_text('{"wall": "now", "mono": [1]}')
    with Folder(studio.folder) as root:
        (found,) = Shelf().shelved(root)
    assert (found.started, found.mono) == (None, None)


def test_what_did_not_change_is_not_read_again_and_what_did_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio, shelf = Studio(tmp_path / "episodes"), Shelf()
    folder = studio.record([key(0)])
    read: list[str] = []
    real = Folder.read

    def reading(self: Folder, name: str, *how: int) -> bytes:
        read.append(name)
        return real(self, name, *how)

    monkeypatch.setattr(Folder, "read", reading)
    with Folder(studio.folder) as root:
        before = list(shelf.shelved(root))
        assert read
        read.clear()
        assert list(shelf.shelved(root)) == before
        assert read == []
        with root.open(folder.name) as episode:
            begin_hold(episode, studio.clock.wall())
        (found,) = shelf.shelved(root)
        assert found.hold is not None
        assert "hold.json" in read
