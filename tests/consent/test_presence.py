"""What is claimed about the person's presence is what was seen, and no more."""

from __future__ import annotations

import json

import pytest

from nodreel.consent import presence as module
from nodreel.consent.presence import TYPED, Proof, prove, strongest, understood
from nodreel.host import keyboards as host
from nodreel.policy import Presence


def told(**changed: object) -> bytes:
    return json.dumps({"found": "physical", "sources": [12]} | changed).encode()


def test_digits_by_hand_are_a_proof_and_the_receipt_says_from_which_device() -> None:
    how = "typed-phrase+digits-by-hand(xinput2-source=12,14)"
    assert understood(told(sources=[12, 14])) == Proof(Presence.PHYSICAL, how)


@pytest.mark.parametrize(
    "said",
    [
        b"", b"physical", b"[" * 5000, b"[]", told(found="program"), told(found="silence"),
        told(found=True), told(sources=[]), told(sources=None), told(sources=["x"]),
        told(sources=[float("inf")]), told(sources=[float("nan")]),
        told(sources=list(range(17))), told(found="reauthenticated"), told() * 2,
    ],
)  # fmt: skip
def test_anything_else_proves_nothing(said: bytes) -> None:
    assert understood(said) == TYPED


def test_where_nothing_is_wanted_no_window_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ask", lambda _: pytest.fail("asked"))
    assert prove(Presence.SYNTHETIC, lambda _: pytest.fail("said")) == TYPED


def test_each_time_other_digits_are_told_and_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(module, "_ask", lambda digits: asked.append(digits) or told())
    said: list[str] = []
    for _ in range(8):
        assert prove(Presence.PHYSICAL, said.append).presence is Presence.PHYSICAL
    assert said == asked
    assert len(set(said)) > 1
    assert all(len(one) == 6 and one.isdigit() for one in said)


def test_a_window_that_cannot_open_proves_nothing() -> None:
    """A real process, without a display."""
    assert prove(Presence.PHYSICAL, lambda _: None) == TYPED


@pytest.mark.parametrize(
    ("env", "keyboards", "best"),
    [
        ({"DISPLAY": ":0"}, {"event0"}, Presence.PHYSICAL),
        ({"DISPLAY": ":0"}, set(), Presence.SYNTHETIC),
        ({"DISPLAY": "far:0"}, {"event0"}, Presence.SYNTHETIC),
        ({}, {"event0"}, Presence.SYNTHETIC),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "w"}, {"event0"}, Presence.SYNTHETIC),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, {"event0"}, Presence.SYNTHETIC),
    ],
)
def test_more_is_promised_only_where_there_are_keyboards_and_an_x_server_of_this_machine(
    env: dict[str, str], keyboards: set[str], best: Presence, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(host, "keyboards", lambda: keyboards)
    assert strongest() is best
