from __future__ import annotations

from pathlib import Path

import pytest

from nodreel.errors import PolicyError
from nodreel.policy import combine
from tests.policy.samples import TOML

FILE = Path("/etc/nodreel/policy.d/10.toml")

# what is replaced in a good file, by what, and what the error must say
BAD = [
    ("version = 3", "version = 'x'", "line 1: `version` is 'x'"),
    ("version = 3\n", "", "`version` is missing"),
    ("version = 3", "version = 3\nconsent = true", "line 2: nodreel knows no `consent`: no policy"),
    ("version = 3", "version = 3\nforce_on = true", "no policy can give consent or start"),
    ("version = 3", "version = 3\nsuspendet = true", "line 2: nodreel knows no `suspendet`."),
    ('id = "train"', 'id = "Train It"', "line 11: `purpose.id` is 'Train It', which has not"),
    ('exe = "/usr/bin/mousepad"', 'exe = "mousepad"', "line 21: `apps[1].exe` must be an absolute"),
    ("/usr/bin/mousepad", "/usr/bin/python3", "line 18: `apps[1]` /usr/bin/python3 runs any"),
    ("device_days = 14", "device_days = 999", "line 43: `limits.device_days` is 999"),
    ("device_days = 14", "device_days = 2026-01-01", "line 43: `limits.device_days` is '2026"),
    ("device_days = 14", "max_fps = nan", "`limits.max_fps`"),
    ("version = 3", "version = = 3", "line 1: this is not TOML"),
    ("device_days = 14", "device_days = [", "at its end: this is not TOML"),
    ('key = "age1', 'key = "age2', "line 16: `recipients[1].key`"),
    ("version = 3", "version = 3\nversion = 4", "this is not TOML"),
    ("version = 3", "version = " + "[" * 5000, "this is not TOML"),
    ("version = 3", "version = " + "9" * 5000, "this is not TOML"),
]


@pytest.mark.parametrize(("good", "bad", "words"), BAD)
def test_a_bad_policy_says_file_line_what_and_what_to_do(good: str, bad: str, words: str) -> None:
    assert good in TOML
    with pytest.raises(PolicyError) as caught:
        combine([(FILE, TOML.replace(good, bad, 1))])
    assert str(caught.value).startswith(str(FILE))
    assert words in str(caught.value)
    assert caught.value.advice
    assert caught.value.advice != PolicyError.advice


def test_findings_come_in_the_order_of_the_file_and_are_not_endless() -> None:
    text = TOML + "".join(f"unknown{i} = 1\n" for i in range(30))
    with pytest.raises(PolicyError) as caught:
        combine([(FILE, text)])
    lines = str(caught.value).splitlines()
    assert len(lines) == 11
    assert lines[-1] == "... and 20 more."


def test_values_are_shown_short() -> None:
    with pytest.raises(PolicyError) as caught:
        combine([(FILE, TOML.replace("version = 3", f"version = '{'x' * 9999}'"))])
    assert len(str(caught.value)) < 300
