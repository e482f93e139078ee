from __future__ import annotations

import pytest
from pydantic import ValidationError

from nodreel.policy import DesignatedApp
from nodreel.policy.interpreters import is_interpreter

RUNNERS = [
    "python", "python3", "python3.11", "python2.7-dbg", "pythonw.exe", "pypy3", "perl",
    "perl5.36.0", "ruby3.1", "node", "nodejs", "node-18", "java", "java-17", "bash", "sh", "dash",
    "zsh", "fish", "electron", "electron28", "wine", "wine64", "wine64-preloader", "mono-sgen",
    "dotnet", "php8.2", "lua5.4", "gjs-console", "env", "ld-linux-x86-64.so.2", "qemu-x86_64",
    "qemu-aarch64-static", "busybox", "Python3", "flatpak", "bwrap", "beam.smp", "awk",
]  # fmt: skip
APPS = [
    "mousepad", "chromium", "firefox-esr", "soffice.bin", "gimp-2.10", "nodered", "shotwell",
    "bashtop", "pythonista", "javafxapp", "gedit", "winefish", "envelope", "code", "rubyripper",
]  # fmt: skip


@pytest.mark.parametrize("name", RUNNERS)
def test_what_runs_anything_designates_nothing_by_itself(name: str) -> None:
    assert is_interpreter(f"/usr/bin/{name}")
    with pytest.raises(ValidationError, match="add `script`"):
        DesignatedApp(id="x", name="X", exe=f"/usr/bin/{name}")
    assert DesignatedApp(id="x", name="X", exe=f"/usr/bin/{name}", script="/usr/share/x/x").script


@pytest.mark.parametrize("name", APPS)
def test_programs_are_told_from_interpreters(name: str) -> None:
    assert not is_interpreter(f"/usr/bin/{name}")
