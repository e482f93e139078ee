"""Terminals say nothing of what is asked in them; the kernel knows whether a tty echoes.

ECHO off with ICANON on is a prompt for a secret (sudo, su, passwd, ``read -s``). Programs that show
another machine's or another terminal's prompts are blind spots and count as secret throughout.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import os
import termios
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

KNOWN: Final = frozenset({
    "alacritty", "aterm", "blackbox", "contour", "cool-retro-term", "deepin-terminal", "Eterm",
    "foot", "footclient", "ghostty", "gnome-terminal", "gnome-terminal-server",
    "gnome-terminal.real", "guake", "hyper", "kgx", "kitty", "koi8rxterm", "konsole", "lxterm",
    "lxterminal", "mate-terminal", "mlterm", "ptyxis", "ptyxis-agent", "qterminal", "rio",
    "roxterm", "rxvt", "rxvt-unicode", "sakura", "st", "stterm", "tabby", "terminator",
    "terminology", "tilda", "tilix", "urxvt", "urxvtd", "uxterm", "vte-2.91", "warp", "wezterm",
    "wezterm-gui", "xfce4-terminal", "xterm", "yakuake", "zutty",
})  # fmt: skip
"""Terminal emulators by the name of their binary (or script)."""

BLIND: Final = frozenset({
    "abduco", "autossh", "byobu", "cu", "doas", "docker", "dtach", "et", "ftp", "incus", "kubectl",
    "login", "lxc", "machinectl", "minicom", "mosh", "mosh-client", "nerdctl", "newgrp", "oc",
    "passwd", "picocom", "pkexec", "plink", "podman", "rlogin", "rsh", "screen", "sftp", "slogin",
    "ssh", "sshpass", "su", "sudo", "sudoedit", "telnet", "tmux", "tmux: client", "virsh", "vlock",
    "zellij",
})  # fmt: skip
"""Programs that carry prompts of elsewhere, or ask for secrets themselves."""

MOST: Final = 256  # processes of one terminal that are looked at
_PTYS: Final = range(136, 144)  # major numbers of /dev/pts
_GONE: Final = (FileNotFoundError, ProcessLookupError)


class Asks(Enum):
    """What the ttys of a terminal are doing."""

    NOTHING = auto()  # no terminal inside this process
    OPENLY = auto()  # what is typed is shown
    SECRETLY = auto()  # a prompt without echo, or nobody can know


@dataclass(frozen=True, slots=True)
class _Stat:
    name: str
    group: int
    tty: int
    front: int  # the process group in front on that tty
    start: int  # clock ticks since boot


def is_terminal(exe: str, script: str | None) -> bool:
    """Tell whether a program is a known terminal emulator."""
    return any(os.path.basename(path) in KNOWN for path in (exe, script or ""))


def asks(pid: int, *, blind: bool = True) -> Asks:
    """Look at the ttys of the descendants of ``pid``, its own left out.

    Unless ``blind``, programs that carry prompts of elsewhere do not count.
    """
    own = _stat(pid)
    if own is None:
        return Asks.NOTHING
    below = [s for s in (_stat(p) for p in descendants(pid)) if s is not None]
    ttys = {s.tty for s in below if s.tty != own.tty and s.tty >> 8 & 0xFFF in _PTYS}
    if any(_hidden(tty) for tty in ttys):
        return Asks.SECRETLY
    elsewhere = (s for s in below if s.tty in ttys and s.group == s.front and s.name in BLIND)
    if blind and any(elsewhere):
        return Asks.SECRETLY
    return Asks.OPENLY if ttys else Asks.NOTHING


def started(pid: int) -> int | None:
    """Return when a process began (clock ticks since boot), None when it is gone."""
    stat = _stat(pid)
    return stat.start if stat else None


def descendants(pid: int) -> list[int]:
    """Return the children of a process, and theirs, as the kernel lists them."""
    found: list[int] = []
    queue = [pid]
    while queue and len(found) < MOST:
        children = _children(queue.pop())
        found += children
        queue += children
    return found


def _children(pid: int) -> list[int]:
    place = f"/proc/{pid}/task"
    try:
        return [
            int(child)
            for thread in os.listdir(place)
            for child in _read(f"{place}/{thread}/children").split()
        ]
    except OSError:
        return []


def _read(path: str) -> str:
    try:
        with open(path, errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def _stat(pid: int) -> _Stat | None:
    text = _read(f"/proc/{pid}/stat")
    head, found, tail = text.rpartition(")")
    if not found:
        return None
    words = tail.split()
    return _Stat(
        head.partition("(")[2], int(words[2]), int(words[4]), int(words[5]), int(words[19])
    )


def _hidden(tty: int) -> bool:
    """Tell whether that pty is asking for a secret, or will not say."""
    number = ((tty >> 8 & 0xFFF) - _PTYS.start) * 256 + (tty & 0xFF | tty >> 12 & 0xFFF00)
    try:
        fd = os.open(f"/dev/pts/{number}", os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except _GONE:
        return False
    except OSError:
        return True
    try:
        local = termios.tcgetattr(fd)[3]
    except termios.error:
        return False  # it hung up just now
    finally:
        os.close(fd)
    return bool(local & termios.ICANON) and not local & termios.ECHO
