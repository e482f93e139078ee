"""Programs that run other programs: their file alone says nothing about what is on the screen."""

from __future__ import annotations

import posixpath
import re

_NAMES = (
    "python", "pypy", "perl", "ruby", "jruby", "node", "nodejs", "deno", "bun", "java", "javaw",
    "bash", "sh", "dash", "zsh", "ksh", "mksh", "fish", "csh", "tcsh", "rbash", "busybox", "pwsh",
    "powershell", "electron", "nw", "wine", "wine-preloader", "mono", "mono-sgen", "dotnet", "php",
    "lua", "luajit", "tclsh", "wish", "guile", "gjs", "gjs-console", "cjs", "qml", "qmlscene",
    "qjs", "awk", "gawk", "mawk", "sed", "R", "Rscript", "julia", "octave", "sbcl", "racket", "erl",
    "beam.smp", "ghc", "runghc", "scala", "groovy", "kotlin", "env", "sudo", "bwrap", "flatpak",
    "snap", "xvfb-run", "qemu", "ld", "ld-linux", "ld-linux-x86-64.so", "ld-linux-aarch64.so",
    "ld.so", "ld-musl", "love", "godot", "tini", "firejail", "proot", "script",
)  # fmt: skip
_NAME = "|".join(re.escape(name) for name in _NAMES)
_KNOWN = re.compile(
    rf"(?:{_NAME})(?:[-_.]?v?\d[\w.+-]*)?(?:w|m|64|-bin|-dbg|-debug|-static|-preloader)*(?:\.exe)?",
    re.IGNORECASE,
)
_ARCHITECTURES = re.compile(r"(?:qemu|ld-linux|ld-musl)-[\w.-]+", re.IGNORECASE)


def is_interpreter(exe: str) -> bool:
    """Whether the file's name is one of a known interpreter, shell, runtime or launcher."""
    name = posixpath.basename(exe)
    return bool(_KNOWN.fullmatch(name) or _ARCHITECTURES.fullmatch(name))
