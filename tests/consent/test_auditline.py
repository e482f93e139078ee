from __future__ import annotations

import hashlib

import pytest

from nodreel.consent.auditline import (
    LONGEST,
    NOTHING,
    head_signed,
    line_hash,
    parsed,
    remnant,
    reset_signed,
)
from nodreel.policy import canonical


def line(**changes: object) -> bytes:
    found = {"n": 0, "event": "paused", "data": {}, "prev": NOTHING} | changes
    return canonical(found | {"hash": line_hash(found)})


def test_a_line_is_read_only_as_it_is_written() -> None:
    good = line()
    assert parsed(good)
    assert parsed(good + b" ") is None
    assert parsed(good.replace(b"paused", b"Paused")) is None
    assert parsed(line(data={"x": "a" * LONGEST})) is None


@pytest.mark.parametrize("bad", [line(n="0"), line(data=[]), b"{}", b"[1]", b"[" * 9999, b"\xff"])
def test_anything_else_is_no_line(bad: bytes) -> None:
    assert parsed(bad) is None


def test_what_is_signed_is_bound_to_its_place() -> None:
    torn = remnant(b"abc")
    assert torn == {"torn": 3, "sha256": hashlib.sha256(b"abc").hexdigest()}
    one, two = ({"prev": prev * 64, "data": torn} for prev in "ab")
    assert reset_signed(one) != reset_signed(two)
    assert head_signed("2026-11-28", "a") != head_signed("2026-11-29", "a")
