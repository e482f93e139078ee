"""One language: English sentences in, that language's out. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

ISOLATE, END = "\u2068", "\u2069"
"""Around what is put into a sentence that runs from right to left: it keeps its own direction."""

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Speech:
    """Says things in the language ``code`` (as in HTML), whose own name is ``name``.

    ``ours``: nodreel translated it, not the organisation. ``words``: sentence by English sentence.
    """

    code: str
    name: str
    direction: Direction = "ltr"
    ours: bool = True
    words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    def __call__(self, sentence: str, **values: object) -> str:
        """Return the sentence in this language, English where it has none, with its values.

        Values are put in as they are: whoever has words of strangers makes them harmless first.
        """
        said = self.words.get(sentence, sentence)
        if not values:
            return said
        if self.direction == "rtl":
            return said.format(**{k: f"{ISOLATE}{v}{END}" for k, v in values.items()})
        return said.format(**values)


ENGLISH: Final = Speech("en", "English")


def message(sentence: str) -> str:
    """Return the sentence itself: it stands in a table and is said later, so catalogues have it."""
    return sentence
