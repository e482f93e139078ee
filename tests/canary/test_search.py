"""The search opens what is sealed, and looks at everything that was left anywhere."""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import zstandard

from nodreel.events import TILE, Focus, Frame, Key, KeyClass, Rect, Tile
from tests.bed.injector import KEY_PRESS, Sent
from tests.canary.corpus import Corpus
from tests.canary.log import Exposed, Log, Planted
from tests.canary.needles import Needles
from tests.canary.search import NEAR, Search, recorded
from tests.episode.studio import Studio, at

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

CORPUS = Corpus(2)
FIRST, SECOND, THIRD = CORPUS.strings("a", 3)
(PATCH,) = CORPUS.colours("a", 1)


class Blind:
    """Reads nothing, but remembers what it was shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[Rect, ...]] = []

    def read(self, image: NDArray[object], kept: tuple[Rect, ...]) -> str:
        self.shown.append(tuple(kept))
        return f"- {THIRD.text} -"


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    (tmp_path / "episodes").mkdir(mode=0o700)
    return Studio(tmp_path / "episodes")


def looking(studio: Studio) -> Search:
    return Search(Needles([FIRST, SECOND, THIRD]), studio.identity)


def frame(ms: float, rgb: int, kept: Rect) -> Frame:
    pixels = rgb.to_bytes(3)[::-1] * (TILE * TILE)
    return Frame(at(ms), at(ms + 1), 1, TILE, TILE, (kept,), (Tile(0, 0, pixels),), full=True,
                 app="editor")  # fmt: skip


def press(ms: float, sign: str, *, sym: bool = True) -> Key:
    return Key(at(ms), True, KeyClass.CHARACTER, keysym=ord(sign) if sym else None, app="editor")


def test_what_is_sealed_is_opened(studio: Studio) -> None:
    studio.record([Focus(at(0), "editor", f"On {FIRST.text}"), press(5, "x")])
    search = looking(studio)
    search.folder(studio.folder)
    assert set(search.found.strings) == {0}
    assert all("opened" in place for place in search.found.strings[0])
    assert search.found.files >= 2


def test_every_segment_of_a_file_is_opened(studio: Studio) -> None:
    focus = [Focus(at(20 * n), "editor", f"On {one.text}") for n, one in enumerate((FIRST, SECOND))]
    studio.record([*focus, press(50, "x")], seal_every=1)
    search = looking(studio)
    search.folder(studio.folder)
    assert set(search.found.strings) == {0, 1}
    assert search.found.opened >= 2


def test_a_record_is_searched_as_it_reads() -> None:
    search = Search(Needles([FIRST, SECOND]), "")
    search.records([Focus(at(0), "editor", f"On {SECOND.text}"), press(5, "x")])
    assert set(search.found.strings) == {1}


@pytest.mark.parametrize("how", ["raw", "compressed", "encoded", "named"])
def test_every_file_counts(studio: Studio, how: str) -> None:
    deep = studio.folder / "tmp" / "deeper"
    deep.mkdir(parents=True)
    text = SECOND.text.encode()
    content = {
        "raw": text,
        "compressed": b"head" + zstandard.compress(b"x" * 999 + text) + b"tail",
        "encoded": base64.b64encode(text),
        "named": b"",
    }[how]
    (deep / (f"{SECOND.text}.log" if how == "named" else "agent.log")).write_bytes(content)
    search = looking(studio)
    search.folder(studio.folder)
    assert set(search.found.strings) == {1}


def test_keys_are_put_together_over_segments(studio: Studio) -> None:
    keys = [press(20 * n, sign) for n, sign in enumerate(FIRST.text)]
    studio.record(keys, seal_every=2)
    search = looking(studio)
    search.folder(studio.folder)
    assert not search.found.strings
    events = recorded([studio.only()], studio.identity)
    search.keys([event for _, event in events], {})
    assert set(search.found.strings) == {0}


def test_a_single_key_of_a_canary_counts() -> None:
    sent = Sent(KEY_PRESS, 38, 0, 0, at(10), at(11))
    slip = Sent(KEY_PRESS, 39, 0, 0, at(20), at(21))
    log = [Planted(FIRST, at(10), (sent,), (slip,))]
    for key, signs, shapes, others in (
        (press(10.5, "a"), 1, 0, 0),
        (press(10.5, "a", sym=False), 0, 1, 0),
        (press(20.5, "a"), 0, 1, 0),
        (replace(press(20.5, "a"), key_class=KeyClass.MODIFIER), 0, 0, 1),
        (replace(press(10.5, "a"), keycode=38), 1, 0, 0),
        (replace(press(10.5, "a"), keycode=37), 0, 0, 0),
        (press(11 + NEAR / 1e6 + 1, "a"), 0, 0, 0),
        (press(9 - NEAR / 1e6, "a"), 0, 0, 0),
    ):
        search = Search(Needles([FIRST]), "")
        search.key_by_key([(key.t, key)], log)
        assert search.found.signs == Counter({"a": signs} if signs else {})
        assert search.found.shapes == Counter({"a": shapes} if shapes else {})
        assert search.found.others == Counter({"a": others} if others else {})


def test_pictures_are_searched_and_one_of_each_exposure_is_read(studio: Studio) -> None:
    small, large = Rect(0, 0, 8, 8), Rect(0, 0, 60, 60)
    studio.record([frame(0, 1, small), frame(10, PATCH.rgb, large), frame(20, 2, small)])
    log = Log(
        planted=[Planted(one, 0) for one in (FIRST, SECOND, THIRD)],
        patches={PATCH.rgb: PATCH},
        exposures=[Exposed("a", at(-5), at(15)), Exposed("b", at(100), at(200))],
    )
    search, reader = looking(studio), Blind()
    pictures = [
        (t, item) for t, item in recorded([studio.only()], studio.identity) if hasattr(item, "kept")
    ]
    search.pictures(pictures, log, reader)  # type: ignore[arg-type]
    assert search.found.colours == Counter({PATCH.rgb: TILE * TILE})
    assert reader.shown == [(large,)]
    assert search.found.read == {THIRD.text: {"a"}}
    assert search.found.pictures == 3
