"""A search that overlooks something proves nothing: each place, each form, each pixel."""

from __future__ import annotations

import base64
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pyrage
import pytest
import zstandard

from nodreel.errors import EpisodeError
from nodreel.events import (
    TILE,
    Cause,
    Element,
    Focus,
    Frame,
    Key,
    KeyClass,
    Nanos,
    Note,
    Rect,
    Tile,
)
from nodreel.selftest.canaries import PLACES, Canaries
from nodreel.selftest.search import RUN, Hit, Search
from tests.episode.studio import Studio, at

if TYPE_CHECKING:
    from pathlib import Path

LETTERS = bytes(
    Random(1).choices(b"abcdefghijklmnopqrstuvwxyz", k=3000)
)  # worth a code of their own
WORD = "qzjxkvwpmdhytrba"
CANARIES = Canaries({PLACES[0]: WORD}, (0x2A7FC4,), "controlcontrolco")


@pytest.fixture
def search() -> Search:
    return Search(CANARIES)


@pytest.mark.parametrize(
    "data",
    [
        WORD.encode(),
        b"x" + WORD.encode("utf-16-le"),
        WORD.encode("utf-16-be"),
        WORD.encode("utf-32-le"),
        WORD[::-1].encode(),
        WORD.encode().hex().encode(),
        WORD.encode().hex().upper().encode(),
        base64.b64encode(b"a" + WORD.encode() + b"b"),
        base64.b64encode(b"ab" + WORD.encode()),
        b"abc" + zstandard.compress(LETTERS + WORD.encode() + LETTERS[::-1]),
    ],
)
def test_every_form_in_bytes(search: Search, data: bytes) -> None:
    search.bytes(data, "here")
    assert {hit.what for hit in search.hits} == {PLACES[0]}
    assert all(hit.where.startswith("here") and WORD not in hit.where for hit in search.hits)


def test_what_is_not_there_is_not_found(search: Search) -> None:
    search.bytes(WORD[:-1].encode() + b" " + WORD[1:].encode() + b"\x28\xb5\x2f\xfd junk", "here")
    assert not search.hits
    assert not search.control


def test_files_their_names_and_what_is_sealed_in_them(search: Search, tmp_path: Path) -> None:
    key = pyrage.x25519.Identity.generate()
    other = pyrage.x25519.Identity.generate()
    sealed = pyrage.encrypt(WORD.encode(), [key.to_public()])
    (tmp_path / "a").write_bytes(sealed)
    (tmp_path / "b").write_bytes(pyrage.encrypt(b"x", [other.to_public()]))
    files = [tmp_path / "a", tmp_path / "b", tmp_path / "gone"]
    search.files(files, "there")
    assert not search.hits
    search.files(files, "there", str(key))
    assert search.hits == {Hit(PLACES[0], "there: a, opened (utf-8)")}
    assert (search.looked.files, search.looked.unread) == (4, 3)
    named = tmp_path / f"x{WORD}"
    named.touch()
    search.files([named], "there")
    assert Hit(PLACES[0], "there: a name (utf-8)") in search.hits


def test_every_segment_of_a_file_is_opened(search: Search, tmp_path: Path) -> None:
    studio = Studio(tmp_path / "e")
    events = [*(Note(at(n), "x") for n in range(3)), Note(at(4), WORD)]
    folder = studio.record(events, seal_every=1)
    search.files(sorted(folder.iterdir()), "there", studio.identity)
    assert search.hits
    assert all("opened" in hit.where for hit in search.hits)
    assert not search.looked.unread


def keys(text: str) -> list[Key]:
    return [
        Key(at(10 * n), True, KeyClass.CHARACTER, 38, ord(c), layout="us", app="editor")
        for n, c in enumerate(text)
    ]


RECORDS = {
    "keys": keys(WORD),
    "note": [Note(at(1), f"so {WORD}")],
    "title": [Focus(at(1), "editor", WORD)],
    "address": [Focus(at(1), "editor", address=f"https://a.example/{WORD}")],
    "name": [Element(at(1), Cause.CLICK, "button", WORD, app="editor")],
    "path": [Element(at(1), Cause.CLICK, "menu item", "x", path=("a", WORD), app="editor")],
}


@pytest.mark.parametrize("events", RECORDS.values(), ids=RECORDS)
def test_every_record(search: Search, tmp_path: Path, events: list[object]) -> None:
    studio = Studio(tmp_path / "e")
    search.episode(studio.record(events), studio.identity, "recorded")
    assert {hit.what for hit in search.hits} == {PLACES[0]}
    assert search.looked.records == len(events)


def test_the_control_is_found_in_a_note(search: Search, tmp_path: Path) -> None:
    studio = Studio(tmp_path / "e")
    folder = studio.record([Note(at(1), f"self-test control {CANARIES.control}")])
    search.episode(folder, studio.identity, "recorded")
    assert search.control
    assert not search.hits


def test_what_cannot_be_read_proves_nothing(search: Search, tmp_path: Path) -> None:
    studio = Studio(tmp_path / "e")
    folder = studio.record([Note(at(1), "x"), Note(at(2), "y")], seal_every=1)
    segment = min(folder.glob("*.seg"))
    segment.write_bytes(segment.read_bytes()[:-9])
    with pytest.raises(EpisodeError):
        search.episode(folder, studio.identity, "recorded")


def frame(colour: int, run: int) -> Frame:
    """A tile of many greys with one row of pixels of that colour."""
    pixels = bytearray((n // 3) % 200 + 20 for n in range(TILE * TILE * 3))
    place = 3 * (TILE * 7 + 11)
    pixels[place : place + 3 * run] = colour.to_bytes(3, "little") * run
    where = (Rect(0, 0, TILE, TILE),)
    return Frame(at(1), at(2), 0, 300, 200, where, (Tile(0, 0, bytes(pixels)),), True, "editor",
                 Nanos(0))  # fmt: skip


@pytest.mark.parametrize(
    ("colour", "run", "found"),
    [
        (0x2A7FC4, RUN, True),
        (0x2A7FC4, TILE - 11, True),
        (0x2A7FC4, RUN - 1, False),
        (0xC47F2A, TILE - 11, False),
        (0x2A7FC5, TILE - 11, False),
    ],
)
def test_every_pixel(search: Search, tmp_path: Path, colour: int, run: int, found: bool) -> None:
    studio = Studio(tmp_path / "e")
    search.episode(studio.record([frame(colour, run)]), studio.identity, "recorded")
    assert bool(search.hits) is found
    assert (search.looked.pictures, search.looked.pixels) == (1, 300 * 200)


def test_keys_of_which_only_the_class_is_kept_are_no_word(search: Search, tmp_path: Path) -> None:
    studio = Studio(tmp_path / "e")
    folder = studio.record([replace(key, keysym=None, keycode=None) for key in keys(WORD)])
    search.episode(folder, studio.identity, "recorded")
    assert not search.hits
