"""What a page is asked for and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from nodreel.errors import ControlError
from nodreel.language.speech import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nodreel.language import Speech

HTML: Final = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: the path in parts, the fields of its query or its form.

    ``form`` is the token for the forms of the page that answers, ``say`` its language, and
    ``languages`` (code, own name) are those that it can be had in.
    """

    parts: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    form: str = ""
    say: Speech = ENGLISH
    languages: tuple[tuple[str, str], ...] = ()

    def number(self, name: str) -> float:
        """Return a field that is a number from zero up; raises ControlError."""
        try:
            value = float(self.fields[name])
        except (KeyError, ValueError):
            value = -1.0
        if not 0 <= value < 1e9:  # noqa: PLR2004  thirty years in seconds
            raise ControlError(f"'{name}' has to be a number.", advice="Go back and say it again.")
        return value


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered; ``go`` leads the browser on to another page, ``stream`` comes in pieces."""

    body: bytes = b""
    kind: str = HTML
    status: int = 200
    go: str | None = None
    name: str | None = None
    stream: Iterator[bytes] | None = None
