from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.consent import check_grant
from nodreel.consent.highwater import mark_path, open_high_water, start_high_water
from nodreel.errors import GrantError
from nodreel.events import SECOND
from nodreel.paths import Paths
from tests.consent.clocks import DAY, START, TurnedClock
from tests.consent.yes import agree
from tests.policy.samples import policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "data", tmp_path / "run", tmp_path / "config", tmp_path / "etc")


def test_it_follows_the_wall_clock_forward(paths: Paths) -> None:
    clock = TurnedClock()
    assert start_high_water(paths, clock) == START
    mark = open_high_water(paths, clock)
    clock.pass_time(5 * SECOND)
    assert mark.now() == START + 5 * SECOND
    clock.turn_wall(DAY)
    assert mark.now() == START + DAY + 5 * SECOND


@pytest.mark.parametrize("back", [SECOND, DAY, 3650 * DAY])
def test_a_clock_set_back_goes_on_by_the_monotonic_one(paths: Paths, back: int) -> None:
    clock = TurnedClock()
    start_high_water(paths, clock)
    mark = open_high_water(paths, clock)
    clock.pass_time(10 * SECOND)
    before = mark.now()
    clock.turn_wall(-back)
    assert mark.now() == before
    clock.pass_time(7 * SECOND)
    assert mark.now() == before + 7 * SECOND


def test_a_restart_with_the_clock_set_back_goes_on_from_what_was_kept(paths: Paths) -> None:
    clock = TurnedClock()
    start_high_water(paths, clock)
    mark = open_high_water(paths, clock)
    clock.pass_time(DAY)
    mark.now()
    clock.turn_wall(-30 * DAY)
    again = open_high_water(paths, clock)
    assert again.now() == START + DAY
    clock.pass_time(SECOND)
    assert again.now() == START + DAY + SECOND


def test_it_is_kept_every_minute_and_not_every_second(paths: Paths) -> None:
    clock = TurnedClock()
    start_high_water(paths, clock)
    mark = open_high_water(paths, clock)
    written = []
    for _ in range(300):
        clock.pass_time(SECOND)
        mark.now()
        written.append(mark_path(paths).read_text())
    assert 5 <= len(set(written)) <= 7
    assert START + 300 * SECOND - int(written[-1]) <= 60 * SECOND


def remove(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def write(text: bytes) -> Callable[[Path], None]:
    def do(path: Path) -> None:
        path.write_bytes(text)

    return do


@pytest.mark.parametrize(
    "damage",
    [remove, empty, link, write(b"x\n"), write(b"-5\n"), write(b"1" * 40), write(b"1_0\n"),
     write(b" 10\n"), write("\uff11\n".encode()), write(b"\xff\n"), write(b"10")],
)  # fmt: skip
def test_without_its_mark_no_consent_counts(paths: Paths, damage: Callable[[Path], None]) -> None:
    start_high_water(paths, TurnedClock())
    damage(mark_path(paths))
    with pytest.raises(GrantError, match="clock mark"):
        open_high_water(paths, TurnedClock())


def test_an_end_is_kept_at_once(paths: Paths) -> None:
    clock = TurnedClock()
    grant = agree(paths, clock, policy())
    clock.pass_time(180 * DAY - SECOND)
    check_grant(grant, paths, clock)
    clock.pass_time(SECOND)
    with pytest.raises(GrantError, match="ended on"):
        check_grant(grant, paths, clock)
    assert int(mark_path(paths).read_text()) >= grant.expires
