from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nodreel.review.inert import LONGEST, inert


@given(st.text(st.characters(), max_size=300))
def test_nothing_moves_the_cursor_or_turns_the_text(text: str) -> None:
    shown = inert(text)
    assert len(shown) <= LONGEST
    shown.encode()  # no half characters
    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in shown)
    assert not any(
        c in shown for c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f"
    )


def test_ordinary_text_stays() -> None:
    assert inert("Grüße, 世界!") == "Grüße, 世界!"
    assert inert("x" * 121) == "x" * 119 + "…"
    assert inert("a\x1b[31mb\nc") == "a·[31mb·c"
