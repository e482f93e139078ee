"""What a field of a message may hold: one object gives its JSON Schema and judges what was read.

``check`` returns the value or raises ValueError; nothing unbounded passes in either direction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class Field(Protocol):
    """A bounded value of JSON."""

    def schema(self) -> dict[str, object]:
        """Describe it as JSON Schema."""
        ...

    def check(self, value: object) -> object:
        """Return ``value`` if it may stand here; raises ValueError."""
        ...


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from ``low`` to ``high``."""

    low: int
    high: int

    def schema(self) -> dict[str, object]:
        """Describe it as JSON Schema."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}

    def check(self, value: object) -> int:
        """Return the number; true and false are no numbers here."""
        if type(value) is not int or not self.low <= value <= self.high:
            raise ValueError(f"not a whole number from {self.low} to {self.high}")
        return value


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def schema(self) -> dict[str, object]:
        """Describe it as JSON Schema."""
        return {"type": "boolean"}

    def check(self, value: object) -> bool:
        """Return the truth value."""
        if not isinstance(value, bool):
            raise ValueError("not true or false")  # noqa: TRY004  one kind of failure
        return value


@dataclass(frozen=True, slots=True)
class Text:
    """At most ``limit`` characters."""

    limit: int

    def schema(self) -> dict[str, object]:
        """Describe it as JSON Schema."""
        return {"type": "string", "maxLength": self.limit}

    def check(self, value: object) -> str:
        """Return the text; it is data of strangers and stays that."""
        if not isinstance(value, str) or len(value) > self.limit:
            raise ValueError(f"not a text of at most {self.limit} characters")
        return value


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words."""

    words: Sequence[str]

    def schema(self) -> dict[str, object]:
        """Describe it as JSON Schema."""
        return {"enum": list(self.words)}

    def check(self, value: object) -> str:
        """Return the word."""
        if not isinstance(value, str) or value not in self.words:
            raise ValueError(f"not one of {', '.join(self.words)}")
        return value


@dataclass(frozen=True, slots=True)
class Ratio:
    """A number from ``low`` to ``high`` that need not be whole."""

    low: float
    high: float

    def schema(self) -> dict[str, object]:
        """Describe it as JSON Schema."""
        return {"type": "number", "minimum": self.low, "maximum": self.high}

    def check(self, value: object) -> float:
        """Return the number; NaN is in no range."""
        if type(value) not in {int, float} or not self.low <= value <= self.high:  # type: ignore[operator]
            raise ValueError(f"not a number from {self.low} to {self.high}")
        return float(value)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Maybe:
    """A value, or null."""

    field: Field

    def schema(self) -> dict[str, object]:
        """Describe it as JSON Schema."""
        return {"anyOf": [self.field.schema(), {"type": "null"}]}

    def check(self, value: object) -> object:
        """Return null as None."""
        return None if value is None else self.field.check(value)


@dataclass(frozen=True, slots=True)
class Many:
    """From 1 to ``limit`` values of one sort."""

    field: Field
    limit: int

    def schema(self) -> dict[str, object]:
        """Describe it as JSON Schema."""
        return {
            "type": "array", "minItems": 1, "maxItems": self.limit, "items": self.field.schema(),
        }  # fmt: skip

    def check(self, value: object) -> list[object]:
        """Return the values as a list."""
        if not isinstance(value, list) or not 1 <= len(value) <= self.limit:
            raise ValueError(f"not a list of 1 to {self.limit}")
        return [self.field.check(item) for item in value]


@dataclass(frozen=True, slots=True)
class Row:
    """A short list with a meaning for each place, such as x, y, w, h."""

    fields: tuple[Field, ...]

    def schema(self) -> dict[str, object]:
        """Describe it as JSON Schema."""
        places = [field.schema() for field in self.fields]
        return {"type": "array", "prefixItems": places, "items": False, "minItems": len(places)}

    def check(self, value: object) -> list[object]:
        """Return the values as a list."""
        if not isinstance(value, list) or len(value) != len(self.fields):
            raise ValueError(f"not a list of {len(self.fields)}")
        return [field.check(item) for field, item in zip(self.fields, value, strict=True)]
