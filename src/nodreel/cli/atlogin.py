"""nodreel service: start with the desktop's login, to idle; recording needs a yes all the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import click

from nodreel.cli.answers import json_option
from nodreel.cli.reading import say_json
from nodreel.errors import StoreError
from nodreel.host import refuse_root
from nodreel.host.startup import autostart, launcher, unit

UNIT: Final = "nodreel.service"
PACKAGED: Final = Path("/usr/lib/systemd/user", UNIT)
"""Comes with a package, for everybody; a link to nowhere in the person's folder says no."""
_AGENT: Final = (sys.executable, "-P", "-m", "nodreel.agent")
_CLI: Final = (sys.executable, "-P", "-m", "nodreel.cli")
_PATIENCE_S: Final = 10.0
_NOT_FOR_ME: Final = "[Desktop Entry]\nType=Application\nName=nodreel\nHidden=true\n"


@click.group("service")
def service() -> None:
    """Start nodreel with your login. It starts to idle: recording needs your yes all the same.

    What you stopped stays stopped, over logins too, until you start it.
    """


@service.command()
@json_option
def install(*, as_json: bool) -> None:
    """Have it start at login, and put it into the desktop's menu."""
    refuse_root()
    if PACKAGED.exists():
        for way in ("systemd", "autostart"):  # where the person had said no to it
            _remove(_places()[way])
        _systemctl("daemon-reload")
        _tell("It starts with your next login, as the package has it.", as_json=as_json)
        return
    way = "systemd" if _systemctl("show-environment") else "autostart"
    files = {_places()["menu"]: launcher(_CLI, os.environ)}
    if way == "systemd":
        files[_places()["systemd"]] = unit(_AGENT, os.environ)
        _remove(_places()["autostart"])  # with both, both would start it
    else:
        files[_places()["autostart"]] = autostart(_AGENT, os.environ)
    for file, text in files.items():
        _write(file, text)
    if way == "systemd" and not (_systemctl("daemon-reload") and _systemctl("enable", UNIT)):
        raise StoreError(
            "systemd does not take the unit.", advice=f"Try: systemctl --user enable {UNIT}"
        )
    _tell("It starts with your next login. `nodreel start` starts it now.", as_json=as_json)


@service.command()
@json_option
def uninstall(*, as_json: bool) -> None:
    """Undo `install`. What is running goes on; `nodreel stop` stops it."""
    not_at_login()
    _tell("It does not start by itself any more.", as_json=as_json)


@service.command()
@json_option
def status(*, as_json: bool) -> None:
    """Say whether it starts at login, and by what."""
    found = _found()
    _tell("It starts at login." if found else "It does not start at login.", as_json=as_json)


def not_at_login() -> None:
    """Undo ``install``; where a package starts it for everybody, say no to that for this person."""
    if _places()["systemd"].exists():
        _systemctl("disable", UNIT)
    for file in _places().values():
        _remove(file)
    if PACKAGED.exists():
        _write(_places()["autostart"], _NOT_FOR_ME)
        _mask(_places()["systemd"])
    _systemctl("daemon-reload")


def _mask(file: Path) -> None:
    """Do what `systemctl --user mask` does, with or without a systemd that runs."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.symlink_to(os.devnull)
    except OSError as error:
        raise StoreError(f"Cannot write {file}: {error.strerror}.") from error


def _found() -> dict[str, str]:
    places = {way: _places()[way] for way in ("systemd", "autostart")}
    if PACKAGED.exists():
        masked = places["systemd"].is_symlink()
        return {} if masked else {"package": str(PACKAGED)}
    return {way: str(file) for way, file in places.items() if file.exists()}


def _places() -> dict[str, Path]:
    home = Path.home()
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    return {
        "systemd": config / "systemd/user" / UNIT,
        "autostart": config / "autostart/nodreel.desktop",
        "menu": data / "applications/nodreel.desktop",
    }


def _tell(words: str, *, as_json: bool) -> None:
    found = _found()
    if as_json:
        say_json({"installed": bool(found), "by": found})
        return
    click.echo(words)
    for way, file in found.items():
        click.echo(f"  {way:9}  {file}")


def _systemctl(*words: str) -> bool:
    """Whether the person's own systemd is there and did that."""
    command = ["/usr/bin/systemctl", "--user", *words]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_PATIENCE_S)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _write(file: Path, text: str) -> None:
    fresh = file.with_name(f".{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(file)
    except OSError as error:
        raise StoreError(f"Cannot write {file}: {error.strerror}.") from error


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"Cannot remove {file}: {error.strerror}.") from error
