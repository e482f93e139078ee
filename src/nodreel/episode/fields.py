"""What a field of a message may hold: one object gives its JSON Schema and judges what was read.

``check`` returns the value or raises ValueError; nothing unbounded passes in either direction.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Field(ABC):
    """A bounded value of JSON."""

    __slots__ = ()

    @abstractmethod
    def schema(self) -> dict[str, object]:
        """Describe it as JSON Schema."""

    @abstractmethod
    def check(self, value: object) -> object:
        """Return ``value`` if it may stand here; raises ValueError."""

    def check_all(self, values: list[object]) -> list[object]:
        """Return ``values`` if each may stand here; raises ValueError. Much faster than one by one.

        May return others that mean the same.
        """
        return [self.check(value) for value in values]


def _check_different(field: Field, texts: list[object]) -> None:
    """Check each text once, however often it stands there."""
    if set(map(type, texts)) != {str}:
        raise ValueError("not texts")
    for text in set(texts):
        field.check(text)


@dataclass(frozen=True, slots=True)
class Whole(Field):
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

    def check_all(self, values: list[object]) -> list[object]:
        """Return the numbers."""
        if set(map(type, values)) != {int}:
            raise ValueError("not whole numbers")
        self.check(min(values))  # type: ignore[type-var]
        self.check(max(values))  # type: ignore[type-var]
        return values


@dataclass(frozen=True, slots=True)
class Flag(Field):
    """True or false."""

    def schema(self) -> dict[str, object]:
        """Describe it as JSON Schema."""
        return {"type": "boolean"}

    def check(self, value: object) -> bool:
        """Return the truth value."""
        if not isinstance(value, bool):
            raise ValueError("not true or false")  # noqa: TRY004  one kind of failure
        return value

    def check_all(self, values: list[object]) -> list[object]:
        """Return the truth values."""
        if set(map(type, values)) != {bool}:
            raise ValueError("not true or false")
        return values


@dataclass(frozen=True, slots=True)
class Text(Field):
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

    def check_all(self, values: list[object]) -> list[object]:
        """Return the texts."""
        _check_different(self, values)
        return values


@dataclass(frozen=True, slots=True)
class OneOf(Field):
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

    def check_all(self, values: list[object]) -> list[object]:
        """Return the words."""
        _check_different(self, values)
        return values


@dataclass(frozen=True, slots=True)
class Ratio(Field):
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
class Maybe(Field):
    """A value, or null."""

    field: Field

    def schema(self) -> dict[str, object]:
        """Describe it as JSON Schema."""
        return {"anyOf": [self.field.schema(), {"type": "null"}]}

    def check(self, value: object) -> object:
        """Return null as None."""
        return None if value is None else self.field.check(value)

    def check_all(self, values: list[object]) -> list[object]:
        """Return nulls as None."""
        if there := [value for value in values if value is not None]:
            self.field.check_all(there)
        return values


@dataclass(frozen=True, slots=True)
class Many(Field):
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
        return self.field.check_all(value)


@dataclass(frozen=True, slots=True)
class Column(Field):
    """A value for each of up to ``limit`` rows, as a list, or one value that all rows have."""

    field: Field
    limit: int

    def schema(self) -> dict[str, object]:
        """Describe it as JSON Schema."""
        return {"anyOf": [self.field.schema(), Many(self.field, self.limit).schema()]}

    def check(self, value: object) -> object:
        """Return the one value, or the list."""
        several = isinstance(value, list)
        return (Many(self.field, self.limit) if several else self.field).check(value)


@dataclass(frozen=True, slots=True)
class Row(Field):
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
