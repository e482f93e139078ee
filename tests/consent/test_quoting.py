from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nodreel.consent.quoting import inert, quoted


@given(st.text())
def test_inert_text_is_visible_on_one_line_and_bounded(text: str) -> None:
    found = inert(text)
    assert found.isprintable()
    assert len(found) <= 1000
    assert inert(found) == found
    assert quoted(text).count('"') == 2
