"""A policy's own shapes of secrets, as RE2 patterns: searched in time linear to the text."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from nodreel.policy.words import Line, Part, plain

MOST_PATTERNS = 64
_LONGEST = 200


class SecretPattern(Part):
    """What is taken out of text before it is stored; ``name`` says what it is, for the counts."""

    name: Line
    pattern: Annotated[
        str, StringConstraints(min_length=1, max_length=_LONGEST), AfterValidator(plain)
    ]
