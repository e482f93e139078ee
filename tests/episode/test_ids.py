from __future__ import annotations

import pytest

from nodreel.episode.ids import is_id, new_id


def test_ids_are_random_and_recognised() -> None:
    found = {new_id() for _ in range(1000)}
    assert len(found) == 1000
    assert all(is_id(one) for one in found)
    assert len({one[:3] for one in found}) > 500  # no time or counter in front


@pytest.mark.parametrize("name", ["", "..", "A" * 25, "A" * 27, "a" * 26, "A" * 25 + "/", "I" * 26])
def test_other_names_are_not_ids(name: str) -> None:
    assert not is_id(name)


def test_a_line_break_after_an_id_is_not_part_of_it() -> None:
    assert not is_id(new_id() + "\n")
