"""A policy's own shapes of secrets, as RE2 patterns: searched in time linear to the text."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import AfterValidator, StringConstraints

from nodreel.policy.words import Line, Part, Refused, plain

if TYPE_CHECKING:
    import re

MOST_PATTERNS: Final = 64
_LONGEST = 200
_MEMORY = 1 << 19  # bytes per pattern, the compiled program and its cache together
# Between them every place at which a pattern can match nothing: begin, end, lines, edges of words.
_PROBES = ("", "a", "Z a", "0\n-_", ".,\n\n ~", "\u00e9 \u00df")


@lru_cache(maxsize=4 * MOST_PATTERNS)
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile with RE2 within bounded memory; ValueError says why it cannot be."""
    import re2  # noqa: PLC0415  most policies have no pattern of their own

    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        made: re.Pattern[str] = re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0].decode("utf-8", "replace")  # RE2 speaks bytes
        raise Refused(
            f"is no RE2 expression: {why}",
            "RE2 has no lookaround, no backreferences and counts to 1000; simplify the expression.",
        ) from None
    return made


def _pattern(text: str) -> str:
    plain(text)
    found = compiled(text)
    if any(match.end() == match.start() for p in _PROBES for match in found.finditer(p)):
        raise Refused(
            "also matches nothing at all, so it says nothing",
            "Make at least one character necessary: `x+` instead of `x*`.",
        )
    return text


class SecretPattern(Part):
    """What is taken out of text before it is stored; ``name`` says what it is, for the counts."""

    name: Line
    pattern: Annotated[
        str, StringConstraints(min_length=1, max_length=_LONGEST), AfterValidator(_pattern)
    ]
