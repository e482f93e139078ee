"""Each detector finds what it is for, and nothing in what people ordinarily write."""

from __future__ import annotations

import string
from random import Random

import pytest

from nodreel.scrub.detectors import BEGUN, WHOLE, find, without_secrets
from tests.scrub.samples import Sample, in_context, samples, some

COVERS = ["shape", "tokens", "numbers"]

MANY = [sample for seed in range(20) for sample in samples(Random(seed))]
NAMES = {shape.name for shape in WHOLE}

PROSE = """
The meeting moves to Tuesday at 10:30 in room 4.12; please bring the 3 drafts (pages 12-48, 60 and
112). We sold 1,250 units at 19.99 each on 2026-11-22, up 12.5 % on last year. Call extension
4471 or +49 30 1234567. The order 4500012345 was shipped as parcel 00340434 to
10115 Berlin, Unter den Linden 77.
Ask me about the task-force; risk-free, desk-top, sk-learn. At 10pm we meet. AT 10, BE 12, NO 20.
SELECT id, name FROM users WHERE created_at > '2026-01-01' LIMIT 100; git commit -m "Fix #1234"
def eye_jump(hf_hub: str) -> None: return npm_config_cache or pypi_server or gh_actions or AIzawa
<div style="color: #1a2b3c; background: #ff00cc80; width: 1024px">version 2.10.4-rc1+build.5</div>
ssh host -p 2222; curl http://localhost:8080/path?x=1; mail a.b@example.org; 192.168.10.20; ::1
1763812482000 1763812482 3.14159265358979 -0.00012 6.02214076e23 0xdeadbeef 100 200 300 400 500
-----BEGIN CERTIFICATE----- public -----END CERTIFICATE----- eyJ is how JSON begins, ghp_ a token
"""


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_shape_is_found_whole_and_named(name: str) -> None:
    ours = [sample for sample in MANY if sample.name == name]
    assert len(ours) >= 20
    for sample in ours:
        before, behind = in_context(sample)
        text, names = without_secrets(f"{before}{sample.text}{behind}")
        assert (text, names) == (f"{before}[{name}]{behind}", [name]), sample


def test_every_sample_has_a_detector() -> None:
    assert {sample.name for sample in MANY} == NAMES


def test_a_wrong_check_digit_is_no_secret() -> None:
    checks = {"card number", "bank account number", "national id CH", "national id BE"}
    for sample in MANY:
        if sample.name in checks:
            wrong = sample.text[:-1] + str((int(sample.text[-1]) + 1) % 10)
            assert sample.name not in without_secrets(f"see {wrong} and")[1], wrong


def test_a_card_is_found_between_other_numbers() -> None:
    text, names = without_secrets("1 4111 1111 1111 1111 12 of 2")
    assert (text, names) == ("1 [card number] 12 of 2", ["card number"])


def test_a_wrong_beginning_hides_no_account_behind_it() -> None:
    text, _ = without_secrets("to NO10 DE89 3704 0044 0532 0130 00 now")
    assert text == "to NO10 [bank account number] now"


def test_two_secrets_in_one_title_are_both_replaced() -> None:
    first, second = [s.text for s in MANY if s.name == "npm token"][:2]
    assert without_secrets(f"{first} - {second}")[0] == "[npm token] - [npm token]"


def test_overlapping_shapes_leave_nothing_of_either() -> None:
    key = next(s.text for s in MANY if s.name == "AWS key" and s.text.startswith("AKIA"))
    text, _ = without_secrets(f"https://user:{key}$rest@host/{key}")
    assert key not in text
    assert "rest" not in text


def test_ordinary_text_is_left_alone() -> None:
    assert without_secrets(PROSE) == (PROSE, [])


def ordinary(rng: Random) -> list[str]:
    """Names, colours, ids, prices, times and the like."""
    n = rng.randint
    low, hexa = string.ascii_lowercase, "0123456789abcdef"
    word = some(rng, low, n(2, 10))
    return [
        word, word.title(), f"{word}_{some(rng, low, 5)}{n(0, 99)}", f"{word}-{word}",
        f"#{some(rng, hexa, 6)}", f"#{some(rng, hexa, 8)}", some(rng, hexa, 40), some(rng, hexa, 7),
        "-".join(some(rng, hexa, size) for size in (8, 4, 4, 4, 12)), str(n(0, 10**9)),
        f"{n(0, 9999)}.{n(0, 99):02}", f"{n(1, 999)},{n(0, 999):03}",
        f"20{n(10, 40)}-{n(1, 12):02}-{n(1, 28):02}",
        f"{n(0, 23)}:{n(0, 59):02}", f"v{n(0, 20)}.{n(0, 99)}",
        f"{word}.{some(rng, low, 3)}", f"/usr/{word}/{word}.py:{n(1, 999)}", f"{word}()",
        f"17638{some(rng, string.digits, 8)}", some(rng, string.ascii_letters + string.digits, 12),
    ]  # fmt: skip


def test_names_numbers_colours_and_ids_are_left_alone() -> None:
    rng = Random(7)
    text = ", ".join(word for _ in range(2000) for word in ordinary(rng))
    found = [text[s.start : s.end] for s in find(text, WHOLE)]
    assert found == []


HOSTILE = (
    "4 ", "1", "4", "a", "A", " ", "-", "sk-", "sk-a1", "eyJ", "eyJ-", "eyJaaaaaaaaaa.",
    "-----BEGIN ", "-----BEGIN PRIVATE KEY", "://a:", "://aaaaaaaaaaa", "DE00", "DE00 ", "AA00 ",
    "npm_", "github_pat_", "ghp_a", "aaaaaa00a", "756.1234.", "1-", "xoxb-", "SG.", "hf_", "AKIA",
    "secretaccesskey==", "secret_access_key''==", "12 345 ", "\u0661", "\ufffd", "\n",
)  # fmt: skip


@pytest.mark.parametrize("shape", [*WHOLE, *BEGUN], ids=lambda shape: shape.name)
def test_a_megabyte_made_to_be_slow_is_read_through(shape: object) -> None:
    from nodreel.scrub.shape import Shape

    assert isinstance(shape, Shape)
    part = 2**20 // len(HOSTILE)
    text = "".join((piece * part)[:part] for piece in HOSTILE)
    asked = 0

    def counted(found: str, check: object = shape.check) -> int:
        nonlocal asked
        asked += len(found)
        assert callable(check)
        return int(check(found))

    spans = sum(1 for _ in Shape(shape.name, shape.pattern, counted).spans(text))
    assert spans <= len(text)
    assert asked <= 40 * len(text)  # what is read again because a check said no


def test_no_pattern_repeats_without_bound() -> None:
    import re

    for shape in (*WHOLE, *BEGUN):
        bare = re.sub(r"\\.|\[[^]]*\]", "x", shape.pattern.pattern)
        assert not re.search(r"[*+]|\{\d+,\}", bare), shape.pattern.pattern


def test_a_sample_knows_its_own_beginning() -> None:
    assert all(isinstance(s, Sample) and 0 < s.shown < len(s.text) for s in MANY)


def test_a_name_that_begins_like_a_key_is_none() -> None:
    name = "sk-contrast-and-width-of-the-font2"
    assert without_secrets(name) == (name, [])
