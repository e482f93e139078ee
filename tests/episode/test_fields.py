from __future__ import annotations

import math

import pytest

from nodreel.episode.fields import Field, Flag, Many, Maybe, OneOf, Ratio, Row, Text, Whole

GOOD: list[tuple[Field, object]] = [
    (Whole(0, 5), 5),
    (Flag(), False),
    (Text(3), "abc"),
    (OneOf(("a", "b")), "b"),
    (Ratio(0.5, 2.0), 1),
    (Maybe(Whole(0, 5)), None),
    (Maybe(Whole(0, 5)), 3),
    (Many(Whole(0, 5), 2), [1, 2]),
    (Row((Whole(0, 5), Text(1))), [5, "a"]),
]
BAD: list[tuple[Field, object]] = [
    (Whole(0, 5), 6),
    (Whole(0, 5), -1),
    (Whole(0, 5), True),
    (Whole(0, 5), 1.0),
    (Whole(0, 5), "1"),
    (Whole(0, 5), 10**400),
    (Flag(), 1),
    (Flag(), None),
    (Text(3), "abcd"),
    (Text(3), 5),
    (OneOf(("a", "b")), "c"),
    (OneOf(("a", "b")), ["a"]),
    (Ratio(0.5, 2.0), math.nan),
    (Ratio(0.5, 2.0), math.inf),
    (Ratio(0.5, 2.0), "1"),
    (Maybe(Whole(0, 5)), 6),
    (Many(Whole(0, 5), 2), []),
    (Many(Whole(0, 5), 2), [1, 2, 3]),
    (Many(Whole(0, 5), 2), [1, 9]),
    (Many(Whole(0, 5), 2), "12"),
    (Row((Whole(0, 5), Text(1))), [5]),
    (Row((Whole(0, 5), Text(1))), [5, "ab"]),
]


@pytest.mark.parametrize(("field", "value"), GOOD)
def test_what_fits_passes(field: Field, value: object) -> None:
    assert field.check(value) == value
    assert field.schema()


@pytest.mark.parametrize(("field", "value"), BAD)
def test_what_does_not_fit_is_refused(field: Field, value: object) -> None:
    with pytest.raises(ValueError, match=r"^not "):
        field.check(value)


def test_every_field_has_a_bound_in_its_schema() -> None:
    bounds = {"maximum", "maxLength", "maxItems", "enum", "minItems", "anyOf"}
    for field, _ in GOOD:
        schema = field.schema()
        assert bounds & schema.keys() or schema == {"type": "boolean"}
