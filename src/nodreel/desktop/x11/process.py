"""Who a process really is, as the kernel tells it: binary, owner, start, script."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import os
import re
import stat
from pathlib import Path

from nodreel.scene import Process

_GONE = " (deleted)"
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
_INTERPRETER = re.compile(
    r"(python|pypy|perl|ruby|node|nodejs|electron|java|bash|dash|sh|zsh|lua|luajit|php|wine|wine64"
    r"|tclsh|wish|gjs|guile|mono|qml|Rscript|R|deno|bun)[-.\d]*(-preloader)?"
)
_WITH_ARGUMENT = {"-W", "-X", "--check-hash-based-pycs", "-r", "--require", "-cp", "-classpath"}
_NO_SCRIPT = {"-c", "-m", "-e", "-E", "--eval", "-jar", "-"}


def read_process(pid: int) -> Process | None:
    """Read who that is now; None when it is gone. An unreadable binary is '' and never trusted."""
    place = f"/proc/{pid}"
    try:
        start = _start(place)
        ours = os.stat(place).st_uid == os.getuid()
    except OSError:
        return None
    exe, trusted = _binary(place)
    script: str | None = None
    script_trusted = False
    if exe and _INTERPRETER.fullmatch(os.path.basename(exe)):
        script = _script(place)
        script_trusted = script is not None and _root_only(_stat(script))
    return Process(pid, start, exe, trusted and ours, script, script_trusted)


def _start(place: str) -> int:
    text = Path(place, "stat").read_text(errors="replace")
    return int(text.rsplit(")", 1)[1].split()[19])


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except OSError:
        return None


def _root_only(info: os.stat_result | None) -> bool:
    """Whether it is a plain file that nobody but root can change."""
    return (
        info is not None
        and stat.S_ISREG(info.st_mode)
        and info.st_uid == 0
        and not info.st_mode & _OTHERS_MAY_WRITE
    )


def _binary(place: str) -> tuple[str, bool]:
    """Path of the running binary and whether that very file is root's.

    The name alone proves nothing: in a mount namespace of one's own any file can carry it. So the
    file that runs must be the one we find under that name, or one that an upgrade has removed.
    """
    try:
        exe = os.readlink(f"{place}/exe")
        running = os.stat(f"{place}/exe")
    except OSError:
        return "", False
    if exe.endswith(_GONE) and running.st_nlink == 0:
        return exe.removesuffix(_GONE), _root_only(running)
    named = _stat(exe)
    same = named is not None and os.path.samestat(named, running)
    return exe, same and _root_only(running)


def _script(place: str) -> str | None:
    """Find the script on the command line, resolved; None without one (``-c``, ``-m``)."""
    try:
        words = Path(place, "cmdline").read_bytes().split(b"\0")[1:]
        folder = os.readlink(f"{place}/cwd")
    except OSError:
        return None
    arguments = iter([os.fsdecode(w) for w in words if w])
    for word in arguments:
        if word in _NO_SCRIPT:
            return None
        if word in _WITH_ARGUMENT:
            next(arguments, None)
        elif not word.startswith("-"):
            return str(Path(folder, word).resolve())
    return None
