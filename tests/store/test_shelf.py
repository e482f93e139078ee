from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.episode.folder import Folder
from nodreel.events import SECOND
from nodreel.store.shelf import shelved
from tests.episode.studio import WALL, Studio, at, key

if TYPE_CHECKING:
    from pathlib import Path


def test_a_glance_says_what_is_there(tmp_path: Path) -> None:
    studio = Studio(tmp_path / "episodes")
    folder = studio.record([key(0), key(2500)], 1)
    with Folder(studio.folder) as root:
        (found,) = shelved(root)
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
        assert [e.id for e in shelved(root)] == [folder.name]


def test_local_files_of_strangers_are_not_believed(tmp_path: Path) -> None:
    studio = Studio(tmp_path / "episodes")
    folder = studio.record([key(0)])
    (folder / "local.json").write_text('{"wall": "now", "mono": [1]}')
    with Folder(studio.folder) as root:
        (found,) = shelved(root)
    assert (found.started, found.mono) == (None, None)
