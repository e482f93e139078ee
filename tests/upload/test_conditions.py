from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from nodreel.clock import WallNanos
from nodreel.policy import Upload
from nodreel.upload.conditions import narrowed, why_wait

UPLOAD = Upload(to="s3://b", inbox_key="ab" * 32, max_kib_s=500, quiet_hours=("09:00-17:00",))


def at(hour: int, minute: int = 0) -> WallNanos:
    """A moment of the local day."""
    local = datetime(2026, 11, 28, hour, minute, tzinfo=UTC).astimezone()
    shift = local.utcoffset()
    assert shift is not None
    return WallNanos(int((local - shift).timestamp() * 1e9))


def why(upload: Upload, now: WallNanos, **said: Any) -> str | None:
    return why_wait(upload, now, **({"battery": None, "metered": False} | said))


@pytest.mark.parametrize(
    ("hours", "quiet", "not_quiet"),
    [
        ("09:00-17:00", [(9, 0), (16, 59)], [(8, 59), (17, 0), (0, 0)]),
        ("22:00-06:30", [(22, 0), (0, 0), (6, 29)], [(6, 30), (21, 59), (12, 0)]),
        ("00:00-00:00", [(0, 0), (12, 0), (23, 59)], []),
    ],
)
def test_quiet_hours(
    hours: str, quiet: list[tuple[int, int]], not_quiet: list[tuple[int, int]]
) -> None:
    upload = UPLOAD.model_copy(update={"quiet_hours": (hours,)})
    assert all(why(upload, at(*moment)) for moment in quiet)
    assert not any(why(upload, at(*moment)) for moment in not_quiet)


def test_on_battery_and_over_a_metered_connection_it_waits() -> None:
    assert why(UPLOAD, at(20)) is None
    assert "battery" in str(why(UPLOAD, at(20), battery=0.9))
    assert "volume" in str(why(UPLOAD, at(20), metered=True))
    assert why(UPLOAD, at(20), metered=None) is None  # nobody here knows
    free = UPLOAD.model_copy(update={"battery": True, "metered": True})
    assert why(free, at(20), battery=0.1, metered=True) is None


def test_the_person_can_take_away() -> None:
    found = narrowed(UPLOAD, {"max_kib_s": 100, "quiet_hours": ["18:00-19:00"]})
    assert isinstance(found, Upload)
    assert found.max_kib_s == 100
    assert found.quiet_hours == ("09:00-17:00", "18:00-19:00")
    assert found.to == UPLOAD.to


def test_the_person_cannot_widen() -> None:
    found = narrowed(UPLOAD, {"max_kib_s": 9999, "daily_mb": 100_000, "quiet_hours": []})
    assert found == UPLOAD


def test_who_switches_it_off_has_it_off() -> None:
    assert "switched sending off" in str(narrowed(UPLOAD, {"off": True}))
    assert isinstance(narrowed(UPLOAD, {"off": False}), Upload)


def test_who_wants_to_say_it_each_time_does() -> None:
    by_itself = UPLOAD.model_copy(update={"automatic": True})
    for own, wanted in (({}, True), ({"automatic": True}, True), ({"automatic": False}, False)):
        found = narrowed(by_itself, own)
        assert isinstance(found, Upload)
        assert found.automatic is wanted
    assert narrowed(UPLOAD, {"automatic": True}) == UPLOAD, "it takes away and adds nothing"


@pytest.mark.parametrize(
    "own",
    [{"off": "no"}, {"automatic": "no"}, {"automatic": 0}, {"to": "s3://mine"},
     {"battery": True}, {"max_kib_s": "fast"}, {"max_kib_s": -1},
     {"quiet_hours": "09:00-10:00"}, {"quiet_hours": ["nine"]},
     {"quiet_hours": [f"{n:02}:00-{n:02}:30" for n in range(20)]}],
)  # fmt: skip
def test_what_makes_no_sense_sends_nothing(own: dict[str, Any]) -> None:
    assert isinstance(narrowed(UPLOAD, own), str)
