from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.dataset.spool import Spool
from nodreel.episode import open_episode
from nodreel.errors import StoreError
from tests.dataset.people import Person

if TYPE_CHECKING:
    from pathlib import Path

    from tests.dataset.folder import Folder


def test_pictures_come_back_in_order_without_their_pixels(folder: Folder, tmp_path: Path) -> None:
    (name,) = folder.record(Person(1), rounds=3)
    pictures = list(open_episode(folder.episodes / name, folder.secret).frames())
    with Spool(tmp_path / "spool") as spool:
        for number, picture in enumerate(pictures):
            spool.add(picture, bytes([number]) * number)
        assert spool.dones == [p.done for p in pictures]
        back = list(spool)
        assert [(p.done, image) for p, image in back] == [
            (p.done, bytes([n]) * n) for n, p in enumerate(pictures)
        ]
        assert not any(p.tiles for p, _ in back)
    assert not (tmp_path / "spool").exists()


def test_it_is_said_when_there_is_no_room(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="Cannot write"):
        Spool(tmp_path / "missing" / "spool")
