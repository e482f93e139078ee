from __future__ import annotations

from collections import Counter

from nodreel.dataset.card import STRADDLES, Counted, card_of, markdown
from nodreel.dataset.made import Made
from nodreel.dataset.plan import Found
from nodreel.dataset.sieve import Sifted
from nodreel.dataset.survey import Survey
from nodreel.policy import Limits
from tests.policy.samples import policy

AGREED = policy(limits=Limits(server_days=100))


def made(split: str, *consents: str, score: float = 0.93) -> Made:
    rows = [
        {"episode": f"E{n}", "consent": c, "actions": 10, "frames": 4, "length_ms": 1_800_000,
         "apps": ["editor"], "month": "2026-09", "policy": AGREED.sha256, "purpose": "learn",
         "score": score}
        for n, c in enumerate(consents)
    ]  # fmt: skip
    return Made.model_validate({
        "name": f"{split}-all-0123456789abcdef", "split": split, "files": [], "episodes": rows,
        "held": {}, "kinds": {"click": 7},
    })  # fmt: skip


def found(sha256: str) -> Found:
    return Found("E0", "A", "aa", sha256, "learn", "2026-09", 1, "m")


def told(**reasons: int) -> dict[str, object]:
    counted = Counted()
    counted.add(made("train", "A", "A", "B"))
    counted.add(made("test", "C", score=1.0))
    kept = [found(AGREED.sha256), found("ff" * 32)]
    sifted = Sifted(kept, withdrawn={"X", "Y"}, expired={"Z"}, consents=1)
    return card_of(counted, Counter(reasons), sifted, {AGREED.sha256: AGREED}, Survey(unclear={}))


def test_it_counts_what_there_is() -> None:
    card = told()
    assert card["splits"] == {
        "test": {"consents": 1, "episodes": 1, "actions": 10, "frames": 4, "hours": 0.5},
        "train": {"consents": 2, "episodes": 3, "actions": 30, "frames": 12, "hours": 1.5},
    }
    assert card["kinds"] == {"click": 14}
    assert card["quality_in_tenths"] == [0] * 9 + [4]


def test_it_says_what_was_agreed_to_and_until_when() -> None:
    card = told()
    assert card["purposes"] == {"learn": 4}
    (one,) = card["policies"]  # type: ignore[misc]
    assert one["never_for"] == list(AGREED.purpose.not_purposes)
    assert card["kept_at_most_until"] == {
        "first": "2026-12-10", "last": "2026-12-10", "unknown_episodes": 1,
    }  # fmt: skip
    text = markdown(card)
    assert "must be gone after 2026-12-10" in text
    assert "performance-evaluation" in text


def test_it_says_who_is_missing_and_what_straddles() -> None:
    text = markdown(told())
    assert STRADDLES in text
    assert "for 1 consents 2 episodes were left out" in text
    assert "1 episodes were left out because their time is over" in text


def test_reasons_cannot_be_markup() -> None:
    text = markdown(told(**{"<b>x</b>\n# big | `code`": 3}))
    assert "3: &#60;b&#62;x&#60;/b&#62; # big &#124; &#96;code&#96;" in text
    assert "<b>" not in text
