"""What makes a desktop start a program at login: a systemd user unit, XDG entries. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KEPT: Final = ("NODREEL_HOME",)
"""Variables that have to be the same then as now."""
_UNIT: Final = """\
[Unit]
Description=nodreel: records designated apps, only after your yes
Documentation=man:nodreel(1)
PartOf=graphical-session.target
After=graphical-session.target

[Service]
ExecStart={command}
{environment}Restart=on-failure
RestartSec=5

[Install]
WantedBy=graphical-session.target
"""
_AUTOSTART: Final = """\
[Desktop Entry]
Type=Application
Name=nodreel
Comment=Records designated apps, only after your yes
Exec={command}
NoDisplay=true
X-GNOME-Autostart-enabled=true
"""
_LAUNCHER: Final = """\
[Desktop Entry]
Type=Application
Name=nodreel
Comment=See whether anything is recorded, review it, take it back
Exec={open}
Icon=media-record
Categories=Utility;
Keywords=record;consent;pause;review;
Actions=pause;withdraw;

[Desktop Action pause]
Name=Pause
Exec={pause}

[Desktop Action withdraw]
Name=Withdraw my consent
Exec={withdraw}
"""


def unit(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return the systemd user unit that runs ``command`` with each graphical session."""
    told = "".join(
        f"Environment={_for_systemd(f'{name}={environment[name]}')}\n"
        for name in KEPT if name in environment
    )  # fmt: skip
    return _UNIT.format(command=" ".join(map(_for_systemd, command)), environment=told)


def autostart(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return the XDG autostart entry that does the same on desktops without systemd."""
    return _AUTOSTART.format(command=_line(command, environment))


def launcher(cli: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return the entry of the desktop's menu; ``cli`` is how nodreel itself is called."""
    lines = {
        "open": (*cli, "open"), "pause": (*cli, "pause"), "withdraw": (*cli, "open", "--withdraw"),
    }  # fmt: skip
    return _LAUNCHER.format(**{name: _line(words, environment) for name, words in lines.items()})


def _line(command: Sequence[str], environment: Mapping[str, str]) -> str:
    told = [f"{name}={environment[name]}" for name in KEPT if name in environment]
    words = ["/usr/bin/env", *told, *command] if told else [*command]
    return " ".join(map(_for_desktop, words))


def _for_systemd(word: str) -> str:
    """Quote for a unit: percent signs and dollars mean something there."""
    told = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{told}"'


def _for_desktop(word: str) -> str:
    """Quote for an Exec line, whose value is itself escaped once more."""
    told = word.replace("\\", "\\\\")
    for mark in '"`$':
        told = told.replace(mark, f"\\{mark}")
    return f'"{told}"'.replace("\\", "\\\\").replace("%", "%%")
