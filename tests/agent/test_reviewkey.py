"""The review key is made once, kept in the keyring, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.agent import reviewkey

if TYPE_CHECKING:
    import pytest


def test_it_is_made_once_and_its_public_half_stays_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ring: list[str] = []
    monkeypatch.setattr(reviewkey, "review_key", lambda: ring[-1] if ring else None)
    monkeypatch.setattr(reviewkey, "store_review_key", lambda key: ring.append(key) is None)
    first, second = reviewkey.review_recipient(), reviewkey.review_recipient()
    assert first == second
    assert (first or "").startswith("age1")
    assert [key[:16] for key in ring] == ["AGE-SECRET-KEY-1"]


def test_without_a_keyring_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviewkey, "review_key", lambda: None)
    monkeypatch.setattr(reviewkey, "store_review_key", lambda _: False)
    assert reviewkey.review_recipient() is None


def test_what_is_no_key_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keyring is open to every program of the person: what lies there is not believed."""
    ring = ["someone else's"]
    monkeypatch.setattr(reviewkey, "review_key", lambda: ring[-1])
    monkeypatch.setattr(reviewkey, "store_review_key", lambda key: ring.append(key) is None)
    assert (reviewkey.review_recipient() or "").startswith("age1")
    assert ring[-1].startswith("AGE-SECRET-KEY-1")
