"""Compares a scrubbed recording with its labels: recall of what had to go, precision."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nodreel.events import MILLISECOND, Element, Focus, Key, KeyClass, Note

if TYPE_CHECKING:
    from nodreel.episode import Episode, Picture
    from tests.redact.labelled import Labelled, Piece


@dataclass
class Score:
    """Counts by (where, kind). ``spoilt`` are hard negatives of which something is gone."""

    gone: Counter[tuple[str, str]] = field(default_factory=Counter)
    left: Counter[tuple[str, str]] = field(default_factory=Counter)
    whole: Counter[str] = field(default_factory=Counter)
    spoilt: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)

    def recall(self, where: str) -> float:
        gone = sum(n for (place, _), n in self.gone.items() if place == where)
        left = sum(n for (place, _), n in self.left.items() if place == where)
        return gone / max(1, gone + left)

    def precision(self, where: str) -> float:
        """Of all that was taken out, how much had to go."""
        gone = sum(n for (place, _), n in self.gone.items() if place == where)
        return gone / max(1, gone + self.spoilt[where])

    def take(self, piece: Piece, *, out: bool) -> None:
        """Note whether something of a piece is gone (of a secret: all of it)."""
        if piece.secret:
            (self.gone if out else self.left)[piece.where, piece.kind] += 1
        else:
            (self.spoilt if out else self.whole)[piece.where] += 1
        if out != bool(piece.secret):
            self.remarks.append(f"{'spoilt' if out else 'left'} {piece.where}: {piece.text!r}")


def score(made: Labelled, scrubbed: Episode, into: Score | None = None) -> Score:
    """Judge each piece by what can be read after scrubbing."""
    found = into or Score()
    events = list(scrubbed.events())
    texts = {
        "title": [e.title or "" for e in events if isinstance(e, Focus)],
        "note": [e.text for e in events if isinstance(e, Note)],
        "element": [e.name for e in events if isinstance(e, Element)],
    }
    pieces = {w: [p for p in made.pieces if p.where == w] for w in texts}
    for where, said in texts.items():
        for piece, text in zip(pieces[where], said, strict=True):
            out = piece.secret not in text if piece.secret else piece.text not in text
            found.take(piece, out=out)
    keys = [
        e for e in events if isinstance(e, Key) and e.press and e.key_class is KeyClass.CHARACTER
    ]
    for began, piece in made.typed.items():
        own = [k for k in keys if began <= k.t < began + 40 * MILLISECOND * len(piece.text)]
        kept = [k.keysym is not None for k in own]
        start = piece.text.index(piece.secret)
        secret = kept[start : start + len(piece.secret)]
        found.take(piece, out=not any(secret) if piece.secret else not all(kept))
    for picture in scrubbed.frames():
        _pictures(made.shown[picture.done], picture, found)
    return found


def _pictures(shown: list[Piece], picture: Picture, found: Score) -> None:
    pixels = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width, 3)
    for piece in shown:
        r = piece.rect
        assert r is not None
        blank = ~pixels[r.y : r.y + r.h, r.x : r.x + r.w].any(axis=2)
        found.take(piece, out=bool(blank.mean() > 0.9) if piece.secret else bool(blank.any()))
