"""nodreel selftest: what it wants before it begins; the test itself is in tests/selftest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.clock import SystemClock
from nodreel.paths import default_paths
from tests.cli.person import in_terminal, without_terminal
from tests.consent.yes import agree

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = default_paths()
    for folder in (paths.data.parent, paths.data, paths.grant.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    agree(paths, SystemClock())
    monkeypatch.setenv("DISPLAY", ":4711")


def test_it_wants_a_desktop() -> None:
    done = without_terminal("selftest")
    assert done.returncode == 69
    assert "no X11 desktop" in done.stderr


def test_it_wants_a_person(agreed: None) -> None:
    done = without_terminal("selftest")
    assert done.returncode == 6
    assert "Nothing was started." in done.stderr


def test_it_wants_a_consent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    assert in_terminal("selftest").code == 77


def test_it_says_what_it_will_do_and_begins_only_after_a_yes(agreed: None, tmp_path: Path) -> None:
    output = tmp_path / "page.html"
    done = in_terminal("selftest", "-o", str(output), reply=lambda _: "n")
    assert done.code == 130
    assert "folder and key are gone at the end" in " ".join(done.text.split())
    assert not output.exists()


def test_a_no_in_its_ceremony_ends_it_and_leaves_nothing(
    agreed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    done = in_terminal(
        "selftest", "-o", str(tmp_path / "page.html"),
        reply=lambda shown: "y" if shown.rstrip().endswith("]:") else "refuse",
    )  # fmt: skip
    assert done.code == 6, done.text
    assert "Without your yes there is no test." in done.text
    assert not list(tmp_path.glob("nodreel-selftest-*"))
