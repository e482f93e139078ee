from __future__ import annotations

import pytest

from nodreel.desktop.x11.path import BATCH, FULL, KEYS, PROBE, ROOM, SLOWLY, Path
from nodreel.events import MILLISECOND, SECOND, Nanos

NOW = Nanos(100 * SECOND)


@pytest.fixture
def path() -> Path:
    """One that was fetched just now."""
    made = Path(NOW, told=True)
    assert made.due == NOW
    made.fetched(NOW, found=True, more=False)
    return made


def still(path: Path) -> Nanos:
    later = Nanos(NOW + PROBE)
    path.fetched(later, found=False, more=False)
    return later


def test_a_path_that_is_handed_out_is_fetched_a_moment_later(path: Path) -> None:
    assert path.wakes
    path.moved(NOW)
    assert path.due == NOW + BATCH
    assert not path.wakes
    path.moved(Nanos(NOW + BATCH - 1))
    assert path.due == NOW + BATCH


def test_keys_let_it_wait(path: Path) -> None:
    path.typed(NOW)
    assert path.due == NOW + KEYS


def test_what_has_to_wait_is_fetched_again(path: Path) -> None:
    path.fetched(NOW, found=True, more=True)
    assert path.due == NOW + BATCH


def test_while_nobody_is_there_it_is_not_fetched_until_somebody_is_back(path: Path) -> None:
    assert path.due == NOW + PROBE
    later = still(path)
    assert path.due is None
    path.moved(later)
    assert path.due == later + BATCH


def test_a_moment_without_anything_is_not_yet_rest(path: Path) -> None:
    path.fetched(Nanos(NOW + PROBE - 1), found=False, more=False)
    assert path.due is not None


def test_a_server_that_does_not_tell_is_asked_again_and_again() -> None:
    path = Path(NOW, told=False)
    path.fetched(NOW, found=False, more=False)
    later = still(path)
    assert path.due == later + PROBE


def test_while_nobody_wants_to_know_it_is_only_kept_from_growing(path: Path) -> None:
    path.listen(NOW, closely=False)
    path.fetched(NOW, found=True, more=True)
    assert path.due == NOW + SLOWLY
    assert not path.wakes
    path.moved(NOW)
    assert path.due == NOW + SLOWLY
    path.listen(NOW, closely=True)
    assert path.due == NOW


def test_moves_between_keys_do_not_wait_for_keys(path: Path) -> None:
    """While keys let it wait, a socket that fills is noticed."""
    path.typed(NOW)
    assert path.wakes
    path.moved(Nanos(NOW + SECOND // 10))
    assert path.due == NOW + SECOND // 10 + BATCH


def test_the_faster_it_comes_the_sooner_the_socket_is_emptied(path: Path) -> None:
    assert path.full is None
    path.moved(NOW)
    assert path.full == NOW + ROOM
    now = Nanos(NOW + ROOM)
    path.emptied(now, 4 * FULL)  # as fast as no hand, but a program
    assert path.full == now + ROOM // 4
    assert path.due == NOW + BATCH, "that it was emptied does not fetch it"
    path.fetched(now, found=True, more=False)
    assert path.full is None
    path.moved(now)
    assert path.full == now + ROOM // 4, "it is remembered how fast it came"
    path.emptied(Nanos(now + 100 * MILLISECOND), 1)
    assert path.full == now + 100 * MILLISECOND + ROOM


def test_a_socket_nobody_wants_to_read_is_not_emptied(path: Path) -> None:
    path.listen(NOW, closely=False)
    path.moved(NOW)
    path.emptied(NOW, 1)
    assert path.full is None
