from __future__ import annotations

import pytest

from nodreel.errors import UnsupportedError
from nodreel.host.session import refuse_unsupported


@pytest.mark.parametrize(
    "session",
    [
        {"XDG_SESSION_TYPE": "wayland"},
        {"XDG_SESSION_TYPE": "wayland", "DISPLAY": ":0"},
        {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"},
        {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"},
    ],
)
def test_wayland_is_refused_with_advice(
    monkeypatch: pytest.MonkeyPatch, session: dict[str, str]
) -> None:
    for name, value in session.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UnsupportedError, match="Wayland") as refused:
        refuse_unsupported()
    assert "X11" in refused.value.advice


def test_no_display_is_refused_with_advice() -> None:
    with pytest.raises(UnsupportedError, match="DISPLAY") as refused:
        refuse_unsupported()
    assert "session" in refused.value.advice


def test_an_x11_session_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("XDG_SESSION_TYPE", "x11")
    refuse_unsupported()
