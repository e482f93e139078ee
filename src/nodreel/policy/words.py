"""What every part of a policy is made of: frozen tables of short, visible, bounded words."""

from __future__ import annotations

import posixpath
import re
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

_LONGEST_PATH = 1024
_MOMENT: Final = re.compile(
    r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", re.ASCII
)  # fmt: skip


class Part(BaseModel):
    """A table of a policy: frozen, exact, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Refused(ValueError):  # noqa: N818  pydantic names it in its own error
    """A value that cannot stand, with what to do about it (``advice``, a sentence)."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(what)
        self.advice = advice


def plain(text: str) -> str:
    """Refuse (ValueError) line breaks, invisible characters and spaces at the ends."""
    if not text.isprintable():
        raise ValueError("must not contain line breaks or invisible characters")
    if text != text.strip():
        raise ValueError("must not begin or end with a space")
    return text


def refuse_twins(what: str, values: list[str]) -> None:
    """Refuse (ValueError) a list in which two members are the same."""
    twins = {value for value in values if values.count(value) > 1}
    if twins:
        raise ValueError(f"{what} {min(twins)} is there twice")


def _absolute(path: str) -> str:
    plain(path)
    if not path.startswith("/"):
        raise ValueError("must be an absolute path, beginning with /")
    if path.startswith("//") or posixpath.normpath(path) != path or path == "/":
        raise ValueError("must name a file directly, without `..`, `.`, `//` or a slash at its end")
    return path


def _moment(text: str) -> str:
    """Return a moment in universal time, to the second, so that a later one sorts after it."""
    if not _MOMENT.fullmatch(text):
        raise Refused("is no moment", 'Write it in quotes: "2026-11-28T12:00:00+01:00".')
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# In pydantic's regular expressions `$` is the very end, not also before a last line break.
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,62}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(plain)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(plain)]
FilePath = Annotated[
    str, StringConstraints(min_length=2, max_length=_LONGEST_PATH), AfterValidator(_absolute)
]
Moment = Annotated[str, StringConstraints(max_length=32), AfterValidator(_moment)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
