"""The entries as the programs that read them take them: systemd itself, and the desktop's rules."""

from __future__ import annotations

import subprocess
import sys
from configparser import RawConfigParser
from typing import TYPE_CHECKING

import pytest

from nodreel.host.startup import autostart, launcher, unit

if TYPE_CHECKING:
    from pathlib import Path

HOMES = ["/home/a b", '/home/o"k', "/home/100%", "/home/$x`y", "/home/back\\slash"]


def parsed(text: str) -> RawConfigParser:
    parser = RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[method-assign, assignment]
    parser.read_string(text)
    return parser


@pytest.mark.parametrize("home", HOMES)
def test_a_desktop_entry_starts_exactly_the_command(home: str) -> None:
    line = parsed(autostart(["/usr/bin/python3", "-m", "nodreel.agent"], {"NODREEL_HOME": home}))
    value = line["Desktop Entry"]["Exec"].replace("\\\\", "\\").replace("%%", "%")
    shell = subprocess.run(
        ["/bin/sh", "-c", f"printf '%s\\n' {value}"], capture_output=True, text=True, check=True
    )
    assert shell.stdout.splitlines() == [
        "/usr/bin/env", f"NODREEL_HOME={home}", "/usr/bin/python3", "-m", "nodreel.agent",
    ]  # fmt: skip


def test_the_menu_offers_to_pause_and_to_withdraw() -> None:
    entry = parsed(launcher(["nodreel"], {"PATH": "/bin"}))
    assert entry["Desktop Entry"]["Exec"] == '"nodreel" "open"'
    assert entry["Desktop Action withdraw"]["Exec"] == '"nodreel" "open" "--withdraw"'
    for action in entry["Desktop Entry"]["Actions"].strip(";").split(";"):
        assert f"Desktop Action {action}" in entry


@pytest.mark.parametrize("home", HOMES)
def test_systemd_takes_the_unit(tmp_path: Path, home: str) -> None:
    file = tmp_path / "nodreel.service"
    text = unit([sys.executable, "-P", "-m", "nodreel.agent"], {"NODREEL_HOME": home})
    file.write_text(text.replace("Documentation=man:nodreel(1)\n", ""))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "nodreel.service" not in done.stderr, done.stderr
    assert "Restart=on-failure\n" in text
