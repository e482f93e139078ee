"""Whole recordings, scrubbed, and read again. Pictures are read by the real Tesseract."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from nodreel import actions, open_episode
from nodreel.episode.tiles import Grid
from nodreel.errors import EpisodeError, StoreError
from nodreel.events import (
    Element,
    Focus,
    Frame,
    Gap,
    Key,
    KeyClass,
    Nanos,
    Note,
    Rect,
    Tile,
    Why,
    Withheld,
)
from nodreel.redact import Rules, scrub
from nodreel.redact.ocr import Tesseract, Word
from nodreel.redact.rewriting import Rewriter
from tests.episode.studio import Studio, at
from tests.export.material import button, material, strokes
from tests.redact.labelled import DOMAIN, LISTED, labelled, tiles_of
from tests.redact.scored import score

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from nodreel.episode import Episode
    from nodreel.events import Event
    from nodreel.redact import Report

COVERS = ("release", "rewriting", "spoken", "looking", "ocr")
MAIL = "anna.moser@acme-corp.example"
WIDE, HIGH = 640, 192
LINE = Rect(20, 70, 420, 26)


@pytest.fixture(scope="module")
def reader() -> Iterator[Tesseract]:
    with Tesseract() as made:
        yield made


def screen(ms: float, text: str, before: Frame | None = None, *, noise: int = 0) -> Frame:
    """A picture of one line of text; ``noise`` changes a corner far away from it."""
    image = Image.new("RGB", (WIDE, HIGH), (250, 250, 250))
    draw = ImageDraw.Draw(image)
    draw.text(
        (LINE.x, LINE.y), text, font=ImageFont.truetype("DejaVuSans.ttf", 16), fill=(20, 20, 20)
    )
    draw.rectangle((600, 4, 610, 14), fill=(noise, 40, 40))
    found = tiles_of(np.asarray(image)[:, :, ::-1])
    return Frame(
        at(ms), at(ms + 2), 1, WIDE, HIGH, (Rect(0, 0, WIDE, HIGH),), found, full=before is None,
        app="editor", after=before.t if before else Nanos(0), since=at(ms),
    )  # fmt: skip


def done(studio: Studio, folder: Path, **how: object) -> tuple[Report, Episode]:
    (report,) = scrub(studio.read(), folder, recipients=[studio.recipient], **how)  # type: ignore[arg-type]
    return report, open_episode(report.folder, studio.identity)


def recorded(folder: Path, events: list[Event]) -> Studio:
    studio = Studio(folder / "episodes")
    studio.record(events, seal_every=30)
    return studio


def test_a_labelled_set_is_scrubbed(tmp_path: Path, reader: Tesseract) -> None:
    made = labelled(tmp_path, 3, screens=2)
    rules = Rules(words=LISTED, domains=(DOMAIN,))
    _, scrubbed = done(made.studio, tmp_path / "out", rules=rules, reader=reader)
    found = score(made, scrubbed)
    told = "\n".join(found.remarks)
    for where in ("title", "note", "element", "keys"):
        assert found.recall(where) == 1, told
        assert found.precision(where) == 1, told
    assert found.recall("pictures") >= 0.93, told
    assert found.precision("pictures") >= 0.93, told


def test_the_result_is_a_whole_episode_and_the_original_is_untouched(
    tmp_path: Path, reader: Tesseract
) -> None:
    recording = material(tmp_path, 1)
    folder = recording.studio.only()
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    report, scrubbed = done(recording.studio, tmp_path / "out", reader=reader)
    original = recording.studio.read()
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert scrubbed.verify() == []
    assert scrubbed.state == "end"
    assert [p.name for p in (tmp_path / "out").iterdir()] == [folder.name]
    told = ("episode", "consent", "policy", "purpose", "apps", "month")
    for name in told:
        assert getattr(scrubbed.header, name) == getattr(original.header, name)
    assert scrubbed.header.public_key != original.header.public_key
    assert not (report.folder / "local.json").exists()
    assert list(scrubbed.events()) == list(original.events())  # there is nothing to take out of it
    ours, theirs = list(scrubbed.frames()), list(original.frames())
    assert [(p.t, p.done, p.kept, p.app, p.since) for p in ours] == [
        (p.t, p.done, p.kept, p.app, p.since) for p in theirs
    ]
    assert [p.pixels for p in ours] == [p.pixels for p in theirs]


def test_what_was_found_in_one_place_goes_everywhere(tmp_path: Path) -> None:
    events: list[Event] = [
        Focus(at(0), "editor", f"Mail to {MAIL}", address=f"https://mail.example/{MAIL}/1"),
        Note(at(1), "Anna Moser asked for it"),
        Element(at(2), "focus", "text", "moser, anna", app="editor", path=("To", MAIL)),  # type: ignore[arg-type]
        *strokes(1000, "hi Anna Moser!"),
    ]
    _, scrubbed = done(recorded(tmp_path, events), tmp_path / "out")
    focus, note, element, *rest = [e for e in scrubbed.events() if not isinstance(e, Withheld)]
    assert isinstance(focus, Focus)
    assert (focus.title, focus.address) == (
        "Mail to [mail address]",
        "https://mail.example/{secret}/1",
    )
    assert isinstance(note, Note)
    assert note.text == "[word of the list] asked for it"
    assert isinstance(element, Element)
    assert (element.name, element.path) == ("[word of the list]", ("To", "[mail address]"))
    typed = "".join(
        chr(k.keysym) if k.keysym else "_" for k in rest if isinstance(k, Key) and k.press
    )
    assert typed == "hi __________!"


def test_keys_that_are_taken_out_are_withheld_and_released_unknown(tmp_path: Path) -> None:
    studio = recorded(tmp_path, [Focus(at(0), "editor"), *strokes(1000, f"to {MAIL} ok")])
    report, scrubbed = done(studio, tmp_path / "out")
    keys = [e for e in scrubbed.events() if isinstance(e, Key)]
    assert sum(k.keysym is None and k.keycode is None for k in keys) == 2 * len(MAIL)
    (left,) = [e for e in scrubbed.events() if isinstance(e, Withheld)]
    assert left.why is Why.PERSONAL
    assert left.until - left.t >= 30e6 * (len(MAIL) - 1)
    assert report.found["keys", "mail address"] == len(MAIL)
    assert MAIL not in "".join(a.text or "" for a in actions(scrubbed))


class Telling:
    """Reads what a colour stands for: another text in each picture."""

    def __init__(self, said: dict[int, str]) -> None:
        self._said = said

    def lines(self, pixels: NDArray[np.uint8]) -> Iterator[Sequence[Word]]:
        text = self._said[int(pixels[0, 0, 0])]
        yield [Word(part, Rect(20 + 100 * n, 10, 90, 12)) for n, part in enumerate(text.split())]


def test_a_name_that_one_picture_gives_away_goes_from_all(tmp_path: Path) -> None:
    said = {10: "ask Anna Moser", 20: f"mail {MAIL}", 30: "nobody at all"}
    grid = Grid(WIDE, HIGH)
    frames: list[Event] = [
        Frame(
            at(ms), at(ms + 2), 1, WIDE, HIGH, (Rect(0, 0, WIDE, HIGH),),
            tuple(Tile(*divmod(n, grid.columns), bytes([colour]) * grid.bytes(n))
                  for n in range(grid.size)),
            full=True, app="editor", since=at(ms),
        )
        for ms, colour in ((10, 10), (500, 20), (900, 30))
    ]  # fmt: skip
    studio = recorded(tmp_path, [Focus(at(0), "editor", "Anna Moser"), *frames])
    _, scrubbed = done(studio, tmp_path / "out", reader=Telling(said))
    veiled = [
        [not any(p.pixels[3 * (WIDE * 16 + x) : 3 * (WIDE * 16 + x) + 3]) for x in (60, 160, 260)]
        for p in scrubbed.frames()
    ]
    assert veiled == [[False, True, True], [False, True, False], [False, False, False]]
    (focus,) = [e for e in scrubbed.events() if isinstance(e, Focus)]
    assert focus.title == "[word of the list]"


def test_dead_keys_hide_nothing(tmp_path: Path) -> None:
    before, after = strokes(1000, "j"), strokes(1100, "org.moser@acme.example")
    dead = [replace(k, keysym=0xFE57, keycode=70) for k in strokes(1050, "o") if isinstance(k, Key)]
    studio = recorded(tmp_path, [Focus(at(0), "editor"), *before, *dead, *after])
    _, scrubbed = done(studio, tmp_path / "out")
    presses = [e for e in scrubbed.events() if isinstance(e, Key) and e.press]
    assert [k.keysym for k in presses] == [None] * len(presses)


def test_a_mask_stays_while_its_pixels_do_and_goes_with_them(
    tmp_path: Path, reader: Tesseract
) -> None:
    first = screen(10, f"Reply to {MAIL}")
    second = screen(500, f"Reply to {MAIL}", first, noise=200)
    third = screen(900, "Reply to nobody at all", second, noise=200)
    studio = recorded(tmp_path, [Focus(at(0), "editor"), first, second, third])
    report, scrubbed = done(studio, tmp_path / "out", reader=reader)
    inked = []
    for picture in scrubbed.frames():
        pixels = np.frombuffer(picture.pixels, np.uint8).reshape(HIGH, WIDE, 3)
        line = pixels[LINE.y : LINE.y + LINE.h, 100 : 100 + 250]
        inked.append(bool(line.any()))
        blank = ~pixels.any(axis=2)
        assert bool(blank.any()) != inked[-1]
    assert inked == [False, False, True]
    assert report.distinct == 3
    assert report.found["pictures", "mail address"] >= 1
    before, _, after = scrubbed.frames()
    assert len(before.kept) > 1
    assert after.kept == (Rect(0, 0, WIDE, HIGH),)


def test_without_a_reader_there_are_no_pictures(tmp_path: Path) -> None:
    studio = recorded(tmp_path, [Focus(at(0), "editor"), screen(10, MAIL), *button(500, 9, 9)])
    report, scrubbed = done(studio, tmp_path / "out")
    assert (report.pictures, list(scrubbed.frames())) == (0, [])


class Blind:
    def lines(self, pixels: object) -> Iterator[object]:
        raise EpisodeError("A picture cannot be read.")


def test_what_cannot_be_read_is_blank(tmp_path: Path) -> None:
    studio = recorded(tmp_path, [Focus(at(0), "editor"), screen(10, "nothing")])
    _, scrubbed = done(studio, tmp_path / "out", reader=Blind())
    (picture,) = scrubbed.frames()
    assert not any(picture.pixels)


def test_nothing_is_written_over_and_nothing_half_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = recorded(tmp_path, [Focus(at(0), "editor")])
    done(studio, tmp_path / "out")
    with pytest.raises(StoreError, match="already there"):
        done(studio, tmp_path / "out")

    def no_room(_: Rewriter) -> None:
        raise StoreError("No room.")

    monkeypatch.setattr(Rewriter, "_finish", no_room)
    with pytest.raises(StoreError, match="No room"):
        done(studio, tmp_path / "other")
    assert list((tmp_path / "other").iterdir()) == []


def test_damage_becomes_a_gap(tmp_path: Path) -> None:
    events: list[Event] = [Focus(at(0), "editor"), *strokes(1000, "abcdefghijklmno" * 3)]
    studio = recorded(tmp_path, events)
    broken = studio.only() / "00000001.seg"
    broken.write_bytes(broken.read_bytes()[:-9])
    report, scrubbed = done(studio, tmp_path / "out")
    assert len(report.damage) == 1
    assert any(isinstance(e, Gap) for e in scrubbed.events())
    assert scrubbed.verify() == []


def test_a_text_that_was_mended_hides_nothing_either(tmp_path: Path) -> None:
    typed = strokes(1000, f"{MAIL} x\bZofia Kowal ok")
    odd = [
        replace(e, keysym=0x1A3) if isinstance(e, Key) and e.keysym == ord("Z") else e
        for e in typed
    ]
    back = [
        replace(e, keysym=0xFF08, key_class=KeyClass.EDITING)
        if isinstance(e, Key) and e.keysym == 8 else e
        for e in odd
    ]  # fmt: skip
    rules = Rules(words=("\u0141ofia Kowal",))
    studio = recorded(tmp_path, [Focus(at(0), "editor"), *back])
    _, scrubbed = done(studio, tmp_path / "out", rules=rules)
    kept = [e.keysym for e in scrubbed.events() if isinstance(e, Key) and e.press and e.keysym]
    assert "".join(map(chr, kept)) == " x\uff08 ok"


def test_one_thing_that_was_found_hides_no_other_in_what_was_typed(tmp_path: Path) -> None:
    typed = [Focus(at(0), "editor"), *strokes(1000, f"{MAIL} Zofia Kowal")]
    odd = [
        replace(e, keysym=0x1A3) if isinstance(e, Key) and e.keysym == ord("Z") else e
        for e in typed  # a letter of another script, by the name that X has for it
    ]
    rules = Rules(words=("\u0141ofia Kowal",))
    _, scrubbed = done(recorded(tmp_path, odd), tmp_path / "out", rules=rules)
    assert [e.keysym for e in scrubbed.events() if isinstance(e, Key) and e.keysym == 0x1A3] == []
