from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from nodreel import desktop
from nodreel.desktop import open_accessibility, open_desktop, switch_accessibility_on
from nodreel.errors import NoConsentError, UnsupportedError
from nodreel.events import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bed.bed import Bed


@pytest.mark.parametrize("yes", [None, True, "yes", object()])
def test_nothing_opens_without_a_grant(on_bed: Bed, yes: Any) -> None:
    with pytest.raises(NoConsentError):
        open_desktop(yes)


@pytest.mark.parametrize("yes", [None, True, "yes", object()])
def test_no_app_is_asked_without_a_grant(on_bed: Bed, yes: Any, tmp_path: Path) -> None:
    with pytest.raises(NoConsentError):
        open_accessibility(yes, print)
    with pytest.raises(NoConsentError):
        switch_accessibility_on(yes, tmp_path / "found")
    assert not (tmp_path / "found").exists()


def test_accessibility_is_switched_on_only_where_that_was_ticked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    switched: list[Path] = []
    monkeypatch.setattr(desktop, "switch_on", lambda path: switched.append(path) or True)
    monkeypatch.setattr(desktop, "Grant", SimpleNamespace)
    refused: Any = SimpleNamespace(kinds=frozenset(set(Kind) - {Kind.ACCESSIBILITY}))
    with pytest.raises(NoConsentError):
        switch_accessibility_on(refused, tmp_path / "found")
    assert switched == []
    ticked: Any = SimpleNamespace(kinds=frozenset({Kind.ACCESSIBILITY}))
    assert switch_accessibility_on(ticked, tmp_path / "found")
    assert switched == [tmp_path / "found"]


def test_other_systems_are_refused_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop.sys, "platform", "plan9")
    monkeypatch.setattr(desktop, "Grant", object)
    with pytest.raises(UnsupportedError, match="plan9"):
        open_desktop(object())  # type: ignore[arg-type]
    with pytest.raises(UnsupportedError, match="plan9"):
        open_accessibility(object(), print)  # type: ignore[arg-type]
