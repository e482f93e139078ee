"""Episodes and words of strangers, through every command that shows them."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from nodreel.cli.cat import cat
from nodreel.cli.info import info
from nodreel.cli.show import show
from nodreel.cli.verify import verify
from nodreel.episode import open_episode
from nodreel.errors import EpisodeError
from nodreel.events import Focus, Note
from nodreel.host.files import read_private
from tests.episode.studio import Studio, at, key
from tests.findings import found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMMANDS = {"show": show, "cat": cat, "info": info, "verify": verify}
FINE, DAMAGED, FOREIGN = 0, 3, 4
TITLES = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "terminal": "\x1b]0;owned\x07\x1b[2J\x9b31m",
    "turned": "\u202egnp.exe\u2066\u200f",
    "NUL": "a\0b\0",
    "half": "\ud83d\udc00",
    "formula": '=HYPERLINK("http://example.org","x")',
    "lines": "one\r\ntwo\u2028three\x85four",
    "megabyte": "A" * (1 << 20),
    "joined": "e" + "\u0301" * 5000,
}


def played(command: Any, *words: object) -> tuple[int, str]:
    if command is info:  # needs no key and takes none
        words = tuple(word for word in words if word == "--json" or word is words[0])
    done = CliRunner().invoke(command, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit | EpisodeError), (
        done.exception
    )
    if isinstance(done.exception, EpisodeError):
        return done.exception.exit_code, done.output
    return done.exit_code, done.output


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    folder = tmp_path / "episodes"
    folder.mkdir(mode=0o700)
    return Studio(folder)


@pytest.mark.parametrize("name", TITLES)
def test_hostile_titles_are_inert_in_every_command(studio: Studio, name: str) -> None:
    title = TITLES[name]
    episode = studio.record([Focus(at(0), "editor", title), Note(at(5), title), key(10)])
    for command in (show, cat, info, verify):
        for words in ((), ("--json",)) if command is not cat else ((),):
            code, told = played(command, episode, "-i", identity_file(studio), *words)
            assert code == FINE, told
            odd = {c for c in told if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
            assert odd <= {"\n", "\t"}, odd
            assert len(told) < 100_000
    found("C6", "hostile titles through every command", 1)


def identity_file(studio: Studio) -> Path:
    file = studio.folder.parent / "research.key"
    file.write_text(studio.identity)
    return file


def cuts(size: int, most: int) -> range:
    return range(0, size, max(1, size // most))


@pytest.mark.faults
def test_an_episode_cut_at_every_byte_is_told_by_every_command(
    studio: Studio, rounds: Callable[[int, int], int]
) -> None:
    """Each file of it, cut anywhere: told in words with exit code 3, never an accident."""
    episode = studio.record([key(n * 10) for n in range(4)], 2)
    identity, tried = identity_file(studio), 0
    for file in sorted(episode.iterdir()):
        if file.name == "local.json":
            continue
        whole = file.read_bytes()
        for size in cuts(len(whole), rounds(12, 100_000)):
            file.write_bytes(whole[:size])
            for name, command in COMMANDS.items():
                code, told = played(command, episode, "-i", identity)
                assert code in {FINE, DAMAGED, FOREIGN}, (file.name, size, name, told)
                assert code == DAMAGED or name in {"info", "show", "cat"}, (file.name, size, name)
                tried += 1
        file.write_bytes(whole)
    assert played(verify, episode, "-i", identity)[0] == FINE
    found("C8", "cut episodes through the commands", tried, lost="what was cut")


def test_an_unknown_version_is_refused_politely(studio: Studio) -> None:
    """A header of a later version says so; nothing is guessed."""
    episode = studio.record([key(0)])
    chain = episode / "chain.jsonl"
    first, *rest = read_private(chain, limit=1 << 20).splitlines(keepends=True)
    later = json.loads(first) | {"v": 99}
    chain.write_bytes(json.dumps(later, separators=(",", ":")).encode() + b"\n" + b"".join(rest))
    with pytest.raises(EpisodeError, match="version"):
        open_episode(episode, studio.identity)
