from __future__ import annotations

import pytest

from nodreel.policy import canonical


def test_order_of_keys_and_spaces_make_no_difference() -> None:
    assert canonical({"b": 1, "a": [True, None, "ä"]}) == b'{"a":[true,null,"\\u00e4"],"b":1}'


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_cannot_say_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical({"x": value})
