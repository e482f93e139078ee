"""Searches all that nodreel left behind: files as they lie there, what is sealed in them, pictures.

``Found`` says where each canary and colour turned up. Nothing is left out: not the logs, not the
control files, not the bytes of what could not be opened.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyrage
import zstandard

from nodreel import open_episode
from nodreel.events import MILLISECOND, Key, KeyClass
from tests.canary.corpus import MARKER
from tests.canary.patches import Palette
from tests.canary.typed import tells, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from nodreel.episode.picture import Picture
    from tests.canary.log import Log, Planted
    from tests.canary.needles import Needles
    from tests.canary.ocr import Reader

AGE = b"age-encryption.org/v1\n"
ZSTD = b"\x28\xb5\x2f\xfd"  # how a zstd frame begins
MOST_INFLATED = 64 << 20
WRITTEN = {KeyClass.CHARACTER, KeyClass.EDITING}
NEAR = 2 * MILLISECOND  # how far a recorded key may lie from the injected one


@dataclass
class Found:
    """``strings``: canary (its number) -> places; ``colours``: 0xRRGGBB -> pixels.

    ``signs``: channel -> recorded keys that say which character of a canary was typed;
    ``shapes``: those that only say that one was; ``others``: modifiers and cursor keys.
    """

    strings: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    colours: Counter[int] = field(default_factory=Counter)
    signs: Counter[str] = field(default_factory=Counter)
    shapes: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    read: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    files: int = 0
    opened: int = 0
    bytes: int = 0
    records: int = 0
    keys: int = 0
    pictures: int = 0
    pixels: int = 0
    read_pictures: int = 0


class Search:
    """Looks through one person's nodreel with the research key."""

    def __init__(self, needles: Needles, identity: str) -> None:
        self._needles, self._identity = needles, identity
        self.found = Found()

    def bytes(self, data: bytes, where: str) -> None:
        """Look for strings in bytes, and in what is compressed in them."""
        self.found.bytes += len(data)
        for hit in self._needles.find(data):
            self.found.strings[hit.canary].add(f"{where}: {hit.form}")
        for inner in inflated(data):
            self.found.bytes += len(inner)
            for hit in self._needles.find(inner, spread=False):
                self.found.strings[hit.canary].add(f"{where}, inflated: {hit.form}")

    def folder(self, place: Path) -> None:
        """Look through every file below ``place``, sealed segments also opened."""
        key = pyrage.x25519.Identity.from_str(self._identity)
        for path in sorted(p for p in place.rglob("*") if p.is_file() and not p.is_symlink()):
            raw = path.read_bytes()
            self.found.files += 1
            name = str(path.relative_to(place))
            self.bytes(str(path).encode() + b"\n" + raw, name)
            for sealed in sealed_in(raw):
                self.bytes(pyrage.decrypt(sealed, [key]), f"{name}, opened")
                self.found.opened += 1

    def records(self, events: Iterable[object]) -> None:
        """Look for strings in every record as it reads, however it is stored."""
        told = "\n".join(repr(event) for event in events if not hasattr(event, "tiles"))
        self.found.bytes += len(told)
        for hit in self._needles.find(told.encode()):
            self.found.strings[hit.canary].add(f"a record: {hit.form}")

    def keys(self, events: Iterable[object], codes: Mapping[int, str]) -> None:
        """Put the recorded keys together to text and look through that."""
        for how, text in texts(events, codes).items():
            self.found.keys = max(self.found.keys, len(text))
            for hit in self._needles.find(text.encode(), spread=False):
                self.found.strings[hit.canary].add(f"keys, {how}: {hit.form}")

    def key_by_key(self, events: Iterable[tuple[int, object]], planted: Sequence[Planted]) -> None:
        """Count recorded keys that lie where a canary was being typed (absolute times, ns)."""
        presses = [
            (sent.before, sent.after, sent.detail, one.canary.channel, own)
            for one in planted
            for some, own in ((one.keys, True), (one.more, False))
            for sent in some
        ]
        presses.sort()
        starts = [before for before, *_ in presses]
        for t, event in events:
            if not isinstance(event, Key) or not event.press:
                continue
            near = presses[: bisect_left(starts, t + NEAR)][-3:]
            fitting = [p for p in near if t <= p[1] + NEAR and event.keycode in {None, p[2]}]
            if fitting:
                *_, channel, own = min(fitting, key=lambda p: max(p[0] - t, t - p[1], 0))
                self._count(event, own=own)[channel] += 1

    def _count(self, key: Key, *, own: bool) -> Counter[str]:
        if own and tells(key):
            return self.found.signs
        return self.found.shapes if key.key_class in WRITTEN else self.found.others

    def pictures(self, pictures: Iterable[tuple[int, Picture]], log: Log, reader: Reader) -> None:
        """Look at every pixel of every picture, and read one picture of each exposure."""
        from tests.canary.ocr import read_in
        from tests.demo.pixels import image

        palette = Palette([*log.patches.values(), *log.markers.values()])
        best: dict[object, tuple[int, Picture]] = {}
        for t, picture in pictures:
            palette.look([picture])
            exposure = log.exposure_at(t)
            size = sum(r.w * r.h for r in picture.kept)
            if exposure is not None and size and size >= best.get(exposure, (0, None))[0]:
                best[exposure] = (size, picture)
        canaries = [one.canary for one in log.planted]
        for exposure, (_, picture) in best.items():
            text = reader.read(image(picture), picture.kept)
            self.found.read_pictures += 1
            for read in read_in(text, canaries):
                self.found.read[read].add(getattr(exposure, "channel", MARKER))
        self.found.colours = palette.found
        self.found.pictures, self.found.pixels = palette.pictures, palette.pixels


def sealed_in(raw: bytes) -> Iterator[bytes]:
    """Yield the age files in a file: all of it, or each behind a line that says its size."""
    at = raw.find(AGE)
    while at >= 0:
        end = len(raw)
        if at > 0:
            end = at + int(json.loads(raw[raw.rindex(b"{", 0, at) : at])["size"])
        yield raw[at:end]
        at = raw.find(AGE, end)


def inflated(data: bytes) -> Iterator[bytes]:
    """Yield what complete zstd frames without a dictionary hold."""
    at = data.find(ZSTD)
    while at >= 0:
        try:
            stream = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
            yield stream.decompress(data[at : at + MOST_INFLATED])[:MOST_INFLATED]
        except zstandard.ZstdError:
            pass  # bytes that only look like a frame, or one that leans on another segment
        at = data.find(ZSTD, at + 4)


def recorded(episodes: Iterable[Path], identity: str) -> Iterator[tuple[int, object]]:
    """Yield all events and pictures with their absolute time in ns, episode by episode."""
    for path in sorted(episodes):
        start = json.loads((path / "local.json").read_text())["mono"]
        for item in open_episode(path, identity=identity):
            yield start + item.t, item
