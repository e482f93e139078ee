"""Whether somebody elsewhere may see or control this desktop. Pure: it is told who is there.

A program counts from when it is there: whether anybody is looking through it now, only that program
knows. So the resident parts of some, which are there all day and show nothing, do not count.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from nodreel.scene import Company

_PROGRAMS: Final = {
    "anydesk": "AnyDesk",
    "chrome-remote-desktop-host": "Chrome Remote Desktop",
    "dwagent": "DWService",
    "dwagsvc": "DWService",
    "gnome-remote-desktop-daemon": "GNOME Remote Desktop",
    "krdpserver": "KDE remote desktop",
    "krfb": "Krfb",
    "nxagent": "NoMachine or X2Go",
    "nxnode.bin": "NoMachine",
    "parsecd": "Parsec",
    "remoting_me2me_host": "Chrome Remote Desktop",
    "rustdesk": "RustDesk",
    "srfeature": "Splashtop",
    "srstreamer": "Splashtop",
    "sunshine": "Sunshine",
    "teamviewer_desktop": "TeamViewer",
    "vino-server": "Vino",
    "vncserver-x11": "RealVNC",
    "vncserver-x11-core": "RealVNC",
    "wayvnc": "wayvnc",
    "weylus": "Weylus",
    "x0tigervncserver": "TigerVNC",
    "x0vncserver": "TigerVNC",
    "x11vnc": "x11vnc",
    "x2goagent": "X2Go",
    "xpra": "Xpra",
    "xrdp-chansrv": "xrdp",
    "xtightvnc": "TightVNC",
    "xtigervnc": "TigerVNC",
    "xvnc": "VNC",
    "xvnc-core": "RealVNC",
}
_SHORT: Final = 15  # characters of its name that the kernel tells of another person's process
_GONE: Final = " (deleted)"
_BY_SHORT_NAME: Final = {name[:_SHORT]: told for name, told in _PROGRAMS.items()}

UNKNOWN: Final = "It is not known yet whether somebody elsewhere sees this desktop."
REMOTE: Final = "You are logged in from another computer; such a session is not recorded."


@lru_cache(maxsize=4)  # asked every second, of the same company
def why_remote(company: Company | None) -> str | None:
    """Return why not to record, None when nobody elsewhere can be looking."""
    if company is None:
        return UNKNOWN
    if company.remote:
        return REMOTE
    for program in company.programs:
        told = _told(program)
        if told is not None:
            return (
                f"{told} can show or control this desktop from elsewhere;"
                " recording goes on when it ends."
            )
    return None


def _told(program: str) -> str | None:
    name = program.removesuffix(_GONE).rpartition("/")[2].lower()
    return _PROGRAMS.get(name) or (None if "/" in program else _BY_SHORT_NAME.get(name))
