"""What a self-test found, as data: no name of a person, a machine or a folder is in it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from nodreel.selftest.search import Hit, Looked

Outcome = Literal["nothing found", "found", "proves nothing"]


@dataclass(frozen=True, slots=True)
class Result:
    """``planted`` are places, ``left_out`` those that could not be; ``places`` what was searched.

    ``control``: the one word that was meant to be recorded was, and was found. ``inside``: how
    much input was recorded while the test's window had the keyboard. ``dropped``: what nodreel
    sensed and did not keep, by its own count. ``typed_counts``: what the test typed by itself
    would have been kept elsewhere, though no keyboard typed it. ``day`` as 2026-11-25.
    """

    day: str
    version: str
    system: str
    policy_sha256: str
    kinds: tuple[str, ...]
    planted: tuple[str, ...]
    left_out: tuple[str, ...]
    colours: int
    places: tuple[str, ...]
    looked: Looked
    control: bool
    inside: int
    dropped: dict[str, int]
    typed_counts: bool
    hits: tuple[Hit, ...]

    @property
    def outcome(self) -> Outcome:
        """What it comes to; without the control, nothing found means nothing."""
        if self.hits or self.inside:
            return "found"
        return "nothing found" if self.control and self.planted else "proves nothing"

    def plain(self) -> dict[str, object]:
        """Return it for JSON."""
        return {"result": self.outcome, "found": len(self.hits) + self.inside, **asdict(self)}
