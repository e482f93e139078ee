"""A catalogue: one TOML file with every sentence of ``catalogues/en.toml`` in another language.

The organisation may add some, so a catalogue is a stranger's text: bounded, words only, and with
exactly the values that the English sentence has. One that is wrong or not whole is not used.
"""

from __future__ import annotations

import string
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nodreel.errors import PolicyError
from nodreel.language.speech import ENGLISH, Speech

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS: Final = Path(__file__).with_name("catalogues")
LARGEST: Final = 256 * 1024  # bytes of one catalogue
_LONGEST: Final = 1000  # characters of one sentence
_MOST_TOLD: Final = 20
_DIRECTIONS: Final = ("ltr", "rtl")
_REFUSED: Final = "<>\\`"  # text is escaped wherever it is shown; this keeps out what tries


def read_catalogue(data: bytes, *, ours: bool = False) -> Speech:
    """Return the language of a catalogue; PolicyError says all that is wrong with it."""
    tree = _tree(data)
    head, words = tree.get("language"), tree.get("words")
    if not isinstance(head, dict) or not isinstance(words, dict):
        raise PolicyError("A catalogue has two tables, [language] and [words].", advice=_ADVICE)
    wrong = [*_about_head(head), *_about_words(words)]
    if wrong:
        more = f" and {len(wrong) - _MOST_TOLD} more" if len(wrong) > _MOST_TOLD else ""
        raise PolicyError(" ".join(wrong[:_MOST_TOLD]) + more, advice=_ADVICE)
    return Speech(head["code"], head["name"], head["direction"], ours, words)


def english() -> dict[str, str]:
    """Return every sentence there is, as the catalogue of English has them."""
    found: dict[str, str] = tomllib.loads((OURS / "en.toml").read_text("utf-8"))["words"]
    return found


_ADVICE: Final = "Mend the file; `nodreel languages --template` prints one to begin with."


def _tree(data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST:
        raise PolicyError(f"A catalogue has at most {LARGEST} bytes.", advice=_ADVICE)
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise PolicyError(f"The catalogue is no TOML: {error}.", advice=_ADVICE) from error


def _about_head(head: dict[str, Any]) -> Iterator[str]:
    code, name = head.get("code"), head.get("name")
    if not _is_code(code):
        yield "'code' has to be a language tag like pt or pt-BR."
    if not isinstance(name, str) or not 0 < len(name) <= 40 or not name.isprintable():  # noqa: PLR2004
        yield "'name' has to be what the language calls itself."
    if head.get("direction") not in _DIRECTIONS:
        yield "'direction' has to be ltr or rtl."
    yield from (
        f"[language] knows no {key!r}." for key in head.keys() - {"code", "name", "direction"}
    )


def _is_code(code: object) -> bool:
    if not isinstance(code, str) or not code.isascii():
        return False
    first, *rest = code.split("-")
    return (
        2 <= len(first) <= 3 and first.isalpha() and first.islower()  # noqa: PLR2004
        and len(rest) <= 2 and all(2 <= len(part) <= 8 and part.isalnum() for part in rest)  # noqa: PLR2004
    )  # fmt: skip


def _about_words(words: dict[str, Any]) -> Iterator[str]:
    known = english()
    for sentence in known:
        if sentence not in words:
            yield f"Missing: {sentence!r}."
    for sentence, said in words.items():
        if sentence not in known:
            yield f"Not a sentence of this version: {sentence[:80]!r}."
        else:
            yield from (f"{sentence!r} {why}." for why in _about(sentence, said))
    decisions = [words.get(sentence) for sentence in APART]
    if len({said.casefold() for said in decisions if isinstance(said, str)}) < len(APART):
        yield f"These have to differ from each other: {', '.join(APART)}."


APART: Final = ("I agree to be recorded", "yes", "no", "later", "refuse")
"""What people type to decide."""


def _about(sentence: str, said: object) -> Iterator[str]:
    if not isinstance(said, str) or not said.strip():
        yield "has no words"
    elif len(said) > _LONGEST:
        yield "is too long"
    elif not said.isprintable() or any(c in _REFUSED for c in said):
        yield "has characters that are not words"
    elif _values(said) != _values(sentence):
        yield "does not have the same {values}"


def _values(text: str) -> list[str] | None:
    """Return the names in braces, sorted; None where there is more than names."""
    try:
        parts = [part[1:] for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError:
        return None
    if any(form or conversion for _, form, conversion in parts):
        return None
    names = [name for name, _, _ in parts if name is not None]
    return sorted(names) if all(name.isidentifier() for name in names) else None


__all__ = ["APART", "ENGLISH", "LARGEST", "OURS", "english", "read_catalogue"]
