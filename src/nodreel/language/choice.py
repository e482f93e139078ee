"""Which languages there are, and which one a person reads."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Final

from nodreel.errors import PolicyError, StoreError
from nodreel.host import private_dir
from nodreel.host.files import read_private, replace_private
from nodreel.host.owned import read_owned
from nodreel.language.catalogue import LARGEST, OURS, read_catalogue
from nodreel.language.speech import ENGLISH, Speech

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from nodreel.paths import Paths

FOLDER: Final = "languages"
_MOST: Final = 40  # catalogues of one folder
_OURS: Final = ("en", "de", "es", "fr", "ja", "zh")
_ASKED: Final = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # in gettext's order


def languages(paths: Paths) -> dict[str, Speech]:
    """Return every language by its code, ours first; a catalogue that is wrong is left out.

    Nobody replaces a language of ours: what nodreel says in it stays what nodreel says.
    """
    return {**{code: _ours(code) for code in _OURS}, **_added(paths)}


def _added(paths: Paths) -> dict[str, Speech]:
    found: dict[str, Speech] = {}
    for file in catalogues(paths):
        try:
            speech = read_added(file, paths)
        except (PolicyError, StoreError, FileNotFoundError):
            continue
        if speech.code not in _OURS:
            found.setdefault(speech.code, speech)
    return found


def catalogues(paths: Paths) -> Iterator[Path]:
    """Yield the files that were added: the organisation's, then the person's own."""
    for folder in (managed(paths), paths.config / FOLDER):
        try:
            names = sorted(entry.name for entry in os.scandir(folder))
        except OSError:
            continue
        yield from (folder / name for name in names[:_MOST] if name.endswith(".toml"))


def read_added(file: Path, paths: Paths) -> Speech:
    """Read one of them, believed as a policy in the same place is; PolicyError, StoreError."""
    theirs = {0} if file.parent == managed(paths) else None
    return read_catalogue(read_owned(file, limit=LARGEST, owners=theirs, folders=theirs))


def managed(paths: Paths) -> Path:
    """Return where the organisation's lie: beside its policies."""
    return paths.managed.parent / FOLDER


def choose(paths: Paths, environ: Mapping[str, str] | None = None) -> Speech:
    """Return the language that the person picked, else the desktop's, else English.

    Only that one is read.
    """
    for code in (*_picked(paths), *_wanted(environ)):
        if code in _OURS:
            return _ours(code)
        if code in (there := _added(paths)):
            return there[code]
    return ENGLISH


def remember(paths: Paths, code: str) -> None:
    """Note which language the person picked."""
    private_dir(paths.data)
    replace_private(private_dir(paths.state) / "language", code.encode("ascii"))


def _picked(paths: Paths) -> Iterator[str]:
    try:
        yield read_private(paths.state / "language", limit=32).decode("ascii")
    except (FileNotFoundError, StoreError, UnicodeDecodeError):
        return


def _wanted(environ: Mapping[str, str] | None) -> Iterator[str]:
    """Yield codes from what the environment asks for: "pt_BR.UTF-8" is pt-BR, then pt."""
    env = os.environ if environ is None else environ
    for name in _ASKED:
        for wanted in env.get(name, "").split(":"):
            code = wanted.partition(".")[0].partition("@")[0].replace("_", "-")
            if code in {"C", "POSIX"}:
                return
            if code:
                yield from (code, code.partition("-")[0])


@cache
def _ours(code: str) -> Speech:
    if code == ENGLISH.code:
        return ENGLISH
    return read_catalogue((OURS / f"{code}.toml").read_bytes(), ours=True)
