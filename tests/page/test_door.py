"""The door is a file for its owner's eyes, and leads to the page that was wanted, once."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from nodreel.errors import StoreError
from nodreel.page import door as door_module
from nodreel.page.door import door, open_browser, take_first, want_first, write_door
from tests.bed.waiting import wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.paths import Paths


def test_only_its_owner_can_read_the_key(paths: Paths) -> None:
    write_door(paths, "http://127.0.0.1:1/enter?key=k&x=<>")
    assert stat.S_IMODE(door(paths).stat().st_mode) == 0o600
    assert "url=http://127.0.0.1:1/enter?key=k&amp;x=&lt;&gt;" in door(paths).read_text()


def test_a_page_is_wanted_once(paths: Paths) -> None:
    want_first(paths, "review")
    assert take_first(paths) == "/review"
    assert take_first(paths) == "/"


@pytest.mark.parametrize("noted", ["//evil.example", "nowhere", "review/../x", ""])
def test_nothing_else_is_led_to(paths: Paths, noted: str) -> None:
    want_first(paths, noted)
    assert take_first(paths) == "/"


def test_a_browser_is_given_the_file_and_not_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    opener = tmp_path / "bin" / "xdg-open"
    opener.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/told\n')
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin")
    open_browser(tmp_path / "a b.html")
    told = tmp_path / "told"
    wait_for(lambda: told.exists() and told.read_text().endswith("\n"), "the browser")
    assert told.read_text() == f"{(tmp_path / 'a b.html').as_uri()}\n"


def test_without_a_browser_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door_module.shutil, "which", lambda _: None)
    with pytest.raises(StoreError) as told:
        open_browser(tmp_path / "x.html")
    assert str(tmp_path / "x.html") in told.value.advice
